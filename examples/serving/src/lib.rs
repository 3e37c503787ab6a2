//! What a server needs around the layer in production, to copy from: connections that close in stages, so that an
//! early answer is not lost; a bound on the time for a request's headers; an orderly end.
//!
//! For `axum::serve`, take [`LingeringListener`] and [`LingeringStream`], which are a file each.

mod lingering_listener;
mod lingering_stream;
mod listen;
mod run;
mod serve;
mod termination;

pub use lingering_listener::LingeringListener;
pub use lingering_stream::{LingeringStream, MAX_LINGER, MAX_SILENCE};
pub use listen::listen;
pub use run::run;
pub use serve::serve;
pub use termination::Termination;

//! The parts of a production server around the layer, to copy: connections that close in stages, so early responses
//! arrive; a limit on the time for a request's headers; an orderly end.
//!
//! For `axum::serve`, take [`LingeringListener`] and [`LingeringStream`]. Each is a single file.

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

//! What goes around the application.

#![allow(clippy::unwrap_used, clippy::panic)]

mod options;
mod page;

//! A real Redis that comes and goes as one wishes, and keys to be used in it: for the proofs and the bench.
//!
//! `REDIS_SERVER` names the server's program, `valkey-server` say; by default it is the first of the two
//! that is installed. Without one, the proofs that need it are reported as ignored, and the bench says that
//! nothing was measured.

// As in tests: what fails ends the test, and whoever calls knows.
#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    missing_docs
)]

pub mod clock;
pub mod cluster;
pub mod keys;
pub mod sentinel;
pub mod server;

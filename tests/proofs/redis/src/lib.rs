//! A real Redis that starts and stops on command, and keys to use in it, for the proofs and the bench.
//!
//! `REDIS_SERVER` names the server's program, for example `valkey-server`. By default, it is the installed one of the
//! two. Without a server, the proofs that need it are reported as ignored, and the bench prints that nothing was
//! measured.

// As in tests: a failure ends the test.
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

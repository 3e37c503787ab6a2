//! The login example from the outside: the tests start its program and send HTTP requests.
//!
//! The tests of several instances with one Redis need a `redis-server`, as in `tests/proofs/redis`.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod browser;
mod cookies;
mod flow;
mod forgery;
mod frames;
mod instances;
mod page;
mod program;
mod sessions;
mod settings;
mod tabs;

use redis_proofs::server;

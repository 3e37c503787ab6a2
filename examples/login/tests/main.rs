//! The login example, as the outside sees it: its program is started, and asked over HTTP.
//!
//! What several instances do with one Redis needs a `redis-server`, as in `tests/proofs/redis`.

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

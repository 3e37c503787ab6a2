//! One-time use over a real `redis-server`, which is restarted, flushed, starved and replaced meanwhile.
//!
//! `REDIS_SERVER` names the server's program, `valkey-server` say; by default it is the first of the two
//! that is installed. Without one these tests say so and do nothing.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod contract;
mod failover;
mod keys;
mod loss;
mod outage;
mod proxy;
mod random;
mod server;
mod tls;

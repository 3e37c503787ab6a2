//! One-time use over a real `redis-server`, which is restarted, flushed, starved and replaced meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod answers;
mod clients;
mod clocks;
mod connection;
mod contract;
mod failover;
mod fake;
mod loss;
mod outage;
mod proxy;
mod random;
mod ready;
mod script;
mod sentinel;
mod tls;
mod unasked;

use redis_proofs::{keys, server};
use test_support::recorder;

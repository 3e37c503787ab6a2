//! One-time use over a real `redis-server`, which is restarted, flushed, starved and replaced meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod contract;
mod failover;
mod loss;
mod outage;
mod proxy;
mod random;
mod tls;

use redis_proofs::{keys, server};

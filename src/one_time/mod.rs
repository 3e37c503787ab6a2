//! One-time use: the contract of the stores, the stores, and how a use is recorded.

mod guard;
mod memory_store;
#[cfg(feature = "redis")]
mod redis_store;
mod store;
mod token_once;

#[cfg(feature = "redis")]
pub use redis_store::RedisStore;
pub(crate) use {
    guard::{OneTimeGuard, Use},
    token_once::TokenOnce,
};
pub use {
    memory_store::MemoryStore,
    store::{BoxFuture, OneTimeKey, OneTimeStore},
};

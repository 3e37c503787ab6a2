//! What may be used once: the contract of its stores, the stores, and one use.

mod guard;
mod memory_store;
#[cfg(feature = "redis")]
mod redis_store;
mod store;
mod token_once;

#[cfg(test)]
pub(crate) use guard::CLOCK_MARGIN;
#[cfg(feature = "redis")]
pub use redis_store::RedisStore;
pub(crate) use {guard::OneTimeGuard, token_once::TokenOnce};
pub use {
    memory_store::MemoryStore,
    store::{BoxFuture, OneTimeKey, OneTimeStore},
};

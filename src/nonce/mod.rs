//! Proof that a token was got for this sign-in, and is used for it once.

pub(crate) mod binding;
pub(crate) mod memory_store;
pub(crate) mod nonce_key;
pub(crate) mod nonces;
pub(crate) mod nonces_builder;
pub(crate) mod once;
pub(crate) mod one_time_store;
mod one_time_use;
mod outage;
#[cfg(feature = "redis")]
pub(crate) mod redis_store;
mod scope;
mod sealed_nonce;
mod throttle;

#[cfg(test)]
mod properties;

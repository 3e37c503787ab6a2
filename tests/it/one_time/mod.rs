//! One-time use: the stores that record it, and tokens without a nonce.

mod capacity;
mod concurrency;
pub(crate) mod store;
mod token_once;

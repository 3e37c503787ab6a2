//! What passes once: the store that remembers uses, and tokens without a nonce.

mod capacity;
mod concurrency;
pub(crate) mod store;
mod token_once;

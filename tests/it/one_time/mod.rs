//! Things that are used once: the store that remembers them, and tokens without a nonce.

mod capacity;
mod concurrency;
pub(crate) mod store;
mod token_once;

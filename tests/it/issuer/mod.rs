//! The issuers that a layer trusts, and the cache of tokens.

mod oms_wallet;
mod settings;
mod several_issuers;
pub(crate) mod token_cache;

//! Whom a layer trusts, and the tokens that have passed before.

mod oms_wallet;
mod settings;
mod several_issuers;
pub(crate) mod token_cache;

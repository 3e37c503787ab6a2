//! Whom a layer trusts, and the tokens that have passed before.

mod settings;
pub(crate) mod token_cache;

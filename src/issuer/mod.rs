//! Whom a layer trusts: the issuer, its keys, and what its tokens have to be.

mod config_key;
mod environment;
mod token_cache;
mod verify;

pub use {config_key::ConfigKey, environment::Environment};
pub(crate) use {environment::jwks_url, token_cache::TokenCache, verify::Verifier};

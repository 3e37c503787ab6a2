//! Nonces: proof that a token was got for this sign-in.

mod binding;
mod builder;
mod key;
mod nonces;
mod scope;
mod signed_nonce;

pub(crate) use binding::Presented;
pub use {builder::NoncesBuilder, key::NonceKey, nonces::Nonces};

#[cfg(test)]
mod properties;

//! Nonces, which prove that a token was issued for this login.

mod binding;
mod builder;
mod key;
mod login_cookies;
mod nonces;
mod origin;
mod respond;
mod scope;
mod signed_nonce;

pub(crate) use binding::Presented;
pub use {builder::NoncesBuilder, key::NonceKey, login_cookies::LoginCookies, nonces::Nonces};

#[cfg(test)]
mod properties;

//! Tower middleware for Sequence Embedded Wallet ID tokens.

mod authenticator;
mod builder;
mod claims;
mod environment;
mod error;
mod identity;
mod json;
mod jwks;
mod middleware;
mod payload;
mod policy;
mod source;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod token_verifier;
mod verifier;

pub use alloy_primitives::Address;

#[cfg(feature = "http")]
pub use jwks::http_fetcher::ClientBuilder;
pub use {
    builder::SequenceAuthLayerBuilder,
    claims::{Anonymous, SequenceClaims},
    environment::{ConfigKey, Environment},
    error::{AuthError, AuthErrorKind, ConfigError, FetchError, FetchErrorKind, KeysUnavailable},
    identity::{Identity, IdentityType},
    jwks::{
        fetcher::FetchKeys,
        health::{KeyHealth, KeyState},
    },
    middleware::{
        body::{RequestBody, ResponseBody},
        future::ResponseFuture,
        layer::SequenceAuthLayer,
        service::SequenceAuth,
    },
    policy::EmailPolicy,
    token_verifier::TokenVerifier,
};

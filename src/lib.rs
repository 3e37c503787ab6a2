//! Tower middleware that authenticates HTTP requests with the ID tokens of Sequence Embedded Wallet and of its successor,
//! OMS Wallet.
//!
//! A client signs its player in with Sequence, calls `sequence.getIdToken()` and sends the token to its backend.
//! [`SequenceAuthLayer`] takes the token from the request, verifies it against Sequence's public keys, and adds
//! [`SequenceClaims`] to the request's extensions: the wallet address, the email, the identity and the project. A request
//! without a valid token never reaches the handler.
//!
//! # Example
//!
//! With every default, in axum (feature `axum`):
//!
//! ```
//! use axum::{Router, routing::get};
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//!
//! async fn me(claims: SequenceClaims) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//!
//! let app: Router = Router::new()
//!     .route("/me", get(me))
//!     .layer(SequenceAuthLayer::new(13639)); // your project ID
//! ```
//!
//! Customised, with two policies over the same keys:
//!
//! ```
//! use std::time::Duration;
//!
//! use sequence_auth::{EmailPolicy, Environment, SequenceAuthLayer};
//!
//! let players = SequenceAuthLayer::builder(13639)
//!     .environment(Environment::Dev)
//!     .max_stale(Duration::from_secs(6 * 60 * 60))
//!     .build()?;
//! let guests_too = players.clone().email_policy(EmailPolicy::Optional);
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! # Guarantees
//!
//! - The signature is verified before any claim is used, and the first check that fails decides the response
//!   ([`guide::checks`]).
//! - The keys are fetched in the background. While the issuer is down, the last keys are used for 24 hours; no request
//!   makes the layer connect to an address that the request names ([`guide::keys`]).
//! - Refusing a request takes at most 7 % more instructions than verifying a new token of its size; refusing a token
//!   for its nonce, at most 35 % more. A JSON body adds at most a fifth of a new token for each KiB
//!   ([`guide::threat_model`]).
//! - With [`Nonces`], a token is accepted once ([`guide::nonces`]).
//! - The request body reaches the handler byte for byte, and no token, email or nonce is logged.
//!
//! # Guide
//!
//! | Start here | |
//! |---|---|
//! | the first guarded route, and its test | [`guide::getting_started`] |
//! | recipes: optional routes, guests, allow-lists, users, rate limits | [`guide::cookbook`] |
//! | coming from Sequence's Express guide | [`guide::express`] |
//! | from a symptom to its cause and cure | [`guide::troubleshooting`] |
//! | tests of your application | [`guide::testing`] |
//!
//! | How it works | |
//! |---|---|
//! | every check, its order and its limits | [`guide::checks`] |
//! | bearer headers, cookies, JSON bodies, WebSocket subprotocols | [`guide::sources`] |
//! | responses, and every error with its cure | [`guide::answers`] |
//! | fetching keys, rotations and outages | [`guide::keys`] |
//! | replays, nonces and one-time use | [`guide::nonces`] |
//! | OMS Wallet, or both wallets at one backend | [`guide::issuers`] |
//!
//! | With other software | |
//! |---|---|
//! | axum routers, and which routes are open | [`guide::routers`] |
//! | CORS, CSRF checks, traces, limits | [`guide::middleware`] |
//! | nonces in browsers: tabs, other hosts, frames | [`guide::logins`] |
//! | WebSockets | [`guide::websockets`] |
//! | gRPC and gRPC-Web with tonic | [`guide::grpc`] |
//! | hyper, salvo, poem, warp | [`guide::servers`] |
//! | actix-web, Rocket and other servers without tower | [`guide::without_tower`] |
//! | backends in other languages, behind nginx, Traefik or Caddy | [`guide::proxies`] |
//! | OpenAPI documents with utoipa or aide | [`guide::openapi`] |
#![cfg_attr(
    feature = "redis",
    doc = "| used nonces in Redis, with Sentinel or client certificates | [`guide::redis`] |"
)]
//!
//! | In production | |
//! |---|---|
//! | probes, shutdown, containers, proxies, several instances | [`guide::deployment`] |
//! | events, metrics, spans and health | [`guide::observing`] |
//! | what a request costs | [`guide::performance`] |
//! | the threat model, and what is left to the application | [`guide::threat_model`] |
//! | limits and defaults in one table, and what is not covered | [`guide::limits`] |
//! | other crates that verify tokens | [`guide::comparison`] |
//!
//! # Features
//!
//! - `http` (default): fetches the keys with reqwest over rustls. Without this feature, supply a [`FetchKeys`] or
//!   static keys.
//! - `native-tls`: uses the operating system's TLS for that fetch.
//! - `axum`: [`SequenceClaims`] and `Option<SequenceClaims>` as extractors of axum 0.8, [`AuthError`] as a response.
//! - `metrics`: counters, gauges and a histogram through the `metrics` facade.
//! - `redis`: `RedisStore` records used nonces in Redis, for any number of instances.
//! - `testing`: `LocalIssuer` mints tokens for tests, `SequenceClaims::builder()` builds claims without a token.
//!
//! The features `http` and `redis` enable rustls's aws-lc-rs provider. If another crate in the tree enables a second
//! provider, code that relies on rustls's default panics, although the fetch of the keys does not: call
//! `rustls::crypto::CryptoProvider::install_default` at the start of `main`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod authenticator;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod claims;
mod defaults;
mod encoding;
mod error;
#[cfg(any(doc, doctest))]
// The pages name items of every feature.
#[cfg_attr(
    not(all(
        feature = "axum",
        feature = "http",
        feature = "redis",
        feature = "testing"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]
pub mod guide;
mod issuer;
mod jwks;
mod middleware;
mod nonce;
mod observe;
mod one_time;
mod policy;
mod source;
#[cfg(feature = "testing")]
pub mod testing;
mod token;

pub use alloy_primitives::Address;

#[cfg(feature = "axum")]
pub use axum::ClaimsRejection;
#[cfg(feature = "http")]
pub use jwks::{ClientBuilder, HttpClient};
#[cfg(feature = "redis")]
pub use one_time::RedisStore;
pub use {
    authenticator::TokenVerifier,
    body::{RequestBody, ResponseBody},
    claims::{Anonymous, Identity, IdentityType, SequenceClaims},
    error::{
        AuthError, AuthErrorKind, ConfigError, FetchError, FetchErrorKind, KeysUnavailable,
        OneTimeStoreError,
    },
    issuer::{ConfigKey, Environment, ProjectId},
    jwks::FetchKeys,
    middleware::{
        RejectedRequest, ResponseFuture, SequenceAuth, SequenceAuthLayer, SequenceAuthLayerBuilder,
    },
    nonce::{LoginCookies, NonceKey, Nonces, NoncesBuilder},
    observe::{IssuerHealth, KeyHealth, KeyState, TraceSpan},
    one_time::{BoxFuture, MemoryStore, OneTimeKey, OneTimeStore},
    policy::EmailPolicy,
    source::TokenSource,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

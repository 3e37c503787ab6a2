//! Tower middleware that authenticates HTTP requests with ID tokens of Sequence Embedded Wallet and of its successor,
//! OMS Wallet.
//!
//! A client signs its player in with Sequence, calls `sequence.getIdToken()` and sends the token to its backend.
//! [`SequenceAuthLayer`] takes it from the request, verifies it against Sequence's public keys, and puts
//! [`SequenceClaims`] into the request's extensions. Players of OMS Wallet, or of both wallets at one backend, are the
//! subject of [`guide::issuers`].
//!
//! # Example
//!
//! With every default, in axum:
//!
//! ```
//! use axum::{Extension, Router, routing::get};
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//!
//! async fn me(Extension(claims): Extension<SequenceClaims>) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//!
//! let app: Router = Router::new()
//!     .route("/me", get(me))
//!     .layer(SequenceAuthLayer::new(13639));
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
//! # Guide
//!
//! | you want to | page |
//! |---|---|
//! | put the layer into an axum router, and see what is open | [`guide::routers`] |
//! | combine it with CORS, CSRF checks, traces and limits | [`guide::middleware`] |
//! | log players in from browsers with nonces, on two hosts, in frames | [`guide::logins`] |
#![cfg_attr(
    feature = "redis",
    doc = "| share used nonces in Redis, with Sentinel or client certificates | [`guide::redis`] |"
)]
//! | serve gRPC or gRPC-Web with tonic | [`guide::grpc`] |
//! | use salvo, poem or warp | [`guide::servers`] |
//! | use actix-web, Rocket or another server that is not tower | [`guide::without_tower`] |
//! | protect a backend in another language behind nginx, Traefik or Caddy | [`guide::proxies`] |
//! | see what the layer does in production: events, metrics, spans | [`guide::observing`] |
//! | write an OpenAPI document with utoipa or aide | [`guide::openapi`] |
//! | accept OMS Wallet, or move to it | [`guide::issuers`] |
//!
//! # What is checked
//!
//! In this order; the first check that fails answers the request, and [`AuthErrorKind`] names it.
//!
//! 1. One token: in `Authorization: Bearer` (RFC 6750 §2.1), else in the field `sequenceToken` of a JSON body, or
//!    `idToken` where OMS Wallet is trusted. With a bearer token the body is not touched. A JSON body is looked into
//!    if the method may carry one, no content coding is applied, and its type is that of one document
//!    (`application/json`, or `+json` of anything but a stream); it is handed on byte for byte, with its trailers.
//!    [`sources`](SequenceAuthLayer::sources) sets other places.
//! 2. The token's form (RFC 7515 §7.1): at most 8 KiB, strict base64url, a header of at most 1 KiB that says
//!    `RS256` (`ES256` for OMS Wallet) and names a key. Extensions (`crit`, `b64`, `zip`) are refused, keys inside the
//!    header ignored.
//! 3. The key, by its id, in one snapshot of the issuer's keys. Where two issuers are trusted, the algorithm says which
//!    one is asked.
//! 4. The signature, before any claim is looked at. No secret is compared, so there is no timing to hide.
//! 5. The claims: `iss`, `aud`, `exp`, `iat`, `nbf`, `auth_time`, `sub` (and OMS Wallet's `wallet_address` and
//!    `wallet_type`), each once and of its type; then
//!    what the layer asks beyond that, the `email` above all (at most 320 bytes, no control characters), and the
//!    ages of token and session.
//! 6. The application's own predicates, then what it [loads](SequenceAuthLayer::load) of the player; a token that does
//!    not meet them is answered with 403.
//! 7. The nonce, or the first use of the token, where the layer asks for it. This comes last, so that a bad
//!    token uses nothing.
//!
//! A token whose claims are good is [remembered](SequenceAuthLayerBuilder::token_cache) when it comes the second
//! time: from then on its form and its signature are known, and all that depends on the time or on the layer is
//! checked anew:
//! ages, predicates, nonce and first use among it. The whole token is compared; what one key has passed is
//! forgotten when that key is gone.
//!
//! [`SequenceClaims`] that are already in the extensions are removed first, and so is what another layer has loaded. A
//! request without a verified token holds nothing of the inner service, neither while its body is read nor while keys
//! are waited for.
//!
//! # Proof of ownership
//!
//! A token is good for 10 minutes (one of OMS Wallet as long as its client chose), and nothing in it says that it was
//! used: anybody who copies one can send it again. This is a replay, and where a token is changed for a session of the
//! application it hands over the account. [`Nonces`] end that, with one line for the route that signs in:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, routing::{get, post}};
//! # use sequence_auth::{LoginCookies, NonceKey, Nonces, testing::LocalIssuer};
//! # async fn login() {}
//! # async fn me() {}
//! # fn app(key: NonceKey) -> Result<Router, sequence_auth::ConfigError> {
//! # let auth = LocalIssuer::new().layer(13639);
//! let nonces = Nonces::builder(key).bound_by_login_cookies(LoginCookies::default()).build()?;
//! let app = Router::new()
//!     .route("/login", post(login).layer(auth.clone().with_nonces(nonces)))
//!     .route("/me", get(me).layer(auth));
//! # Ok(app)
//! # }
//! # }
//! ```
//!
//! 1. The client asks the application for a nonce: [`Nonces::respond_to`] answers with one, and with the cookie that it
//!    is bound to, and stores nothing.
//! 2. It calls `sequence.getIdToken({ nonce })`, and the issuer signs the nonce into the token.
//! 3. It sends the token. The layer checks that the nonce is one of the application's, has not expired (5
//!    minutes by default), belongs to this browser, and was never used.
//! 4. The inner service runs once, and starts the application's own session.
//!
//! A nonce that is bound to the browser also prevents login CSRF: an attacker who has a victim's browser send
//! the attacker's token would sign the victim in as the attacker. So [bind](Nonces#binding) them; [`guide::logins`] has
//! the server's and the client's lines.
//!
//! What was used is remembered by a [`OneTimeStore`]: in this process by [`MemoryStore`], the default, or anywhere
//! else that all instances ask. It is recorded before the inner service is called. So a client that goes away
//! meanwhile, or that is answered with 503 because the store did not answer, may find its nonce used, and asks for
//! another one. The store never forgets early and never guesses: if it is full or down, the answer is 503.
//!
//! All instances need the same [`NonceKey`]: 32 random bytes, as `openssl rand -base64 32` makes them. It
//! takes turns with the [previous one](NoncesBuilder::previous_key). And they need one
//! [store](NoncesBuilder::store) that they share: each refuses the nonces of another's memory.
//!
//! Weaker, for clients of Embedded Wallet that cannot send a nonce: [`once`](SequenceAuthLayer::once) lets each token
//! pass once, and [`max_token_age`](SequenceAuthLayer::max_token_age) shortens its life.
//! [`max_session_age`](SequenceAuthLayer::max_session_age) asks for a recent sign-in to the wallet.
//!
//! # Keys
//!
//! One background task keeps them fresh; any number of layers and clones share it. It starts when a layer
//! is first used inside a Tokio runtime, and ends with the last clone. axum applies layers when the first
//! request comes: [`SequenceAuthLayer::ready`] at start-up fetches the keys before that. The runtime needs
//! its timer, and for the default fetch its I/O driver; it has to go on running while the layer is used, be
//! it a `current_thread` one. Where it has ended, the next use starts the task in its own runtime.
//! [`SequenceAuthLayer::shutdown`] ends it for good, and waits for that.
//!
//! Events of `tracing` report the keys: the first load and each change at `info`, failed fetches, stale keys and floods
//! of unknown keys at `warn`, expired keys at `error`. Refusals and their reasons are logged at `debug`.
//! [`SequenceAuthLayer::health`] returns the state at any time.
//!
//! # Features
//!
//! - `http` (default): fetches the keys with reqwest over rustls. Without it, bring a [`FetchKeys`] or
//!   static keys.
//! - `native-tls`: uses the operating system's TLS for that fetch.
//! - `axum`: [`SequenceClaims`] and `Option<SequenceClaims>` as extractors of axum 0.8, [`AuthError`] as a response.
//! - `redis`: `RedisStore` remembers in Redis what was used once, for any number of instances.
//! - `testing`: `LocalIssuer` mints tokens for tests, `SequenceClaims::builder()` makes claims without.
//!
//! The feature `http` switches on rustls's aws-lc-rs provider. Where another part of the tree switches on
//! a second provider, code that leaves the choice to rustls panics, although the fetch does not: install
//! one for the process (`rustls::crypto::CryptoProvider::install_default`) first thing in `main`, or leave
//! the feature out.
//!
//! # Threat model
//!
//! The attacker can send any bytes, at any pace, over any number of connections; holds tokens of other
//! projects, of guests, of players whose accounts are theirs, and expired ones; knows the issuer's public
//! keys; and may control what is between the issuer and this process, but not TLS. The issuer is trusted
//! for what it signs, and for nothing else: its key document may be missing, late, huge or nonsense.
//!
//! What the layer answers to that is in the sections above: it checks in a fixed order, cheapest first, and
//! reads no claim before the signature holds. A refused request costs no more than a good token of its size that
//! was never seen before, give or take 3 %, however large or odd its headers are. A JSON body costs in proportion
//! to its bytes, at most a fifth of a new token for each KiB, counted in instructions. One without a verified token
//! makes the layer hold 64 KiB at most, or four times `body_limit` with a JSON
//! body; it waits 2 seconds for keys at most, and 5 for a body. Nothing in a request names an address that
//! anybody would connect to.
//!
//! What is left to the application:
//!
//! - TLS. A token is a bearer credential (RFC 6750 §5.2): anybody who copies one owns it until it expires,
//!   unless the layer asks for [nonces](#proof-of-ownership): ten minutes after it was issued for Embedded Wallet, at
//!   most `max_token_lifetime` later for OMS Wallet. Keep it out of URLs and logs. Nothing revokes it.
//! - What the token is used for. A page that signs its visitor in with a token that an attacker got for
//!   themselves signs the visitor in as the attacker: use nonces that are bound to the browser, by
//!   [`LoginCookies`] or by a cookie of your own that nobody can guess and no other host can set.
//! - The key of the nonces. Anybody who knows it can make nonces, and replay tokens with them.
//! - What an email means. It is what the issuer says; no claim says that it was verified.
//! - Streams. A WebSocket or a stream of events that was opened with a good token goes on after `exp`;
//!   `examples/websocket` shows sessions that end with their token, by [`SequenceAuthLayer::verifier`].
//! - Cookies. A token from a [cookie](TokenSource::cookie) is refused where the browser says that another site made a
//!   request which may change something. `GET` must not change anything.
//! - Connections. An upload may be refused before it has been read. A server that then closes the connection at
//!   once loses the answer in a reset (RFC 9112 §9.6): `examples/serving` has a listener for `axum::serve` that
//!   closes in stages, and a `main` whose end no look-up of a name holds up.
//! - What stands outside. A layer that was forgotten on a route protects nothing: [`guide::routers`] says what is open.
//!   A layer that rewrites bodies belongs inside, and a CORS layer outside, because preflights carry no token:
//!   [`guide::middleware`] has the order.

mod authenticator;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod claims;
mod defaults;
mod encoding;
mod error;
#[cfg(any(doc, doctest))]
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

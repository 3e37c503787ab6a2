//! How this crate compares with other Rust crates for tokens and logins, and when another crate is the better choice.
//!
//! As of **November 2026**. Every statement was checked in the published source of the [version](#versions) named here, and
//! describes its defaults unless stated otherwise. Other versions may differ.
//!
//! # Which crate for which task
//!
//! | task | crate |
//! |---|---|
//! | verify ID tokens of Sequence Embedded Wallet or OMS Wallet | this crate |
//! | verify tokens of other issuers (Auth0, Keycloak, Entra, Cognito …) in a tower service | [tower-oauth2-resource-server] |
//! | the same as an extractor in axum, also with keys or secrets of your own | [axum-jwt-auth] |
//! | the same with EdDSA, PEM files or secrets, in axum 0.7 or tonic 0.12 | [jwt-authorizer] |
//! | redirect users to an OpenID Connect provider and back | [openidconnect] |
//! | keep users signed in after a login, with permissions | [axum-login], or [tower-sessions] alone |
//! | sign and verify JWTs without HTTP | [jsonwebtoken] |
//!
//! The crates combine well: this crate verifies the token at the login route, and axum-login or tower-sessions keeps
//! the session ([`guide::logins`](crate::guide::logins)). An application can protect its player routes with this crate
//! and its admin routes with another.
//!
//! **This crate is the wrong choice** for issuers other than Sequence's, for OpenID Connect in general, and for sessions. Its
//! two issuers are built in. So the algorithm, the claims, their types and their limits are fixed, and cannot be configured
//! wrongly.
//!
//! # What they verify
//!
//! | | sequence-auth 0.1.0 | axum-jwt-auth 0.7.0 | tower-oauth2-resource-server 0.12.5 | jwt-authorizer 0.15.0 | axum-jwks 0.12.0 |
//! |---|---|---|---|---|---|
//! | issuers | Embedded Wallet, OMS Wallet, or both | any | any, several at once | any, several at once | any |
//! | form | tower layer; axum extractor | axum extractor | tower layer | tower layer | axum extractor |
//! | frameworks | axum 0.8, hyper 1, tonic 0.14 | axum 0.8 | tower 0.5, http 1 | axum 0.7, tonic 0.12 | axum 0.8 |
//! | algorithms | RS256, ES256, fixed by the issuer | those of jsonwebtoken 10 | asymmetric ones of jsonwebtoken 11; a list of your own | those of jsonwebtoken 9 | RSA |
//! | keys from | JWKS, fixed keys, a fetcher | JWKS, fixed keys and secrets | OIDC discovery, JWKS, fixed JWKS | OIDC discovery, JWKS, PEM, secrets | OIDC discovery, JWKS |
//! | claims | typed for Sequence, and your own type | your own type | your own type | your own type | your own type |
//! | `iss` and `aud` | always checked | as you configure `Validation` | `iss` after discovery, `aud` if set; with `jwks_url`, set `claims_validation` to check `iss` | if set | `aud` if set; `iss` cannot be checked |
//! | token sources | bearer, header, cookie, subprotocol, JSON field, a function | bearer, header, cookie, a trait | bearer, a trait | bearer, cookie | bearer |
//! | one-time use, nonces | yes, in memory or Redis | – | – | – | – |
//!
//! # How they handle keys
//!
//! | | sequence-auth | axum-jwt-auth | tower-oauth2-resource-server | jwt-authorizer | axum-jwks |
//! |---|---|---|---|---|---|
//! | refresh | every 5 min in the background | every hour in the background | every 60 s in the background | by a request with an unknown `kid`, at most every 10 min; or by an interval | never |
//! | unknown `kid` | a shared fetch; the request waits up to 2 s | 500 | 401 | a fetch by the request, which waits; within 10 min of the last one: 401 | 401 |
//! | issuer down at start | the server starts; 503 until the keys come | `initialize()` fails | discovery fails; with `jwks_url` the server starts, 401 until the keys come | discovery fails; with a JWKS URL the server starts, 500 or 401 until the keys come | construction fails |
//! | issuer down later | the last keys for 24 h, then 503 | the last keys, without limit | the last keys, without limit | the last keys, without limit | the first keys, until a restart |
//! | unusable key in the set | skipped | the whole refresh fails | the whole refresh fails | skipped | skipped if its `alg` is missing or unsupported; otherwise construction fails |
//! | time limit of a fetch | 5 s | 10 s | none unless you set the client | none | none unless you set the client |
//! | health for probes | yes | – | – | – | – |
//!
//! # How they refuse
//!
//! | | sequence-auth | axum-jwt-auth | tower-oauth2-resource-server | jwt-authorizer | axum-jwks |
//! |---|---|---|---|---|---|
//! | status | 400, 401, 403, 408, 413, 429, 503 | 401, 500 | 401 | 401, 403, 500 | your own type; 401 by default |
//! | `WWW-Authenticate` (RFC 6750 §3) | yes, with the error | – | if the header is missing or malformed | yes, with the error | – |
//! | body | JSON that names the check | text that names the check | empty | empty | empty |
//! | gRPC status | yes; gRPC-Web too | – | – | yes | – |
//! | own responses | `on_reject` | own extractor | `ErrorHandler` | – | own type |
//!
//! # Cost and tools
//!
//! | | sequence-auth | axum-jwt-auth | tower-oauth2-resource-server | jwt-authorizer | axum-jwks |
//! |---|---|---|---|---|---|
//! | cryptography | aws-lc-rs | RSA in pure Rust, or aws-lc-rs | RSA in pure Rust, or aws-lc-rs | ring | ring |
//! | a new token, in [raw RSA checks](crate::guide::performance#other-libraries-and-whole-servers) | 1.19 | 1.52 (12 in pure Rust) | 1.55 (12 in pure Rust) | 1.61 | 1.64 |
//! | a token that was seen before | 0.016 | 1.51 | 1.53 | 1.60 | 1.65 |
//! | issuer for tests | `LocalIssuer` | – | – | – | – |
//! | metrics | feature `metrics` | – | – | – | – |
//! | minimum Rust version | 1.88 | 1.85 | 1.88 | not stated | not stated |
//!
//! With tower-oauth2-resource-server, the inner service that is called is a clone which was not polled ready. Limits of
//! `tower::limit` therefore belong outside of its layer.
//!
//! # `jsonwebtoken` alone
//!
//! [jsonwebtoken] 11 verifies a token with a key that you give it. Fetching, caching and choosing keys, reading the
//! request and refusing it remain your code. Its `Validation` checks `exp` by default. It checks `iss` only if you set
//! it, and a claim that is absent passes unless you require it. This crate uses its types for keys and algorithms, and
//! its `decode` as a second opinion in tests.
//!
//! # The same setup with this crate
//!
//! With every default:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::SequenceAuthLayer;
//!
//! let auth = SequenceAuthLayer::new(13639); // keys, algorithm, iss, aud, exp, iat, wallet, email
//! # }
//! ```
//!
//! With settings that other crates have in a `Validation`, and a predicate over a claim of your own type:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//!
//! use sequence_auth::{IdentityType, SequenceAuthLayer, TokenSource};
//!
//! let auth = SequenceAuthLayer::builder(13639)
//!     .leeway(Duration::from_secs(10))
//!     .build()?
//!     .sources([TokenSource::bearer(), TokenSource::cookie("__Host-token")?])
//!     .authorize(|claims| claims.identity().is_some_and(|identity| identity.identity_type() != IdentityType::Guest));
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! # Versions
//!
//! sequence-auth 0.1.0, axum-jwt-auth 0.7.0, axum-jwks 0.12.0, axum-login 0.18.0, jsonwebtoken 11.1.0, jwt-authorizer 0.15.0,
//! openidconnect 4.1.0, tower-oauth2-resource-server 0.12.5, tower-sessions 0.15.0: the newest versions in November 2026.
//! `benches/peers` in the repository builds and measures those that verify tokens.
//!
//! [axum-jwt-auth]: https://docs.rs/axum-jwt-auth/0.7.0
//! [axum-login]: https://docs.rs/axum-login/0.18.0
//! [jsonwebtoken]: https://docs.rs/jsonwebtoken/11.1.0
//! [jwt-authorizer]: https://docs.rs/jwt-authorizer/0.15.0
//! [openidconnect]: https://docs.rs/openidconnect/4.1.0
//! [tower-oauth2-resource-server]: https://docs.rs/tower-oauth2-resource-server/0.12.5
//! [tower-sessions]: https://docs.rs/tower-sessions/0.15.0

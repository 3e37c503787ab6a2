//! What the layer checks, in which order and why, with every limit.
//!
//! # At a glance
//!
//! The first check that fails ends the request, and [`AuthErrorKind`](crate::AuthErrorKind) names it. The
//! [table of errors](crate::guide::answers#every-kind-of-error) lists the kinds in about this order.
//!
//! | step | check | refused with | may wait for |
//! |--:|---|---|---|
//! | 1 | The request holds one token. | 400, 401, 403, 408, 413 | the body, if it is searched: 5 seconds |
//! | 2 | The token has the form of an ID token. | 400, 401 | |
//! | 3 | The issuer publishes the key that the token names. | 401, 503 | keys: 2 seconds |
//! | 4 | The signature is valid. | 401 | |
//! | 5 | The claims are well formed, by the issuer, and valid now. | 401 | |
//! | 6 | The token is for your project, has an email, and is young enough. | 401 | |
//! | 7 | Your application accepts the player. | 403, 503 | your predicates, and each `load`: 5 seconds |
//! | 8 | The nonce, or the token, is used for the first time. | 401, 429, 503 | the store |
//!
//! Three rules give this order:
//!
//! - **Cheap checks come first.** Comparing lengths and reading 100 bytes of header costs much less than verifying a
//!   signature, so a flood of malformed tokens costs the server little.
//! - **The signature comes before the claims.** Until the signature is verified, an attacker may have written every byte.
//!   The layer decides only by claims whose signature it has verified.
//! - **The one-time use comes last.** A token that fails another check uses no nonce.
//!
//! A token can fail several checks. This one is forged and has expired, and the expiry is never read:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
//!
//! let issuer = LocalIssuer::new();
//! let verifier = issuer.layer(13639).verifier();
//!
//! let attacker = LocalIssuer::new();
//! let forged = attacker.token().header("kid", issuer.key_id()).expired().mint();
//! let error = verifier.verify(&forged).await.unwrap_err();
//! assert_eq!(error.kind(), AuthErrorKind::InvalidSignature);
//!
//! let expired = issuer.token().expired().mint();
//! let error = verifier.verify(&expired).await.unwrap_err();
//! assert_eq!(error.kind(), AuthErrorKind::Expired);
//! # });
//! # }
//! ```
//!
//! # 1. One token
//!
//! The layer searches its [sources](crate::guide::sources) in order: by default the header `Authorization: Bearer`
//! (RFC 6750 §2.1), then the field `sequenceToken` of a JSON body, then `idToken` if OMS Wallet is trusted. The first
//! source with credentials decides: a bad bearer token never falls back to the body, and with a bearer token the body is
//! not read at all.
//!
//! Two `Authorization` headers, malformed credentials, and a token field that is repeated or not a string are 400
//! (RFC 6750 §3.1). A request without a token is 401, unless the layer is
//! [`optional`](crate::SequenceAuthLayer::optional).
//!
//! # 2. The form
//!
//! The layer accepts the compact form of a JWS (RFC 7515 §7.1), and parses it strictly:
//!
//! | | limit |
//! |---|---|
//! | token | at most 8,192 bytes; three non-empty parts |
//! | each part | unpadded base64url, without white space or stray bits |
//! | header | at most 1,024 bytes, encoded; one JSON object of up to 16 members, each once |
//! | `alg` | exactly `RS256` for Embedded Wallet, `ES256` for OMS Wallet |
//! | `kid` | a string of 1 to 128 bytes |
//! | `typ` | `JWT` in any case, or absent |
//! | `crit`, `b64`, `zip` | refused: each changes how the rest has to be read |
//! | `jwk`, `jku`, `x5c`, `x5u` | ignored: a key comes from the issuer, never from the token (RFC 8725 §3.10) |
//! | header and payload | UTF-8 |
//!
//! Each issuer has one algorithm, fixed by its kind, so neither `none` nor an HMAC with the public key is ever tried
//! (RFC 8725 §3.1). If the layer trusts both issuers, `alg` alone selects the issuer.
//! A malformed token is refused as malformed even during an outage, and never causes a fetch of keys.
//!
//! # 3. The key
//!
//! The layer finds the key by `kid` in one snapshot of the issuer's keys. RSA keys have 2,048 to 8,192 bits, and the
//! keys of OMS Wallet are on the curve P-256. An unknown `kid` may mean that the issuer has a new key. So a shared
//! fetch starts, and up to 64 requests wait for it, each at most 2 seconds; further requests are refused at once. The
//! response is 401 if the issuer does not publish the key, and 503 if the issuer cannot be reached.
//! [`keys`](crate::guide::keys) describes how floods of unknown keys are limited.
//!
//! # 4. The signature
//!
//! The signature is verified over the bytes of the token as they came (RFC 7515 §5.2). The comparison involves public
//! data only, so its timing reveals no secret. After a bad signature the layer fetches the keys in the background,
//! because the issuer may have replaced a key under the same `kid`.
//!
//! # 5. The claims
//!
//! | claim | requirement | source |
//! |---|---|---|
//! | all | one JSON object, each name once | RFC 7519 §4 |
//! | `iss` | equal to the configured issuer, byte for byte | RFC 7519 §4.1.1 |
//! | `aud` | present: a string, or an array of strings | RFC 7519 §4.1.3 |
//! | `exp` | required; `now < exp + leeway`; at most `max_token_lifetime` (24 hours) ahead of now, and of `iat`, plus leeway | RFC 7519 §4.1.4 |
//! | `iat` | required for Embedded Wallet; `iat <= now + leeway` | RFC 7519 §4.1.6 |
//! | `nbf` | optional; `nbf <= now + leeway` | RFC 7519 §4.1.5 |
//! | `auth_time` | optional; `auth_time <= now + leeway` | OpenID Connect Core §2 |
//! | `sub` | Embedded Wallet: `0x` and 40 hexadecimal digits. OMS Wallet: a wallet ID of 1 to 255 bytes, not blank, without control and invisible characters | |
//! | `wallet_type`, `wallet_address` | OMS Wallet only: `ethereum` or absent; `0x` and 40 hexadecimal digits | |
//! | `email` | optional here; at most 320 bytes, without control characters | RFC 5321 §4.5.3.1 |
//! | `nonce` | optional here; a string | |
//! | `{iss}/identity` | Embedded Wallet only, optional; an object of strings | |
//!
//! Times are JSON numbers of seconds between 1970 and 9999, whole or not. The **leeway** is 30 seconds by default and at
//! most 300. `iss` is checked before all times, so a token of another environment is reported as such, and not
//! as expired. Other claims are ignored.
//!
//! # 6. The requirements of the layer
//!
//! In this order:
//!
//! - `aud` names the project of the layer, or a project of [`also_project`](crate::SequenceAuthLayer::also_project)
//!   (RFC 8725 §3.9).
//! - `email` is present and not blank, unless the layer has
//!   [`EmailPolicy::Optional`](crate::EmailPolicy::Optional).
//! - The token is at most [`max_token_age`](crate::SequenceAuthLayer::max_token_age) old by `iat`, and the sign-in at most
//!   [`max_session_age`](crate::SequenceAuthLayer::max_session_age) by `auth_time`, plus leeway. Neither limit is set by
//!   default.
//!
//! # 7. Your application
//!
//! First all predicates of [`authorize`](crate::SequenceAuthLayer::authorize), then those of
//! [`authorize_async`](crate::SequenceAuthLayer::authorize_async), then each
//! [`load`](crate::SequenceAuthLayer::load) in the order in which they were added. `false` and `None` are 403. An error of
//! `load`, or more than 5 seconds, is 503. `authorize_async` has no time limit of its own.
//!
//! After `authorize_async` and `load`, the layer checks `exp` and the ages of step 6 again: a token may expire while your
//! application is asked.
//!
//! # 8. The one-time use
//!
//! With [`with_nonces`](crate::SequenceAuthLayer::with_nonces), the nonce was issued by this application, is bound
//! to this browser, has not expired, and was never used. With [`once`](crate::SequenceAuthLayer::once), the token was
//! never used. The use is recorded before the inner service is called. [`nonces`](crate::guide::nonces) has the details.
//!
//! # What the token cache skips
//!
//! Verifying the signature is most of the work. So the layer caches a token when it sees the token for the second time,
//! and the token has passed steps 1 to 5 and the checks of audience and email. The cache holds 4,096 tokens by default,
//! up to 3 KiB each ([`token_cache`](crate::SequenceAuthLayerBuilder::token_cache); 0 turns the cache off). It compares
//! whole tokens, byte for byte.
//!
//! | with a cached token | |
//! |---|---|
//! | skipped | steps 2 and 4, and the types of the claims in step 5 |
//! | checked on every request | the key is still published; `exp`, `iat`, `nbf`, `auth_time` and the lifetime; steps 1, 6, 7 and 8 |
//!
//! Clones of a layer share the cache. Each clone applies its own requirements to the cached claims.
//!
//! # What the handler receives
//!
//! - The [claims](crate::SequenceClaims), and each loaded value, in the request's extensions. Values of these types that
//!   were in the extensions before are removed on every path.
//! - The body, byte for byte and with its trailers, also if the layer has searched it.
//! - The headers, marked as sensitive if one of the sources reads them. The entry of a
//!   [subprotocol](crate::guide::sources#websocket-subprotocols) with a token is removed.
//!
//! While a request waits for its body, for keys, for a `load` or for the store, it takes no place in the inner service, for
//! example under a concurrency limit.
//!
//! # Stricter checks
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! # use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
//! use std::time::Duration;
//!
//! use sequence_auth::{Identity, IdentityType};
//!
//! # let issuer = LocalIssuer::new();
//! # let builder = issuer.builder(13639);
//! // In production: let builder = SequenceAuthLayer::builder(13639);
//! let layer = builder
//!     .leeway(Duration::from_secs(5)) // the servers' clocks are synchronized
//!     .max_token_lifetime(Duration::from_secs(15 * 60))
//!     .build()?
//!     .max_token_age(Duration::from_secs(60)) // the client gets a new token for each call
//!     .max_session_age(Duration::from_secs(24 * 60 * 60))
//!     .authorize(|claims| {
//!         let signed_in_by = claims.identity().map(Identity::identity_type);
//!         matches!(signed_in_by, Some(IdentityType::Email | IdentityType::Oidc))
//!     });
//! # let verifier = layer.verifier();
//! # assert!(verifier.verify(&issuer.token().mint()).await.is_ok());
//! # let two_minutes_ago = std::time::SystemTime::now() - Duration::from_secs(120);
//! # let old = verifier.verify(&issuer.token().issued_at(two_minutes_ago).mint()).await;
//! # assert_eq!(old.unwrap_err().kind(), AuthErrorKind::TokenTooOld);
//! # Ok::<(), sequence_auth::ConfigError>(()) }).unwrap();
//! # }
//! ```
//!
//! [`limits`](crate::guide::limits) lists every limit of the crate.
//! [`threat_model`](crate::guide::threat_model) describes the attackers that these checks stop.

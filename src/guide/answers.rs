//! Responses and errors: what the layer sends when it refuses a request, why, and how to fix the cause.
//!
//! # The response
//!
//! The first check that fails decides the response. A request with an expired token gets this one:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, body::{Body, to_bytes}, http::Request, routing::get};
//! # use tower::ServiceExt;
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! use sequence_auth::{AuthError, AuthErrorKind, testing::LocalIssuer};
//!
//! let issuer = LocalIssuer::new();
//! let app = Router::new().route("/me", get("Hello")).layer(issuer.layer(13639));
//! let expired = issuer.token().expired().mint();
//! let request = Request::get("/me").header("authorization", format!("Bearer {expired}"));
//! let response = app.oneshot(request.body(Body::empty())?).await?;
//!
//! assert_eq!(response.status(), 401);
//! assert_eq!(response.headers()["cache-control"], "no-store");
//! assert_eq!(
//!     response.headers()["www-authenticate"],
//!     r#"Bearer realm="sequence", error="invalid_token", error_description="the token has expired (exp)""#
//! );
//! // For middleware outside of the layer:
//! let error = response.extensions().get::<AuthError>().expect("the layer refused the request");
//! assert_eq!(error.kind(), AuthErrorKind::Expired);
//!
//! let body = to_bytes(response.into_body(), 1024).await?;
//! assert_eq!(body, r#"{"error":"invalid_token","error_description":"the token has expired (exp)"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # }
//! ```
//!
//! | case | status | gRPC | `error` |
//! |---|---|---|---|
//! | no token | 401 | 16 `UNAUTHENTICATED` | `missing_token` |
//! | malformed credentials or JSON, a body that breaks off | 400 | 3 `INVALID_ARGUMENT` | `invalid_request` |
//! | the body is too large | 413 | – | `invalid_request` |
//! | the body arrives too slowly | 408 | – | `invalid_request` |
//! | a check of the token or its nonce fails | 401 | 16 `UNAUTHENTICATED` | `invalid_token` |
//! | the token is valid, and the application refuses its player, or another site sent the cookie | 403 | 7 `PERMISSION_DENIED` | `insufficient_scope` |
//! | keys, the application's data or the store of used nonces are unavailable | 503 | 14 `UNAVAILABLE` | `temporarily_unavailable` |
//! | the wallet has used up its share of the store of used nonces | 429 | 8 `RESOURCE_EXHAUSTED` | `temporarily_unavailable` |
//!
//! - The **body** is a JSON object with `error` and `error_description`. The texts are fixed: they never contain the
//!   token, a claim or the message of another library.
//! - **`WWW-Authenticate`** is set on 400, 401 and 403 (RFC 6750 §3). Without a token it has the realm alone, otherwise
//!   `error` and `error_description`, too.
//! - **`Retry-After`** is set on 429 and 503, in whole seconds and at least 1. For keys it is the time to the next fetch.
//! - **`Connection: close`** is set on a 408 over HTTP/1 (RFC 9110 §15.5.9).
//! - **gRPC** requests get HTTP status 200 and the status in the headers `grpc-status` and `grpc-message`. **gRPC-Web**
//!   requests get it in a frame of the body. The content type of the request decides; see [`grpc`](crate::guide::grpc).
//!   Bodies of both are never searched, so these calls are never refused with 413 or 408.
//! - [`Nonces::respond_to`](crate::Nonces::respond_to) has two responses of its own. With login cookies, it is 403
//!   `access_denied` if another site requests a nonce. It is 400 `invalid_request` if the request lacks the cookie or
//!   header of your own that nonces are bound to, or if the layer would not search the cookies of the login request,
//!   because they would exceed 16 KiB. The new login cookie counts; of the cookies that the response removes, name and
//!   value do not. It is also 400 if the request has more than 128 login cookies, or the name of your own cookie more
//!   than 128 times.
//!
//! # Every kind of error
//!
//! [`AuthErrorKind`](crate::AuthErrorKind) names the check that failed. Its name in snake case
//! ([`as_str`](crate::AuthErrorKind::as_str)) is the same in events, metrics and spans, and never changes once it is
//! released; the text for the client may change. "At fault" says whose side needs a fix.
//!
//! ## No credentials, or malformed ones
//!
//! | kind | status | text for the client | at fault | meaning and cure |
//! |---|---|---|---|---|
//! | [`missing_token`](crate::AuthErrorKind::MissingToken) | 401 | no ID token was sent | client, proxy | No source held a token. The text that the client gets also names the sources of the layer. Send the token in one of them. At `debug`, an event gives the reason for each source. |
//! | [`repeated_authorization`](crate::AuthErrorKind::RepeatedAuthorization) | 400 | more than one Authorization header was sent | client, proxy | Send one header. Check whether a proxy adds its own credentials. |
//! | [`malformed_authorization`](crate::AuthErrorKind::MalformedAuthorization) | 400 | the Authorization header holds no well-formed token | client | After `Bearer`, the token is missing or contains characters outside of RFC 6750 §2.1, such as quotes or braces. Often the client sent JSON instead of the bare token. |
//! | [`repeated_token_header`](crate::AuthErrorKind::RepeatedTokenHeader) | 400 | the header for the token was sent more than once | client, proxy | Send the header of [`TokenSource::header`](crate::TokenSource::header) once. |
//! | [`malformed_token_header`](crate::AuthErrorKind::MalformedTokenHeader) | 400 | the header for the token holds no well-formed token | client | As `malformed_authorization`, for a header of your own. |
//! | [`repeated_token_cookie`](crate::AuthErrorKind::RepeatedTokenCookie) | 400 | the cookie for the token was sent more than once | application | Two cookies have the name, with other paths or domains. Set the cookie with the prefix `__Host-`, and delete the other cookie. |
//! | [`malformed_token_cookie`](crate::AuthErrorKind::MalformedTokenCookie) | 400 | the cookie for the token holds no well-formed token, or there are too many cookies | application | The value contains quotes or other characters outside of RFC 6750 §2.1, or all cookies together exceed 16 KiB, or contain `name=` more than 128 times. Set the bare token, and fewer cookies. |
//! | [`repeated_token_protocol`](crate::AuthErrorKind::RepeatedTokenProtocol) | 400 | more than one subprotocol for the token was sent | client | Offer one subprotocol with the prefix. |
//! | [`malformed_token_protocol`](crate::AuthErrorKind::MalformedTokenProtocol) | 400 | the subprotocol for the token holds no well-formed token, or there are too many of them | client | Put the bare token directly after the prefix. All subprotocols together have at most 16 KiB, and contain the prefix at most 128 times. |
//! | [`malformed_body`](crate::AuthErrorKind::MalformedBody) | 400 | the body is not valid JSON | client | The content type says JSON, and the body is not JSON in UTF-8. |
//! | [`repeated_token_field`](crate::AuthErrorKind::RepeatedTokenField) | 400 | the body holds more than one token field | client | Send one token field, once. A layer that trusts OMS Wallet searches for `sequenceToken` and `idToken`: set the [sources](crate::guide::sources) if one of them has another meaning. |
//! | [`token_field_not_string`](crate::AuthErrorKind::TokenFieldNotString) | 400 | the token field of the body is not a string | client | Often the client sent the whole result of `getIdToken()`, which is an object, instead of its `idToken`. |
//! | [`body_interrupted`](crate::AuthErrorKind::BodyInterrupted) | 400 | the body could not be read to its end | client, network | The client disconnected, or a layer outside failed while the body was read. |
//! | [`body_too_large`](crate::AuthErrorKind::BodyTooLarge) | 413 | the body is too large | client | A JSON body is searched up to [`body_limit`](crate::SequenceAuthLayer::body_limit), 65,536 bytes by default, or up to a smaller limit outside the layer. Send the token in a header: then the body streams. |
//! | [`body_timeout`](crate::AuthErrorKind::BodyTimeout) | 408 | the body did not arrive in time | client, network | The body took longer than [`body_timeout`](crate::SequenceAuthLayer::body_timeout), 5 seconds by default. |
//!
//! ## The form and the signature of the token
//!
//! | kind | status | text for the client | at fault | meaning and cure |
//! |---|---|---|---|---|
//! | [`token_too_large`](crate::AuthErrorKind::TokenTooLarge) | 401 | the token is larger than 8192 bytes | client | The issuer's tokens have 700 to 1,200 bytes. With OMS Wallet, shorten the custom claims. |
//! | [`malformed_token`](crate::AuthErrorKind::MalformedToken) | 401 | the token is not three parts of unpadded base64url | client | The text is not an ID token (`undefined`, for example), or it was cut off or encoded again. |
//! | [`header_too_large`](crate::AuthErrorKind::HeaderTooLarge) | 401 | the header of the token is larger than 1024 bytes | client | The token is not one of Sequence's, whose headers have 83 characters. |
//! | [`malformed_header`](crate::AuthErrorKind::MalformedHeader) | 401 | the header of the token is malformed | client | The header is not one JSON object of up to 16 members, each once and of its type. |
//! | [`unsupported_algorithm`](crate::AuthErrorKind::UnsupportedAlgorithm) | 401 | the algorithm (alg) of the token is not one that this service accepts | client, settings | Embedded Wallet signs with RS256, OMS Wallet with ES256. To accept both, combine two layers by [`or`](crate::guide::issuers). |
//! | [`unsupported_type`](crate::AuthErrorKind::UnsupportedType) | 401 | the type (typ) of the token is not JWT | client | The token is an access token or another kind of JWS, not an ID token. |
//! | [`unsupported_extension`](crate::AuthErrorKind::UnsupportedExtension) | 401 | the token asks for an extension that is not supported | client | The header has `crit`, `b64` or `zip`, which Sequence's tokens never have. |
//! | [`missing_key_id`](crate::AuthErrorKind::MissingKeyId) | 401 | the token does not name its key (kid) | client | The `kid` of the header is missing, empty or longer than 128 bytes. |
//! | [`unknown_key`](crate::AuthErrorKind::UnknownKey) | 401 | the token names a key (kid) that the issuer does not publish | client, settings | The token is from another environment or issuer, or was signed with a key that is gone. Get a new token. If every token is refused, check the environment: see [troubleshooting](crate::guide::troubleshooting). |
//! | [`invalid_signature`](crate::AuthErrorKind::InvalidSignature) | 401 | the signature of the token is invalid | client | The token was changed after it was signed, or a key was replaced under its ID. A refetch starts in the background. |
//!
//! ## The claims
//!
//! The signature is good from here on: the issuer made these claims.
//!
//! | kind | status | text for the client | at fault | meaning and cure |
//! |---|---|---|---|---|
//! | [`malformed_claims`](crate::AuthErrorKind::MalformedClaims) | 401 | the claims of the token are malformed | issuer | The payload is not one JSON object with each member once. |
//! | [`invalid_issuer`](crate::AuthErrorKind::InvalidIssuer) | 401 | the issuer (iss) of the token is missing, malformed or another one | settings, client | `iss` is compared exactly, a slash at its end included. The `warn` event names both values and the cure. |
//! | [`invalid_audience`](crate::AuthErrorKind::InvalidAudience) | 401 | the audience (aud) of the token is missing, malformed or another project | settings, client | The token is for another project. Correct the project ID, or accept both by [`also_project`](crate::SequenceAuthLayer::also_project). The `warn` event names both values. |
//! | [`invalid_expiry`](crate::AuthErrorKind::InvalidExpiry) | 401 | the expiry (exp) of the token is missing or malformed | issuer | `exp` is not a number of seconds between 1970 and 9999. |
//! | [`expired`](crate::AuthErrorKind::Expired) | 401 | the token has expired (exp) | client, server's clock | Get a new token before each call, or when this error arrives. If new tokens are refused, the server's clock is ahead. |
//! | [`lifetime_too_long`](crate::AuthErrorKind::LifetimeTooLong) | 401 | the lifetime (exp) of the token is longer than this service accepts | client, settings | Request a shorter lifetime (OMS Wallet: `ttlSeconds`), or raise [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime), 24 hours by default. |
//! | [`invalid_issued_at`](crate::AuthErrorKind::InvalidIssuedAt) | 401 | the issue time (iat) of the token is missing or malformed | issuer | As `invalid_expiry`. OMS Wallet may leave `iat` out. |
//! | [`issued_in_future`](crate::AuthErrorKind::IssuedInFuture) | 401 | the token was issued in the future (iat) | server's clock, client | Synchronize the clock. The `warn` event says how far it is behind. If only single tokens of OMS Wallet are refused, their clients wrote `iat` themselves. |
//! | [`invalid_not_before`](crate::AuthErrorKind::InvalidNotBefore) | 401 | the start time (nbf) of the token is malformed | issuer | As `invalid_expiry`. A token may leave `nbf` out. |
//! | [`not_yet_valid`](crate::AuthErrorKind::NotYetValid) | 401 | the token is not valid yet (nbf) | client, server's clock | Wait, or synchronize the clock. |
//! | [`invalid_auth_time`](crate::AuthErrorKind::InvalidAuthTime) | 401 | the sign-in time (auth_time) of the token is malformed or in the future | server's clock, issuer, client | As `issued_in_future`. A value that is not a number is the issuer's mistake. |
//! | [`invalid_subject`](crate::AuthErrorKind::InvalidSubject) | 401 | the subject (sub) of the token is missing or is not a wallet | issuer | Embedded Wallet: `sub` is not an address. OMS Wallet: `sub` is blank, longer than 255 bytes, or has control or invisible characters. |
//! | [`invalid_wallet_address`](crate::AuthErrorKind::InvalidWalletAddress) | 401 | the wallet address (wallet_address) of the token is missing or malformed | issuer | OMS Wallet only. |
//! | [`unsupported_wallet_type`](crate::AuthErrorKind::UnsupportedWalletType) | 401 | the wallet type (wallet_type) of the token is not ethereum | player | OMS Wallet only: the wallet is on Solana or Tron. Have the player use an Ethereum wallet. |
//! | [`invalid_email`](crate::AuthErrorKind::InvalidEmail) | 401 | the email claim of the token is malformed | issuer | The email is not a string, exceeds 320 bytes, or has control characters. |
//! | [`missing_email`](crate::AuthErrorKind::MissingEmail) | 401 | the token has no email claim, and this service requires one | settings, player | The player is a guest, or the account has no email. Accept such players with [`EmailPolicy::Optional`](crate::EmailPolicy::Optional). |
//! | [`invalid_nonce`](crate::AuthErrorKind::InvalidNonce) | 401 | the nonce claim of the token is malformed | issuer | `nonce` is not a string. |
//! | [`invalid_identity`](crate::AuthErrorKind::InvalidIdentity) | 401 | the identity claim of the token is malformed | issuer | Embedded Wallet only: the claim `{iss}/identity` is not an object of strings, each once. |
//!
//! ## The requirements of the layer
//!
//! | kind | status | text for the client | at fault | meaning and cure |
//! |---|---|---|---|---|
//! | [`untrusted_times`](crate::AuthErrorKind::UntrustedTimes) | 401 | this service relies on the times (iat, auth_time) of a token, which this issuer does not vouch for | settings | `max_token_age`, `max_session_age` and `once` refuse every token of OMS Wallet. Set them on the layer for Embedded Wallet, before [`or`](crate::SequenceAuthLayer::or). |
//! | [`token_too_old`](crate::AuthErrorKind::TokenTooOld) | 401 | the token was issued too long ago (iat) for this service | client | Get a new token: this one is older than [`max_token_age`](crate::SequenceAuthLayer::max_token_age). |
//! | [`missing_auth_time`](crate::AuthErrorKind::MissingAuthTime) | 401 | the token has no sign-in time (auth_time), and this service requires one | issuer | The layer has a [`max_session_age`](crate::SequenceAuthLayer::max_session_age), and the token does not say when the player signed in. |
//! | [`session_too_old`](crate::AuthErrorKind::SessionTooOld) | 401 | the player signed in too long ago (auth_time) for this service | player | Have the player sign in to the wallet again. A new token of the same session does not help. |
//! | [`missing_nonce`](crate::AuthErrorKind::MissingNonce) | 401 | the token has no nonce claim, and this service requires one | client | Call `getIdToken({ nonce })` with a nonce of the application. |
//! | [`foreign_nonce`](crate::AuthErrorKind::ForeignNonce) | 401 | the nonce of the token was not issued by this service | client, settings | Another application made the nonce, or the instances have different [`NonceKey`](crate::NonceKey)s, or the process has a random key and was restarted, or `verify_bound` was called on a layer without nonces. |
//! | [`missing_binding`](crate::AuthErrorKind::MissingBinding) | 401 | what the nonce is bound to, a cookie or header, is missing, repeated or too long | client, browser | The login cookie did not arrive. See [logins](crate::guide::logins): `credentials: 'include'`, frames, browsers without cookies. The value has at most 1 KiB. All cookies together have at most 16 KiB, and contain the name of the cookie at most 128 times. |
//! | [`other_binding`](crate::AuthErrorKind::OtherBinding) | 401 | the nonce of the token was issued for another browser | client | The nonce was issued to another browser, or without a binding. This is what an attempt at login CSRF looks like. |
//! | [`nonce_issued_in_future`](crate::AuthErrorKind::NonceIssuedInFuture) | 401 | the nonce of the token was issued in the future | server's clock | The clocks of two instances differ by more than the leeway. Synchronize them. |
//! | [`expired_nonce`](crate::AuthErrorKind::ExpiredNonce) | 401 | the nonce of the token has expired | client, player | The player took longer than the nonce's lifetime, 5 minutes by default. Begin the login again. |
//! | [`other_scope`](crate::AuthErrorKind::OtherScope) | 401 | the nonce of the token was issued by another instance of this service | settings | The instances do not share a [store](crate::NoncesBuilder::store), or the process restarted. A `warn` event names the settings. |
//! | [`used_nonce`](crate::AuthErrorKind::UsedNonce) | 401 | the nonce of the token was used before | client, attacker | The request was sent twice, or a copy was replayed. Get a new nonce and a new token; never resend. |
//! | [`used_token`](crate::AuthErrorKind::UsedToken) | 401 | the token was used before, and this service accepts each once | client, attacker | As `used_nonce`, for [`once`](crate::SequenceAuthLayer::once). |
//! | [`cross_site_cookie`](crate::AuthErrorKind::CrossSiteCookie) | 403 | the token is in a cookie, and another site made the request | another site, proxy | The browser reports another origin. If the page is your own, a proxy changes `Host`: see [sources](crate::guide::sources#cookies). |
//! | [`not_authorized`](crate::AuthErrorKind::NotAuthorized) | 403 | the token is valid, but does not give access to this service | player | A predicate of [`authorize`](crate::SequenceAuthLayer::authorize) or [`authorize_async`](crate::SequenceAuthLayer::authorize_async) returned `false`. |
//! | [`unknown_player`](crate::AuthErrorKind::UnknownPlayer) | 403 | the token is valid, but this service does not know its player | player | A [`load`](crate::SequenceAuthLayer::load) returned `None`. |
//!
//! ## Temporary failures
//!
//! | kind | status | text for the client | at fault | meaning and cure |
//! |---|---|---|---|---|
//! | [`keys_unavailable`](crate::AuthErrorKind::KeysUnavailable) | 503 | the keys to verify tokens are not available, try again later | network, issuer | No keys were loaded yet, or the last good fetch is older than `max_stale` (24 hours). The events name the URL and the cause: see [keys](crate::guide::keys). |
//! | [`load_failed`](crate::AuthErrorKind::LoadFailed) | 503 | what this service knows of the player cannot be loaded, try again later | application | A `load` returned an error, or took longer than [`load_timeout`](crate::SequenceAuthLayer::load_timeout) (5 seconds). The `warn` event has the error. |
//! | [`one_time_store_unavailable`](crate::AuthErrorKind::OneTimeStoreUnavailable) | 503 | the use of the token cannot be recorded, try again later | store | Redis, or a store of your own, did not answer. The `warn` event has the cause. |
//! | [`one_time_store_full`](crate::AuthErrorKind::OneTimeStoreFull) | 503 | too many uses of tokens are recorded at the moment, try again later | settings | Give the [`MemoryStore`](crate::MemoryStore) more capacity, or use Redis. |
//! | [`one_time_share_used`](crate::AuthErrorKind::OneTimeShareUsed) | 429 | too many uses by this wallet are recorded at the moment, try again later | client | One wallet has filled its share of the store. Other players are not affected. |
//!
//! # Change the response
//!
//! [`on_reject`](crate::SequenceAuthLayer::on_reject) receives the error and the default response, and returns the
//! response to send. [`on_reject_with`](crate::SequenceAuthLayer::on_reject_with) receives the
//! [request](crate::RejectedRequest), too, without the headers that may hold a token. Here the client gets the kind in a
//! header, and waits at least 10 seconds where a retry may succeed:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, body::Body, http::Request, routing::get};
//! # use sequence_auth::testing::LocalIssuer;
//! # use tower::ServiceExt;
//! use axum::http::{HeaderValue, header::RETRY_AFTER};
//! use sequence_auth::SequenceAuthLayer;
//!
//! fn with_kinds(auth: SequenceAuthLayer) -> SequenceAuthLayer {
//!     auth.on_reject(|error, mut response| {
//!         let kind = HeaderValue::from_static(error.kind().as_str());
//!         response.headers_mut().insert("x-auth-error", kind);
//!         if let Some(wait) = error.retry_after() {
//!             let wait = wait.as_secs().max(10);
//!             response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
//!         }
//!         response
//!     })
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let app = Router::new().route("/", get("Hello")).layer(with_kinds(LocalIssuer::new().layer(13639)));
//! #     let response = app.oneshot(Request::new(Body::empty())).await.unwrap();
//! #     assert_eq!(response.headers()["x-auth-error"], "missing_token");
//! # });
//! # }
//! ```
//!
//! - Both functions also receive the responses to gRPC and gRPC-Web requests, whose status is in the headers or the body.
//! - Keep `Cache-Control: no-store`. Do not put more about the token into the response than the default texts do.
//! - A page of another origin reads the new header only if CORS exposes it: see [`middleware`](crate::guide::middleware).
//! - Middleware outside of the layer finds the [`AuthError`](crate::AuthError) in the extensions of the response, also
//!   after `on_reject` has replaced it.
//!
//! # Verify a token in a handler
//!
//! With the feature `axum`, [`AuthError`](crate::AuthError) is a response. A handler that verifies a token itself returns
//! the error, and the client gets the layer's default response:
//!
//! ```
//! use axum::{Router, extract::State, routing::post};
//! use sequence_auth::{AuthError, SequenceAuthLayer, TokenVerifier};
//!
//! async fn redeem(State(verifier): State<TokenVerifier>, token: String) -> Result<String, AuthError> {
//!     let claims = verifier.verify(&token).await?;
//!     Ok(format!("Hello {}", claims.wallet()))
//! }
//!
//! fn app(auth: &SequenceAuthLayer) -> Router {
//!     Router::new().route("/redeem", post(redeem)).with_state(auth.verifier())
//! }
//! ```
//!
//! `on_reject` is not applied to this response, and a 408 does not close the connection.

//! Testing your application without Sequence and without a network: tokens, claims, outages, nonces.
//!
//! # Set up
//!
//! ```sh
//! cargo add sequence-auth --features testing --dev
//! cargo add tower --features util --dev
//! cargo add serde_json --dev # to read a nonce
//! ```
//!
//! The feature `testing` has [`LocalIssuer`], which issues tokens in the shape of the real tokens, with a key that it
//! generates. Add the feature under `[dev-dependencies]` **only**: an application that is built without it cannot trust a
//! local issuer by mistake. `cargo tree -e normal,features -i sequence-auth` lists the features that a build enables.
//!
//! Separate `app` from `main`, and pass the layer as an argument. In production the argument is
//! `SequenceAuthLayer::new(13639)`, in tests `issuer.layer(13639)`:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use std::sync::LazyLock;
//!
//! use axum::{Extension, Router, body::Body, http::{Request, StatusCode}, routing::get};
//! use sequence_auth::{AuthError, AuthErrorKind, SequenceAuthLayer, SequenceClaims, testing::LocalIssuer};
//! use tower::ServiceExt;
//!
//! async fn me(Extension(claims): Extension<SequenceClaims>) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     Router::new().route("/me", get(me).layer(auth))
//! }
//!
//! /// Generating an RSA key takes time, so all tests share the issuer.
//! static ISSUER: LazyLock<LocalIssuer> = LazyLock::new(LocalIssuer::new);
//!
//! async fn get_me(token: &str) -> axum::response::Response {
//!     let request = Request::get("/me")
//!         .header("authorization", format!("Bearer {token}"))
//!         .body(Body::empty())
//!         .expect("a valid request");
//!     let Ok(response) = app(ISSUER.layer(13639)).oneshot(request).await;
//!     response
//! }
//!
//! #[tokio::test]
//! # async fn hidden() {}
//! async fn only_players_get_in() {
//!     assert_eq!(get_me(&ISSUER.token().mint()).await.status(), StatusCode::OK);
//!
//!     let refused = get_me(&ISSUER.token().expired().mint()).await;
//!     let error: &AuthError = refused.extensions().get().expect("the layer refused");
//!     assert_eq!(error.kind(), AuthErrorKind::Expired);
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(only_players_get_in());
//! # }
//! ```
//!
//! - Compare [`AuthError::kind`](crate::AuthError::kind), which is in the extensions of the response. The texts may
//!   change.
//! - Share the issuer, and make a layer for each test. Each `#[tokio::test]` has a runtime of its own, and the task of a
//!   layer that refreshes the keys ends with the runtime.
//! - Give a test that calls `rotate` or `set_down` an issuer of its own: the clones of an issuer share its key and its
//!   state.
//! - `issuer.token()` is for the project of the **first** layer of that issuer. If tests that share an issuer use several
//!   projects, name the project of each token with `project`.
//!
//! # Tokens
//!
//! A token starts valid: a player with the email `player@example.com`, issued now, for 10 minutes.
//!
//! | token | call | refused as |
//! |---|---|---|
//! | of another player | `.wallet("0x…").email("ann@example.com")` | |
//! | of a guest | `.guest()` | `missing_email`, unless the email is optional |
//! | with a nonce | `.nonce(&nonce)` | |
//! | of another project | `.project(7)` | `invalid_audience` |
//! | that has expired | `.expired()`, issued an hour ago | `expired` |
//! | issued at a given time | `.issued_at(time)`; it expires 600 seconds later | `issued_in_future`, if more than the leeway ahead |
//! | with a changed claim | `.claim("email", 7)`, `.without_claim("iss")` | depends on the claim |
//! | with a changed header | `.header("alg", "none")`, `.without_header("kid")` | depends on the member |
//! | of another issuer | `LocalIssuer::new().token()` | `unknown_key` |
//! | with any bytes, well signed | `issuer.sign(header, payload)` | depends on the bytes |
//!
//! [`TokenBuilder`] has all methods. `mint` signs with the issuer's current key.
//!
//! # Handlers without the layer
//!
//! A handler is a function. [`SequenceClaims::builder`](crate::SequenceClaims) makes its argument without a token:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use sequence_auth::{Address, SequenceClaims};
//!
//! async fn me(claims: SequenceClaims) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let claims = SequenceClaims::builder().wallet(Address::ZERO).guest().build();
//! assert!(me(claims).await.starts_with("Hello 0x0000"));
//! # });
//! # }
//! ```
//!
//! For a router without the layer, add `.layer(Extension(claims))` in the test. An extractor of `Option<SequenceClaims>`
//! needs an [`optional`](crate::SequenceAuthLayer::optional) layer for its anonymous case.
//!
//! # Keys and outages
//!
//! A layer of [`LocalIssuer::layer`] starts with the issuer's keys, and fetches them from the issuer without a network.
//! It has every default but `refetch_cooldown`, which is zero, so a token with a new key is accepted immediately after
//! [`rotate`]. [`LocalIssuer::builder`] has the settings that concern keys.
//!
//! | to test | do this |
//! |---|---|
//! | a rotation | `issuer.rotate()`: tokens with the old key are refused as `unknown_key` when the layer has fetched the new key |
//! | a new key under the same ID | `issuer.rotate_under_same_id()`: the first new token is refused as `invalid_signature`, and causes a fetch in the background |
//! | an outage | `issuer.set_down(true)`: the layer's keys remain trusted for 24 hours |
//! | an outage from the start | `issuer.set_down(true)` before the layer is made: the layer has no keys |
//!
//! During an outage from the start, requests with a token are answered with 503:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
//!
//! let issuer = LocalIssuer::new();
//! issuer.set_down(true);
//! let auth = issuer.layer(13639);
//!
//! let token = issuer.token().mint();
//! let error = auth.verifier().verify(&token).await.unwrap_err();
//! assert_eq!(error.kind(), AuthErrorKind::KeysUnavailable);
//!
//! issuer.set_down(false);
//! tokio::time::sleep(std::time::Duration::from_secs(2)).await; // paused time: no waiting
//! assert!(auth.verifier().verify(&token).await.is_ok());
//! # });
//! # }
//! ```
//!
//! # Two clocks
//!
//! The layer uses two clocks. It reads the steady clock through tokio, so `#[tokio::test(start_paused = true)]` pauses
//! it, and `tokio::time::sleep` then advances it without waiting. This needs tokio's feature `test-util`. The system's
//! clock continues:
//!
//! | the steady clock, which a test can pause | the system's clock, which continues |
//! |---|---|
//! | refreshes of the keys, back-off, `max_stale` | `exp`, `iat`, `nbf`, `auth_time` of a token, `max_token_age`, `max_session_age` |
//! | waits for keys, `body_timeout`, `load_timeout` | the lifetime of a nonce, and of its use in a store |
//!
//! - To test an expired token, mint it with `.expired()` or `.issued_at(…)`. Advancing the steady clock does not age
//!   it.
//! - To test an expired nonce, set a [`lifetime`](crate::NoncesBuilder::lifetime) of 1 millisecond and call
//!   `std::thread::sleep`.
//! - Do not pause time in a test with real sockets, such as one with Redis: tokio advances the steady clock while the
//!   test waits for the network, and timeouts fire at once.
//! - In a test with a new Redis, every login is answered with 503 for the first 4 seconds. Repeat the first login, with a
//!   new nonce and a new token, until the response is another one.
//!
//! # Nonces
//!
//! Make the application's [`Nonces`](crate::Nonces) in the test, and pass a clone to `app`. If nonces are not bound,
//! `nonces.issue()` returns a nonce. With login cookies, request it as a browser does:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! use axum::http::{HeaderMap, Request, header::{COOKIE, SET_COOKIE}};
//! use sequence_auth::{AuthErrorKind, LoginCookies, NonceKey, Nonces, testing::LocalIssuer};
//!
//! /// Returns a nonce, and the headers of the browser that requested it.
//! fn request_nonce(nonces: &Nonces) -> (String, HeaderMap) {
//!     let response = nonces.respond_to(&Request::new(()));
//!     let cookie = response.headers()[SET_COOKIE].to_str().expect("the cookie is ASCII");
//!     let (pair, _attributes) = cookie.split_once(';').expect("the cookie has attributes");
//!     let headers = HeaderMap::from_iter([(COOKIE, pair.parse().expect("a header value"))]);
//!     let body: serde_json::Value = serde_json::from_str(response.body()).expect("the body is JSON");
//!     (body["nonce"].as_str().expect("a nonce").to_owned(), headers)
//! }
//!
//! let issuer = LocalIssuer::new();
//! let nonces = Nonces::builder(NonceKey::random())
//!     .bound_by_login_cookies(LoginCookies::default())
//!     .build()?;
//! let login = issuer.layer(13639).with_nonces(nonces.clone()).verifier();
//!
//! let (nonce, headers) = request_nonce(&nonces);
//! let token = issuer.token().nonce(&nonce).mint();
//! assert!(login.verify_with_headers(&token, &headers).await.is_ok());
//! let again = login.verify_with_headers(&token, &headers).await.unwrap_err();
//! assert_eq!(again.kind(), AuthErrorKind::UsedNonce);
//! # Ok::<(), sequence_auth::ConfigError>(()) }).unwrap();
//! # }
//! ```
//!
//! # Both issuers
//!
//! [`LocalIssuer::oms_wallet`] issues tokens of OMS Wallet in the documented shape: ES256, and neither `iat` nor
//! `auth_time` nor an identity.
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! use sequence_auth::testing::LocalIssuer;
//!
//! let (embedded_wallet, oms_wallet) = (LocalIssuer::new(), LocalIssuer::oms_wallet());
//! let auth = embedded_wallet.layer(13639).or(oms_wallet.layer("prj_01hx"))?;
//!
//! for issuer in [embedded_wallet, oms_wallet] {
//!     let claims = auth.verifier().verify(&issuer.token().mint()).await?;
//!     assert_eq!(claims.issuer(), issuer.url());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # }
//! ```
//!
//! # In a browser
//!
//! `cargo run --example server`, in the repository, starts a demo issuer with which the official SDK signs in, for
//! end-to-end tests on a developer's machine. It signs tokens for everyone, so it must never run in production.
//!
#![cfg_attr(
    feature = "testing",
    doc = "[`LocalIssuer`]: crate::testing::LocalIssuer
[`LocalIssuer::builder`]: crate::testing::LocalIssuer::builder
[`LocalIssuer::layer`]: crate::testing::LocalIssuer::layer
[`LocalIssuer::oms_wallet`]: crate::testing::LocalIssuer::oms_wallet
[`TokenBuilder`]: crate::testing::TokenBuilder
[`rotate`]: crate::testing::LocalIssuer::rotate"
)]
#![cfg_attr(
    not(feature = "testing"),
    doc = "[`LocalIssuer`]: https://docs.rs/sequence-auth/latest/sequence_auth/testing/struct.LocalIssuer.html
[`LocalIssuer::builder`]: https://docs.rs/sequence-auth/latest/sequence_auth/testing/struct.LocalIssuer.html
[`LocalIssuer::layer`]: https://docs.rs/sequence-auth/latest/sequence_auth/testing/struct.LocalIssuer.html
[`LocalIssuer::oms_wallet`]: https://docs.rs/sequence-auth/latest/sequence_auth/testing/struct.LocalIssuer.html
[`TokenBuilder`]: https://docs.rs/sequence-auth/latest/sequence_auth/testing/struct.TokenBuilder.html
[`rotate`]: https://docs.rs/sequence-auth/latest/sequence_auth/testing/struct.LocalIssuer.html"
)]

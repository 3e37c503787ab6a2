//! Several issuers, and moving to OMS Wallet.
//!
//! # What is covered
//!
//! | player signs in with | token | layer |
//! |---|---|---|
//! | Embedded Wallet: headless SDK, web SDK (wagmi connector), Unity, Unreal | ID token, RS256 | [`SequenceAuthLayer::new`] |
//! | OMS Wallet, its successor | ID token, ES256 | [`SequenceAuthLayer::oms_wallet`] |
//! | both, at one backend | either | [`or`](crate::SequenceAuthLayer::or) |
//!
//! Not covered, because no ID token is issued:
//!
//! - **Ecosystem wallets (v3).** Have the client sign a message of your own, for example in the form of
//!   Sign-In with Ethereum (ERC-4361), and verify the signature by ERC-1271 or ERC-6492 against the chain.
//! - **ETHAuth proofs.** They are signatures, too, which need a call to a chain for smart contract wallets. Sequence's
//!   libraries for Go and TypeScript verify them.
//!
//! Support for OMS Wallet is **experimental**: it follows the issuer's documentation, and will be called stable when a
//! token of its production environment has been verified.
//!
//! # One issuer
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::SequenceAuthLayer;
//!
//! let embedded_wallet = SequenceAuthLayer::new(13639);
//! # }
//! ```
//!
//! The projects of Embedded Wallet are numbers, and its production issuer is known. The projects of OMS Wallet are
//! texts that start with `prj_`; a publishable key (`pk_…`) is not one. Its production issuer is not published, so the
//! layer needs it, as `OMS_TOKEN_ISSUER` in the documentation of OMS Wallet:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//!
//! use sequence_auth::{EmailPolicy, SequenceAuthLayer};
//!
//! let oms_wallet = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example")
//!     .max_token_lifetime(Duration::from_secs(60 * 60))
//!     .build()?
//!     .email_policy(EmailPolicy::Optional);
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! A token of OMS Wallet may have no email. Without the last line such a token is refused, as one of Embedded Wallet
//! is.
//!
//! # Both issuers
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//!
//! use sequence_auth::SequenceAuthLayer;
//!
//! # fn is_open() -> bool { true }
//! let embedded_wallet = SequenceAuthLayer::new(13639).max_session_age(Duration::from_secs(24 * 60 * 60));
//! let oms_wallet = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example").build()?;
//! let layer = embedded_wallet
//!     .or(oms_wallet)?
//!     .authorize(|_claims| is_open()); // of both
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! - What a layer asks of tokens before `or` stays in force for the tokens of its issuer. Here, only players of Embedded
//!   Wallet have to have signed in within a day. What is set on the combined layer holds for both.
//! - The `alg` of a token says which issuer is asked. That issuer's keys, `iss`, audience and rules decide; the other issuer
//!   is not asked. A key of one issuer never verifies a token of the other, even under the same id.
//! - Each issuer has its own keys, refreshes, waiting requests and cache. An outage of one is a 503 for its own tokens.
//!   [`ready`](crate::SequenceAuthLayer::ready) succeeds with the keys of one issuer,
//!   [`health`](crate::SequenceAuthLayer::health) shows [each](crate::KeyHealth::issuers).
//! - The token is found in the bearer header, or in the JSON field `sequenceToken` or `idToken`. A body with both fields is
//!   refused, also if one of them holds no token: where clients send an `idToken` of another vendor, set the
//!   [sources](crate::SequenceAuthLayer::sources) yourself.
//!
//! In a handler, [`issuer`](crate::SequenceClaims::issuer) says which issuer's token it is. Only tokens of OMS Wallet
//! have a [`wallet_id`](crate::SequenceClaims::wallet_id).
//!
//! # What the client of OMS Wallet decides
//!
//! - The **lifetime** of the token, up to [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime): 24
//!   hours by default. A token cannot be revoked, so choose what a stolen one may be worth.
//! - **Custom claims**, which are the player's own words. A role, a level or a balance in them proves nothing.
//! - Perhaps `email`, `nonce`, `iat` and `auth_time`: it is not documented whether custom claims can have these names. So
//!   [`once`](crate::SequenceAuthLayer::once), [`max_token_age`](crate::SequenceAuthLayer::max_token_age) and
//!   [`max_session_age`](crate::SequenceAuthLayer::max_session_age), which rely on times, refuse every token of OMS
//!   Wallet with [`UntrustedTimes`](crate::AuthErrorKind::UntrustedTimes). Set them on the layer for Embedded Wallet
//!   before `or`. [Nonces](crate::Nonces) do not rely on these times, but on a client that can have a `nonce` signed,
//!   which is not documented either. No permission should rest on the email.
//!
//! # Moving from Embedded Wallet to OMS Wallet
//!
//! 1. **Trust both.** Deploy the backend with `or` first, then the client that signs in with OMS Wallet. Old clients go on
//!    working, unless their requests have a JSON field `idToken` of another vendor.
//! 2. **Keep players under an id of your own.** A player may have another address in OMS Wallet than in Embedded Wallet.
//!    Store wallets in a table of their own, each under its issuer and address, with the id of its player.
//! 3. **Link the new wallet in a signed-in session.** The player signs in with the old wallet, then with the new one, and
//!    the client sends both tokens in one request. Equal emails are not enough: no issuer says that an email was
//!    verified, so that anybody who signs up with another player's email would get that player's account. Linking hands
//!    over the account, so that a copied token must not be enough: ask for a [nonce](crate::Nonces), as at a sign-in, and
//!    refuse a new wallet that belongs to another player already.
//! 4. **End it.** Count requests by [`issuer`](crate::SequenceClaims::issuer). When none of Embedded Wallet has come for as
//!    long as you support old clients, replace the combined layer by the one for OMS Wallet. Keep the old wallets in the
//!    table: they say who owned what.
//!
//! The route that links is guarded by the layer of the old wallet, with a nonce, and verifies the token of the new one
//! itself:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use axum::{Extension, Json, Router, extract::State, http::StatusCode, routing::post};
//! use sequence_auth::{Address, Nonces, SequenceAuthLayer, SequenceClaims, TokenVerifier};
//! # use std::sync::{Arc, Mutex};
//! # use tower::ServiceExt;
//!
//! #[derive(serde::Deserialize)]
//! struct Link {
//!     new_wallet_token: String,
//! }
//!
//! #[derive(Clone)]
//! struct App {
//!     oms_wallet: TokenVerifier,
//!     wallets: Wallets,
//! }
//!
//! async fn link(
//!     State(app): State<App>,
//!     Extension(old): Extension<SequenceClaims>,
//!     Json(link): Json<Link>,
//! ) -> StatusCode {
//!     match app.oms_wallet.verify(&link.new_wallet_token).await {
//!         Ok(new) => app.wallets.link(&key(&old), key(&new)).await,
//!         Err(error) => error.status(),
//!     }
//! }
//!
//! /// Issuer and wallet, never the email.
//! fn key(claims: &SequenceClaims) -> (String, Address) {
//!     (claims.issuer().to_owned(), claims.wallet())
//! }
//!
//! fn app(embedded_wallet: SequenceAuthLayer, nonces: Nonces, app: App) -> Router {
//!     Router::new()
//!         .route("/link-wallet", post(link))
//!         .layer(embedded_wallet.with_nonces(nonces)) // bound to the browser, as at a sign-in
//!         .with_state(app)
//! }
//! # type Key = (String, Address);
//! # #[derive(Clone, Default)]
//! # struct Wallets(Arc<Mutex<Vec<(Key, Key)>>>);
//! # impl Wallets {
//! #     async fn link(&self, old: &Key, new: Key) -> StatusCode {
//! #         self.0.lock().unwrap().push((old.clone(), new));
//! #         StatusCode::NO_CONTENT
//! #     }
//! # }
//! # let (old, new) = (sequence_auth::testing::LocalIssuer::new(), sequence_auth::testing::LocalIssuer::oms_wallet());
//! # let (old_layer, new_layer) = (old.layer(13639), new.layer("prj_01hx"));
//! # let wallets = Wallets::default();
//! # let nonces = Nonces::builder(sequence_auth::NonceKey::random());
//! # let nonces = nonces.bound_by_login_cookies(sequence_auth::LoginCookies::default()).build().unwrap();
//! # let state = App { oms_wallet: new_layer.verifier(), wallets: wallets.clone() };
//! # let app = app(old_layer, nonces.clone(), state);
//! # let request = |cookie: &str, bearer: String, token: String| {
//! #     let request = axum::http::Request::post("/link-wallet").header("content-type", "application/json");
//! #     let request = request.header("cookie", cookie);
//! #     let request = request.header("authorization", format!("Bearer {bearer}"));
//! #     request.body(axum::body::Body::from(format!(r#"{{"new_wallet_token":"{token}"}}"#))).unwrap()
//! # };
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let status = async |request: axum::http::Request<axum::body::Body>| app.clone().oneshot(request).await.unwrap().status();
//! #     let signed_in = |new: String| {
//! #         let issued = nonces.respond_to(&axum::http::Request::new(()));
//! #         let nonce = issued.body().split('"').nth(3).unwrap();
//! #         let cookie = issued.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
//! #         request(cookie, old.token().nonce(nonce).mint(), new)
//! #     };
//! #     assert_eq!(status(request("a=b", new.token().mint(), new.token().mint())).await, 401);
//! #     assert_eq!(status(request("a=b", old.token().mint(), new.token().mint())).await, 401);
//! #     assert_eq!(status(signed_in(old.token().mint())).await, 401);
//! #     assert_eq!(wallets.0.lock().unwrap().len(), 0);
//! #     assert_eq!(status(signed_in(new.token().mint())).await, 204);
//! #     assert_eq!(wallets.0.lock().unwrap()[0].1.0, "https://oms.sequence.test");
//! # });
//! # }
//! ```
//!
//! Where the session of the old wallet is a cookie, the route has to be safe against requests from other sites
//! (`SameSite`, `Sec-Fetch-Site`): otherwise another site could link an attacker's wallet to the account of its
//! visitor.
//!
//! [`SequenceAuthLayer::new`]: crate::SequenceAuthLayer::new
//! [`SequenceAuthLayer::oms_wallet`]: crate::SequenceAuthLayer::oms_wallet

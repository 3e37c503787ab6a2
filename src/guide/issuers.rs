//! Issuers: Embedded Wallet, OMS Wallet, both in the same layer, and how to move from one to the other.
//!
//! # What is covered
//!
//! | the player signs in with | token | layer |
//! |---|---|---|
//! | Embedded Wallet: headless SDK, web SDK (wagmi connector), Unity, Unreal | ID token, RS256 | [`SequenceAuthLayer::new`] |
//! | OMS Wallet, the successor of Embedded Wallet | ID token, ES256 | [`SequenceAuthLayer::oms_wallet`] |
//! | both, at the same backend | either | [`or`](crate::SequenceAuthLayer::or) |
//!
//! Two kinds of wallets issue no ID token, so this crate cannot verify them:
//!
//! - **Ecosystem wallets (v3).** Have the client sign a message of your own, for example in the form of Sign-In with Ethereum
//!   ([ERC-4361](https://eips.ethereum.org/EIPS/eip-4361)). Verify the signature against the chain, by
//!   [ERC-1271](https://eips.ethereum.org/EIPS/eip-1271) or [ERC-6492](https://eips.ethereum.org/EIPS/eip-6492).
//! - **ETHAuth proofs.** These are signatures, too. For smart contract wallets, verifying them needs a call to a chain.
//!   Sequence's libraries for Go and TypeScript verify them.
//!
//! Support for OMS Wallet is **experimental**. It follows the issuer's documentation, and becomes stable when a token of the
//! production environment has been verified.
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
//! A project of Embedded Wallet is a number, and its production issuer is the default. A project of OMS Wallet is a text that
//! starts with `prj_`. (A text that starts with `pk_` is a publishable key, not a project.) OMS Wallet's production issuer is
//! not published, so the layer takes it as an argument. The documentation of OMS Wallet calls it `OMS_TOKEN_ISSUER`:
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
//! A token of OMS Wallet may lack an email. Without the last line, the layer refuses such a token, as it does for Embedded
//! Wallet.
//!
//! [`from_env`](crate::SequenceAuthLayer::from_env) creates a layer for either issuer, or for both, from environment
//! variables: `SEQUENCE_CONFIG_KEY`, or `SEQUENCE_PROJECT_ID` and `SEQUENCE_ENVIRONMENT`; `OMS_PROJECT_ID` and
//! `OMS_TOKEN_ISSUER`.
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
//!     .authorize(|_claims| is_open()); // for tokens of both
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! - The requirements that a layer has before `or` apply to the tokens of its issuer. Here, only players of Embedded Wallet
//!   must have signed in within a day. Settings of the combined layer apply to the tokens of both.
//! - The `alg` of a token selects the issuer. That issuer's keys, `iss`, audience and rules decide. A key of one issuer never
//!   verifies a token of the other, even under the same key ID.
//! - Each issuer has its own keys, refreshes, waiting requests and cache. An outage of an issuer affects only its own
//!   tokens, which are answered with 503. [`ready`](crate::SequenceAuthLayer::ready) succeeds with the keys of either
//!   issuer, and [`health`](crate::SequenceAuthLayer::health) shows [each](crate::KeyHealth::issuers).
//! - The token is in the bearer header, or in the JSON field `sequenceToken` or `idToken`. The layer refuses a body with both
//!   fields, even if one of them does not hold a token. If clients send an `idToken` of another vendor, set the
//!   [sources](crate::SequenceAuthLayer::sources) yourself.
//!
//! In a handler, [`issuer`](crate::SequenceClaims::issuer) returns the issuer of the token. Only tokens of OMS Wallet have a
//! [`wallet_id`](crate::SequenceClaims::wallet_id).
//!
//! # What the client of OMS Wallet decides
//!
//! - **The lifetime** of the token. With `iat` it is at most
//!   [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime), 24 hours by default. If a token has
//!   no `iat`, which OMS Wallet does not document, the layer cannot know its age. It accepts such a token during the
//!   last 24 hours before `exp`. A token cannot be revoked; [nonces](crate::guide::nonces) make a stolen token
//!   worthless.
//! - **Custom claims.** They are the player's own words. Do not trust a role, a level or a balance in them.
//! - **Perhaps `email`, `nonce`, `iat` and `auth_time`.** OMS Wallet does not document whether custom claims can have these
//!   names.
//!   - [`once`](crate::SequenceAuthLayer::once), [`max_token_age`](crate::SequenceAuthLayer::max_token_age) and
//!     [`max_session_age`](crate::SequenceAuthLayer::max_session_age) rely on times. They refuse every token of OMS Wallet
//!     with [`UntrustedTimes`](crate::AuthErrorKind::UntrustedTimes). Set them on the layer for Embedded Wallet before `or`.
//!   - [Nonces](crate::guide::nonces) do not rely on times. They need a client that can have a `nonce` signed, which is not
//!     documented either.
//!   - Do not base a permission on the email.
//!
//! # Moving from Embedded Wallet to OMS Wallet
//!
//! 1. **Trust both issuers.** Deploy the backend with `or` first, then the client that signs in with OMS Wallet. Old clients
//!    continue to work, unless their requests have a JSON field `idToken` of another vendor.
//! 2. **Store players under an ID of your own.** A player may have a different address in OMS Wallet. Keep wallets in a
//!    separate table, each under its issuer and address, with the ID of its player.
//! 3. **Link the new wallet in a session of the player.** The player signs in with the old wallet, then with the new
//!    wallet, and the client sends both tokens in a single request. Equal emails do not suffice: neither issuer says
//!    that an email was verified, so an attacker could sign up with a player's email and get the account. Linking hands
//!    over the account, so a copied token must not suffice either: require a [nonce](crate::guide::nonces), as at a
//!    login. Refuse a new wallet that already belongs to another player.
//! 4. **End the old wallet.** Count requests by [`issuer`](crate::SequenceClaims::issuer). When none of Embedded Wallet has
//!    arrived for as long as you support old clients, replace the combined layer with the layer for OMS Wallet. Keep the old
//!    wallets in the table, as the record of their owners.
//!
//! On the route that links, the layer verifies the token of the old wallet, with a nonce. The handler verifies the token of
//! the new wallet:
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
//!         .layer(embedded_wallet.with_nonces(nonces)) // bound to the browser, as at a login
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
//! If the session of the old wallet is a cookie, protect the route against requests of other sites (`SameSite`,
//! `Sec-Fetch-Site`). Otherwise another site could link an attacker's wallet to the account of its visitor.
//!
//! The token of the new wallet has no nonce here. An attacker who copies it could link that wallet to an account of their
//! own, so let players see and remove the wallets of their account.
//!
//! [`SequenceAuthLayer::oms_wallet`]: crate::SequenceAuthLayer::oms_wallet
#![cfg_attr(
    feature = "http",
    doc = "[`SequenceAuthLayer::new`]: crate::SequenceAuthLayer::new"
)]
#![cfg_attr(
    not(feature = "http"),
    doc = "[`SequenceAuthLayer::new`]: crate::SequenceAuthLayer"
)]

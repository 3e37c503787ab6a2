//! Cookbook: short recipes for axum, each complete enough to copy.
//!
//! `auth` is a [`SequenceAuthLayer`](crate::SequenceAuthLayer). Build it once and clone it: all clones share the keys.
//!
//! # Install
//!
//! ```sh
//! cargo add sequence-auth --features axum
//! cargo add sequence-auth --features testing --dev
//! cargo add axum@0.8 && cargo add tokio --features full
//! cargo add serde_json tracing # for the last two recipes
//! ```
//!
//! The feature `testing` creates tokens for [tests](crate::guide::testing). Add it under `[dev-dependencies]` only.
//!
//! # Visitors without a token
//!
//! [`optional`] lets requests without a token pass. The handler takes an `Option`. A request with a bad token is still
//! refused.
//!
//! ```
//! use axum::{Router, routing::get};
//! use sequence_auth::{EmailPolicy, SequenceAuthLayer, SequenceClaims};
//!
//! async fn lobby(player: Option<SequenceClaims>) -> &'static str {
//!     if player.is_some() { "Welcome back" } else { "Welcome" }
//! }
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     let everybody = auth.optional().email_policy(EmailPolicy::Optional);
//!     Router::new().route("/lobby", get(lobby).layer(everybody))
//! }
//! ```
//!
//! Without the feature `axum`, the handler takes `Option<Extension<SequenceClaims>>`. A request without a token has
//! [`Anonymous`](crate::Anonymous) in its extensions.
//!
//! # Guests
//!
//! A guest has a wallet and a token, but no email. By default the layer refuses such a token (`missing_email`).
//! [`EmailPolicy::Optional`](crate::EmailPolicy::Optional) accepts guests. To refuse them on some routes only, add a
//! predicate there:
//!
//! ```
//! use sequence_auth::{EmailPolicy, IdentityType, SequenceAuthLayer, SequenceClaims};
//!
//! fn is_member(claims: &SequenceClaims) -> bool {
//!     claims.identity().is_some_and(|identity| identity.identity_type() != IdentityType::Guest)
//! }
//!
//! fn layers(auth: SequenceAuthLayer) -> (SequenceAuthLayer, SequenceAuthLayer) {
//!     let players = auth.email_policy(EmailPolicy::Optional);
//!     let members = players.clone().authorize(is_member); // a guest gets 403
//!     (players, members)
//! }
//! # #[cfg(feature = "testing")] {
//! # assert!(is_member(&SequenceClaims::builder().build()));
//! # assert!(!is_member(&SequenceClaims::builder().guest().build()));
//! # assert!(!is_member(&SequenceClaims::builder().project_id("prj_01hx").build()));
//! # }
//! ```
//!
//! A token of OMS Wallet has no identity, so `is_member` refuses all its players.
//!
//! # An allow-list
//!
//! For rights that matter, such as those of staff, list **wallets**. Neither issuer says that an email was verified, so an
//! email must not grant such a right. Both predicates are for `auth.authorize(…)`, which answers others with 403:
//!
//! ```
//! use sequence_auth::SequenceClaims;
//!
//! /// With the EIP-55 checksum, as `Display` writes an address.
//! const STAFF: [&str; 1] = ["0x52908400098527886E0F7030069857D2E4169EE7"];
//!
//! fn is_staff(claims: &SequenceClaims) -> bool {
//!     STAFF.contains(&&*claims.wallet().to_string())
//! }
//! # fn check(auth: sequence_auth::SequenceAuthLayer) -> sequence_auth::SequenceAuthLayer { auth.authorize(is_staff) }
//! # #[cfg(feature = "testing")] {
//! # let claims = SequenceClaims::builder();
//! # assert!(is_staff(&claims.clone().wallet(STAFF[0].parse().unwrap()).build()));
//! # assert!(!is_staff(&claims.clone().wallet(sequence_auth::Address::ZERO).build()));
//! # }
//! ```
//!
//! If the layer trusts both issuers, compare [`issuer`](crate::SequenceClaims::issuer), too.
//!
//! A list of **emails** is good enough for an invitation, such as a closed beta, where a wrong guest does little harm. The
//! list must check how the player signed in. With [`IdentityType::Email`](crate::IdentityType::Email), the player entered
//! a code that was sent to an address:
//!
//! ```
//! use sequence_auth::{Identity, IdentityType, SequenceClaims};
//!
//! /// In lower case.
//! const INVITED: [&str; 2] = ["ada@example.com", "kay@example.com"];
//!
//! fn is_invited(claims: &SequenceClaims) -> bool {
//!     let signed_in_by = claims.identity().map(Identity::identity_type);
//!     let email = claims.email().unwrap_or_default();
//!     signed_in_by == Some(IdentityType::Email) && INVITED.contains(&&*email.to_ascii_lowercase())
//! }
//! # fn check(auth: sequence_auth::SequenceAuthLayer) -> sequence_auth::SequenceAuthLayer { auth.authorize(is_invited) }
//! # #[cfg(feature = "testing")] {
//! # let claims = SequenceClaims::builder();
//! # assert!(is_invited(&claims.clone().email("Ada@Example.com").build()));
//! # assert!(!is_invited(&claims.clone().email("eve@example.com").build()));
//! # assert!(!is_invited(&claims.clone().email("\u{212a}ay@example.com").build()));
//! # assert!(!is_invited(&claims.clone().project_id("prj_01hx").email("ada@example.com").build()));
//! # }
//! ```
//!
//! Compare with `to_ascii_lowercase`. `to_lowercase` maps some other characters to ASCII letters, for example the Kelvin
//! sign (U+212A) to `k`, and would accept a different address. This predicate refuses all players of OMS Wallet, which does
//! not document how a player signed in.
//!
//! # Load the player's row
//!
//! [`load`] runs before the handler and puts the value into the request's extensions. `None` is answered with 403, an
//! error or more than 5 seconds with 503.
//!
//! ```
//! use axum::{Extension, Router, routing::get};
//! use sequence_auth::{Address, SequenceAuthLayer};
//! # #[derive(Clone)] struct Database;
//! # impl Database { async fn player(&self, _: &str, _: Address) -> std::io::Result<Option<Player>> { Ok(None) } }
//!
//! #[derive(Clone)]
//! struct Player { level: u32 }
//!
//! async fn level(Extension(player): Extension<Player>) -> String { player.level.to_string() }
//!
//! fn app(auth: SequenceAuthLayer, database: Database) -> Router {
//!     let registered = auth.load(move |claims| {
//!         let database = database.clone();
//!         async move { database.player(claims.issuer(), claims.wallet()).await }
//!     });
//!     Router::new().route("/level", get(level).layer(registered))
//! }
//! ```
//!
//! Store players by [issuer and wallet](crate::guide::getting_started#what-the-claims-hold), never by email. A load
//! must not write, because a later check may still refuse the token. Create the row in the handler of the login route,
//! which has no `load`.
//!
//! # Link two wallets
//!
//! A player proves that both wallets are theirs with two tokens in a single request: the layer verifies the token of
//! the first wallet, and the handler the token of the second, [without a request](#a-token-without-a-request). Linking
//! hands over the account, so require a [nonce](crate::guide::nonces) as at a login, and refuse a wallet that already
//! belongs to another player. Never link by equal emails.
//! [`guide::issuers`](crate::guide::issuers#moving-from-embedded-wallet-to-oms-wallet) has the code.
//!
//! # Several projects
//!
//! A token is for a single project. [`also_project`](crate::SequenceAuthLayer::also_project) accepts the tokens of further
//! projects, for example of several games or tenants:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use sequence_auth::testing::LocalIssuer;
//! # let issuer = LocalIssuer::new();
//! # let auth = issuer.layer(13639);
//! let auth = auth.also_project(13640).also_project(13641);
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! let token = issuer.token().project(13640).mint();
//! let claims = auth.verifier().verify(&token).await?;
//! assert_eq!(claims.project_number(), Some(13640));
//! # assert!(auth.verifier().verify(&issuer.token().project(1).mint()).await.is_err());
//! # Ok::<(), sequence_auth::AuthError>(()) }).unwrap();
//! # }
//! ```
//!
//! Separate the data of tenants by [`project_id`](crate::SequenceClaims::project_id), because a player of one project
//! passes the layer on the routes of all. For routes of a single project, use a layer without `also_project`.
//!
//! # A token in a cookie
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::SystemTime;
//!
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims, TokenSource};
//!
//! let cookie = TokenSource::cookie("__Host-token")?;
//! let auth = SequenceAuthLayer::new(13639).sources([TokenSource::bearer(), cookie]);
//!
//! /// Returns the `Set-Cookie` header for a token that the layer has just verified.
//! fn set_cookie(token: &str, claims: &SequenceClaims) -> String {
//!     let lifetime = claims.expires_at().duration_since(SystemTime::now());
//!     let max_age = lifetime.unwrap_or_default().as_secs();
//!     format!("__Host-token={token}; Path=/; Max-Age={max_age}; Secure; HttpOnly; SameSite=Strict")
//! }
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! Put the bearer header first, because a browser sends the cookie on its own. Let the cookie end with its token: an
//! expired token is refused, on optional routes too. [`TokenSource::cookie`](crate::TokenSource::cookie) refuses requests
//! of other sites that may change something. A sign-out cannot revoke the token, so a
//! [login](crate::guide::logins) with a session of your own is usually better.
//!
//! # A token in a header of your own
//!
//! For example if a gateway in front uses `Authorization` for its own credentials:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::{SequenceAuthLayer, TokenSource};
//!
//! let header = TokenSource::header("x-sequence-token")?; // the bare token, or `Bearer` and the token
//! let auth = SequenceAuthLayer::new(13639).sources([header]);
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! The layer verifies this token like any other. If the gateway verifies tokens itself and forwards only the wallet, see
//! [`guide::proxies`](crate::guide::proxies) for the rules that keep clients from writing that header.
//!
//! # A token without a request
//!
//! For a message of a WebSocket or a queue, or for a second token in a body, the layer's
//! [verifier](crate::SequenceAuthLayer::verifier) applies the same keys and policy:
//!
//! ```
//! use sequence_auth::{Address, AuthError, TokenVerifier};
//!
//! /// `verifier` is `auth.verifier()`, made once.
//! async fn sender(verifier: &TokenVerifier, token: &str) -> Result<Address, AuthError> {
//!     Ok(verifier.verify(token).await?.wallet())
//! }
//! ```
//!
//! With the feature `axum`, a handler can return the [`AuthError`](crate::AuthError): it becomes the layer's default
//! response.
//!
//! # Limit requests by wallet
//!
//! Put the limit inside the layer, and read the wallet from the claims. In axum, `route_layer` calls that come later are
//! further outside:
//!
//! ```
//! use std::{collections::HashMap, sync::{Arc, Mutex}, time::Instant};
//!
//! use axum::{Router, extract::{Request, State}, http::StatusCode, middleware::{Next, from_fn_with_state}};
//! use axum::{response::{IntoResponse, Response}, routing::get};
//! use sequence_auth::{Address, SequenceAuthLayer, SequenceClaims};
//!
//! /// The current minute, and the requests of each wallet in it.
//! type Window = (Instant, HashMap<Address, u32>);
//!
//! async fn limit(State(window): State<Arc<Mutex<Window>>>, claims: SequenceClaims, request: Request, next: Next) -> Response {
//!     if is_over_limit(&mut window.lock().expect("no panic while counting"), claims.wallet()) {
//!         return StatusCode::TOO_MANY_REQUESTS.into_response();
//!     }
//!     next.run(request).await
//! }
//!
//! fn is_over_limit((start, requests): &mut Window, wallet: Address) -> bool {
//!     if start.elapsed().as_secs() >= 60 {
//!         *start = Instant::now();
//!         requests.clear();
//!     }
//!     let count = requests.entry(wallet).or_default();
//!     *count += 1;
//!     *count > 60 // requests per minute
//! }
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     let window = Arc::new(Mutex::new((Instant::now(), HashMap::new())));
//!     Router::new()
//!         .route("/play", get("ok"))
//!         .route_layer(from_fn_with_state(window, limit)) // inside
//!         .route_layer(auth) // outside
//! }
//! # let mut window = (Instant::now(), HashMap::new());
//! # assert!((0..60).all(|_| !is_over_limit(&mut window, Address::ZERO)));
//! # assert!(is_over_limit(&mut window, Address::ZERO));
//! ```
//!
//! This limit counts in a single process. [`guide::middleware`](crate::guide::middleware#limits) has limits with
//! `tower_governor`, by wallet and by address, and the order that keeps a refusal from using up a nonce.
//!
//! # Problem details, and OpenAPI
//!
//! [`on_reject`](crate::SequenceAuthLayer::on_reject) receives each refusal with the default response, and returns the
//! response to send. For `auth.on_reject(problem)`, this function makes the body a problem (RFC 9457). It keeps the status
//! and the other headers, and leaves the responses of gRPC alone:
//!
//! ```
//! use axum::{body::Bytes, http::{HeaderValue, Response, header::CONTENT_TYPE}};
//! use sequence_auth::AuthError;
//! use serde_json::json;
//!
//! fn problem(error: &AuthError, response: Response<Bytes>) -> Response<Bytes> {
//!     if response.headers().get(CONTENT_TYPE).is_none_or(|value| value != "application/json") {
//!         return response;
//!     }
//!     let (mut head, _) = response.into_parts();
//!     let problem = json!({
//!         "type": format!("https://api.example.com/problems/{}", error.kind()),
//!         "title": error.code(),
//!         "status": error.status().as_u16(),
//!         "detail": error.description(),
//!     });
//!     head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
//!     Response::from_parts(head, problem.to_string().into())
//! }
//! # fn check(auth: sequence_auth::SequenceAuthLayer) -> sequence_auth::SequenceAuthLayer { auth.on_reject(problem) }
//! # let expired = AuthError::from(sequence_auth::AuthErrorKind::Expired);
//! # let response = Response::builder().header(CONTENT_TYPE, "application/json").body(Bytes::new()).unwrap();
//! # let body = problem(&expired, response).into_body();
//! # let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
//! # assert_eq!(body["type"], "https://api.example.com/problems/expired");
//! ```
//!
//! [`guide::openapi`](crate::guide::openapi) documents responses and security schemes with utoipa and aide.
//!
//! # The wallet in a trace
//!
//! [`TraceSpan::WithWallet`](crate::TraceSpan::WithWallet) opens a span for the check, which ends before the handler
//! runs. For a span around the handler, add middleware inside the layer:
//!
//! ```
//! use axum::{extract::Request, middleware::Next, response::Response};
//! use sequence_auth::SequenceClaims;
//! use tracing::{Instrument, info_span};
//!
//! /// For `from_fn(trace_player)`, inside the layer.
//! async fn trace_player(claims: SequenceClaims, request: Request, next: Next) -> Response {
//!     let span = info_span!("player", wallet = %claims.wallet());
//!     next.run(request).instrument(span).await
//! }
//! ```
//!
//! A wallet is personal data. Do not log tokens, emails or nonces. [`guide::observing`](crate::guide::observing) shows how
//! to record refusals in the span of `TraceLayer`.
//!
//! [`load`]: crate::SequenceAuthLayer::load
//! [`optional`]: crate::SequenceAuthLayer::optional

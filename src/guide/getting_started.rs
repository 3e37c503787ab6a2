//! From `cargo add` to a guarded route, an optional route and a test, in five minutes.
//!
//! # Install
//!
//! You need Rust 1.88 or later, a C compiler, and the ID of your project, which Sequence Builder shows.
//!
//! ```sh
//! cargo add sequence-auth --features axum
//! cargo add axum@0.8
//! cargo add tokio --features full
//!
//! # For tests:
//! cargo add --dev sequence-auth --features testing
//! cargo add --dev tower --features util
//! ```
//!
//! The feature `axum` lets handlers take [`SequenceClaims`](crate::SequenceClaims) as an argument. The feature `testing`
//! mints tokens: keep it under `[dev-dependencies]`.
//!
//! # Guard a route
//!
//! Put this into `src/main.rs`:
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//!
//! async fn me(claims: SequenceClaims) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     Router::new()
//!         .route("/me", get(me))
//!         .route_layer(auth) // guards the routes above
//!         .route("/healthz", get("up")) // open
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let auth = SequenceAuthLayer::new(13639); // your project ID
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     axum::serve(listener, app(auth)).await
//! }
//! ```
//!
//! The layer guards the routes that were added **before** it. [`routers`](crate::guide::routers) shows the other ways to
//! place it.
//!
//! Start the server with `cargo run`, and call it without a token:
//!
//! ```text
//! $ curl -i http://127.0.0.1:3000/me
//! HTTP/1.1 401 Unauthorized
//! content-type: application/json
//! cache-control: no-store
//! www-authenticate: Bearer realm="sequence"
//!
//! {"error":"missing_token","error_description":"no ID token was sent, neither as a bearer token nor in the JSON field sequenceToken"}
//! ```
//!
//! The client gets a token from Sequence's SDK, and sends it along. A token of Embedded Wallet is valid for 10 minutes:
//!
//! ```js
//! const { idToken } = await sequence.getIdToken()
//! const response = await fetch('http://127.0.0.1:3000/me', {
//!   headers: { Authorization: `Bearer ${idToken}` }
//! })
//! ```
//!
//! A page of another origin needs CORS headers, from a layer [outside](crate::guide::middleware#cors) of this one. Without
//! a front end, `cargo run --example server` in the repository starts a demo issuer that signs tokens for you.
//!
//! # An optional route
//!
//! [`optional`](crate::SequenceAuthLayer::optional) lets requests without a token pass. A bad token is still refused. A
//! clone of the layer can have other settings; all clones share their keys:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{body::{Body, to_bytes}, http::Request};
//! # use tower::ServiceExt;
//! use axum::{Router, routing::get};
//! use sequence_auth::{EmailPolicy, SequenceAuthLayer, SequenceClaims};
//!
//! async fn lobby(claims: Option<SequenceClaims>) -> String {
//!     match claims {
//!         Some(claims) => format!("Welcome back, {}", claims.wallet()),
//!         None => "Welcome".to_owned(),
//!     }
//! }
//! # async fn me(claims: SequenceClaims) {}
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     let everybody = auth.clone().optional().email_policy(EmailPolicy::Optional);
//!     Router::new()
//!         .route("/me", get(me).layer(auth))
//!         .route("/lobby", get(lobby).layer(everybody))
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let issuer = sequence_auth::testing::LocalIssuer::new();
//! #     let app = app(issuer.layer(13639));
//! #     let lobby = async |request: axum::http::request::Builder| {
//! #         let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
//! #         to_bytes(response.into_body(), 100).await.unwrap()
//! #     };
//! #     assert_eq!(lobby(Request::get("/lobby")).await, "Welcome");
//! #     let guest = format!("Bearer {}", issuer.token().guest().mint());
//! #     let answer = lobby(Request::get("/lobby").header("authorization", guest)).await;
//! #     assert!(answer.starts_with(b"Welcome back, 0x"));
//! # });
//! # }
//! ```
//!
//! `EmailPolicy::Optional` also accepts guests, who have a token and a wallet but no email.
//!
//! # A test
//!
//! `LocalIssuer` signs tokens in the test's own process. Its layer has the same checks, and needs no network:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, routing::get};
//! # use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//! # async fn me(claims: SequenceClaims) {}
//! # fn app(auth: SequenceAuthLayer) -> Router { Router::new().route("/me", get(me)).route_layer(auth) }
//! use axum::{body::Body, http::{Request, StatusCode}};
//! use sequence_auth::testing::LocalIssuer;
//! use tower::ServiceExt;
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn me_requires_a_token() -> Result<(), Box<dyn std::error::Error>> {
//!     let issuer = LocalIssuer::new();
//!     let app = app(issuer.layer(13639)); // in place of SequenceAuthLayer::new(13639)
//!
//!     let without_token = Request::get("/me").body(Body::empty())?;
//!     let response = app.clone().oneshot(without_token).await?;
//!     assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
//!
//!     let token = issuer.token().email("player@example.com").mint();
//!     let with_token = Request::get("/me").header("authorization", format!("Bearer {token}"));
//!     let response = app.oneshot(with_token.body(Body::empty())?).await?;
//!     assert_eq!(response.status(), StatusCode::OK);
//!     Ok(())
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(me_requires_a_token()).unwrap();
//! # }
//! ```
//!
//! [`testing`](crate::guide::testing) shows guests, expired tokens, nonces and outages.
//!
//! # Before production
//!
//! **Configure by the environment.** [`from_env`](crate::SequenceAuthLayer::from_env) reads `SEQUENCE_PROJECT_ID`, or the
//! front end's `waasConfigKey` from `SEQUENCE_CONFIG_KEY`. For settings of your own, use the
//! [builder](crate::SequenceAuthLayerBuilder). This `main` also fetches the keys before the first request, because axum
//! may apply a layer as late as with the first connection:
//!
//! ```no_run
//! # use axum::Router;
//! # fn app(auth: SequenceAuthLayer) -> Router { Router::new().layer(auth) }
//! use sequence_auth::SequenceAuthLayer;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let auth = SequenceAuthLayer::from_env()?;
//!     if let Err(error) = auth.ready().await {
//!         eprintln!("starting without keys, which are still being fetched: {error}");
//!     }
//!     let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await?;
//!     axum::serve(listener, app(auth)).await?;
//!     Ok(())
//! }
//! ```
//!
//! Then go through this list:
//!
//! - **Login.** Does a route exchange the token for a session? Then use [nonces](crate::guide::nonces). Otherwise a copied
//!   token signs an attacker in.
//! - **Readiness.** Answer the readiness probe from [`health`](crate::SequenceAuthLayer::health), and never the liveness
//!   probe: see [`keys`](crate::guide::keys).
//! - **Open routes.** Test each route without a token: see [routers](crate::guide::routers#a-test-for-your-routes).
//! - **Stored data.** Store a player's data under [`issuer`](crate::SequenceClaims::issuer) and
//!   [`wallet`](crate::SequenceClaims::wallet), never under the email, which may not be verified.
//! - **CORS, limits, traces.** Put them around the layer in the [recommended order](crate::guide::middleware).
//! - **Logs.** Install a `tracing` subscriber at level `info`, so that you see failed fetches and mistakes of
//!   configuration: see [`observing`](crate::guide::observing).
//! - **TLS, proxies, shutdown.** See [`deployment`](crate::guide::deployment).
//!
//! If something is refused, [`troubleshooting`](crate::guide::troubleshooting) leads from the response to the cause.

//! From `cargo add` to a guarded route, an optional route, CORS, the log and a test.
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
//! The layer guards the routes that were added **before** it. `route_layer` leaves unknown paths open (404); with
//! `layer`, an unknown path without a token is answered with 401, too. [`routers`](crate::guide::routers) shows all
//! ways to place it.
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
//! Without a front end, `cargo run --example server` in the repository starts a demo issuer that signs tokens for you.
//!
//! # The client
//!
//! The client gets a token from Sequence's SDK, and sends it along. A token of Embedded Wallet is valid for 10 minutes,
//! so the client requests a new token before each call, or when a call is refused with 401:
//!
//! ```js
//! const { idToken } = await sequence.getIdToken()
//! const response = await fetch('http://127.0.0.1:3000/me', {
//!   headers: { Authorization: `Bearer ${idToken}` }
//! })
//! ```
//!
//! Games in Unity, Unreal or any other engine send the same with their HTTP client:
//!
//! | the token is | the request has |
//! |---|---|
//! | in a header | `Authorization: Bearer <token>` |
//! | in the body, for example of a `POST` | `Content-Type: application/json`, and the body `{"sequenceToken":"<token>"}`, beside fields of your own |
//!
//! # What the claims hold
//!
//! | getter of [`SequenceClaims`](crate::SequenceClaims) | returns | `None` if |
//! |---|---|---|
//! | [`wallet`](crate::SequenceClaims::wallet) | `Address` | |
//! | [`email`](crate::SequenceClaims::email) | `Option<&str>`, which may not be verified | the player has no email; possible only with `EmailPolicy::Optional` |
//! | [`identity`](crate::SequenceClaims::identity) | `Option<&Identity>`: how the player signed in | the token is of OMS Wallet, or lacks the claim |
//! | [`issuer`](crate::SequenceClaims::issuer) | `&str`, a URL | |
//! | [`project_id`](crate::SequenceClaims::project_id) | `&str`: `"13639"` or `"prj_…"` | |
//! | [`project_number`](crate::SequenceClaims::project_number) | `Option<u64>` | the token is of OMS Wallet |
//! | [`wallet_id`](crate::SequenceClaims::wallet_id) | `Option<&str>`: the wallet's ID at OMS Wallet | the token is of Embedded Wallet |
//! | [`expires_at`](crate::SequenceClaims::expires_at) | `SystemTime` | |
//! | [`issued_at`](crate::SequenceClaims::issued_at) | `Option<SystemTime>` | the token is of OMS Wallet, and lacks `iat` |
//! | [`authenticated_at`](crate::SequenceClaims::authenticated_at) | `Option<SystemTime>`: when the player signed in to the wallet | the token lacks `auth_time` |
//! | [`nonce`](crate::SequenceClaims::nonce) | `Option<&str>` | the client did not request one |
//! | [`custom`](crate::SequenceClaims::custom) | all claims, as a type of your own; the player may have written them | |
//!
//! Store a player's data under the issuer and the wallet, never under the email. A wallet as text has upper and lower
//! case (EIP-55), and the same wallet from elsewhere may have another case. So compare values of
//! [`Address`](crate::Address), or store all wallets in lower case:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use sequence_auth::{Address, SequenceClaims};
//!
//! # let wallet = "0x52908400098527886E0F7030069857D2E4169EE7".parse().expect("an address");
//! # let claims = SequenceClaims::builder().wallet(wallet).build();
//! let wallet = claims.wallet();
//! assert_eq!(wallet.to_string(), "0x52908400098527886E0F7030069857D2E4169EE7"); // 42 characters, EIP-55
//! assert_eq!(format!("{wallet:#x}"), "0x52908400098527886e0f7030069857d2e4169ee7"); // lower case
//!
//! let stored: Address = "0x52908400098527886e0f7030069857d2e4169ee7".parse().expect("an address");
//! assert_eq!(wallet, stored);
//! # }
//! ```
//!
//! # A page of another origin
//!
//! A browser lets a page call a server of another origin only if the server allows it by CORS headers. Otherwise the
//! first `fetch` fails. Add the layer for CORS **after** this one, so that it is outside: the browser asks first,
//! without a token.
//!
//! ```sh
//! cargo add tower-http@0.7 --features cors
//! ```
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use axum::{
//!     Router,
//!     http::{
//!         HeaderValue, Method,
//!         header::{AUTHORIZATION, CONTENT_TYPE},
//!     },
//!     routing::get,
//! };
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//! use tower_http::cors::CorsLayer;
//!
//! async fn me(claims: SequenceClaims) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//!
//! /// Makes an application for the pages of `https://game.example`.
//! pub fn app(auth: SequenceAuthLayer) -> Router {
//!     let cors = CorsLayer::new()
//!         .allow_origin([HeaderValue::from_static("https://game.example")])
//!         .allow_methods([Method::GET, Method::POST])
//!         .allow_headers([AUTHORIZATION, CONTENT_TYPE]);
//!     Router::new()
//!         .route("/me", get(me))
//!         .route_layer(auth)
//!         .layer(cors) // added last, so it is outside of `auth`
//! }
//! # }
//! ```
//!
//! Cookies need more: see [`middleware`](crate::guide::middleware#cors).
//!
//! # See the log
//!
//! The layer logs with `tracing`. To print the log, add a subscriber, and start it at the beginning of `main`:
//!
//! ```sh
//! cargo add tracing-subscriber
//! ```
//!
//! ```text
//! tracing_subscriber::fmt::init();
//! ```
//!
//! It prints the level `info` and above: failed fetches of the keys, and mistakes of configuration. With
//! `RUST_LOG=sequence_auth=debug`, it also prints why each request is refused. (With the feature `env-filter` of
//! tracing-subscriber, set `RUST_LOG`: without the variable, only errors are printed.)
//! [`observing`](crate::guide::observing) lists all events.
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
//! **Read the configuration from environment variables.** [`from_env`](crate::SequenceAuthLayer::from_env) reads the
//! project from `SEQUENCE_PROJECT_ID` and its environment from `SEQUENCE_ENVIRONMENT`, or both from the front end's
//! `waasConfigKey` in `SEQUENCE_CONFIG_KEY`. For OMS Wallet, it reads `OMS_PROJECT_ID` and `OMS_TOKEN_ISSUER`. For
//! settings of your own, use the [builder](crate::SequenceAuthLayerBuilder).
//!
//! **Check the environment.** The default is Sequence's environment [`Production`](crate::Environment::Production). If
//! the `rpcServer` in the front end's `waasConfigKey` names another issuer, set that
//! [environment](crate::SequenceAuthLayerBuilder::environment), or create the layer from the key.
//!
//! This `main` also fetches the keys before the first request, because axum may apply a layer as late as with the first
//! connection:
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
//! - **Login.** Does a route exchange the token for a session? Then use [nonces](crate::guide::nonces). Otherwise an
//!   attacker who copies a token can log in with it.
//! - **Readiness.** Answer the readiness probe from [`health`](crate::SequenceAuthLayer::health), and never the liveness
//!   probe: see [`keys`](crate::guide::keys).
//! - **Open routes.** Test each route without a token: see [routers](crate::guide::routers#a-test-for-your-routes).
//! - **Stored data.** Store a player's data under [issuer and wallet](#what-the-claims-hold), never under the email,
//!   which may not be verified.
//! - **CORS, limits, traces.** Put them around the layer in the [recommended order](crate::guide::middleware).
//! - **Logs.** Print the [log](#see-the-log) at level `info`.
//! - **TLS, proxies, shutdown.** See [`deployment`](crate::guide::deployment).
//!
//! If something is refused, [`troubleshooting`](crate::guide::troubleshooting) leads from the response to the cause.

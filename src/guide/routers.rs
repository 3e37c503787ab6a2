//! How to guard routes of an axum router with the layer, and how to see which routes are open.
//!
//! A layer of a router guards **the routes that were added before it**. Routes that are added after it are open. With
//! the feature `axum`, handlers take [`SequenceClaims`](crate::SequenceClaims) as an argument.
//!
//! ```
//! use axum::{Router, routing::get};
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//!
//! async fn me(claims: SequenceClaims) -> String {
//!     format!("Hello {}", claims.wallet())
//! }
//! # async fn scores(claims: SequenceClaims) {} async fn submit(claims: SequenceClaims) {}
//!
//! fn app(auth: SequenceAuthLayer) -> Router {
//!     let players = Router::new()
//!         .route("/me", get(me))
//!         .route("/scores", get(scores).post(submit))
//!         .route_layer(auth); // after the last route
//!     let open = Router::new().route("/healthz", get("up"));
//!     players.merge(open)
//! }
//! ```
//!
//! | to guard | put the layer here | unknown path | unknown method |
//! |---|---|---|---|
//! | every route of a router | `router.route_layer(auth)` after the last route | open: 404, or the fallback | 401 |
//! | every route, unknown paths too | `router.layer(auth)` after the last route and the fallback | 401 | 401 |
//! | some routes | a router of their own, with `route_layer`, and [merged](#merge-and-nest) with the others | open | 401 |
//! | one path | `get(me).layer(auth)` | open | 401 |
//! | one path, except unknown methods | `get(me).route_layer(auth)` | open | open: 405 |
//! | one method of a path | `get(scores).post(submit.layer(auth))`, with `axum::handler::Handler` in scope | open | open: 405 |
//! | everything below a prefix | `.nest_service("/api", auth.layer(api))` | 401 below it | 401 |
//! | files, a proxy, any other service | `.nest_service("/files", auth.layer(files))`, `.fallback_service(auth.layer(proxy))` | 401 | 401 |
//! | everything, before the router looks at the path | `Router::new().fallback_service(auth.layer(router))` | 401 | 401 |
//!
//! The last two columns are the response to a request without a token. `auth.layer(…)` is the method of `tower::Layer`.
//! If a route needs another policy, use a clone of the layer with other settings: all clones share their keys. If two
//! layers are around a handler, both look for the token in their own sources and check it, the outer layer first. The
//! handler receives the claims of the inner layer.
//!
//! | other middleware | position |
//! |---|---|
//! | takes the claims: `from_fn` and `from_extractor` with [`SequenceClaims`](crate::SequenceClaims) | inside |
//! | acts on refusals, such as logs and CORS; [`AuthError`](crate::AuthError) is in the extensions of the response | outside |
//! | limits the time of the handler | inside |
//! | limits the whole time, including waiting for bodies and keys | outside |
//! | sets an `Extension`; axum's `State` | anywhere; see [below](#state-and-middleware-of-your-own) |
//!
//! `Router::layer` wraps the router as it is at that moment. The layer that is added **last runs first**. In a
//! `ServiceBuilder`, the layer that is added **first runs first**.
//!
//! # State, and middleware of your own
//!
//! ```
//! use axum::{Router, extract::{Request, State}, http::StatusCode, routing::get};
//! use axum::{middleware::{Next, from_fn, from_fn_with_state}, response::{IntoResponse, Response}};
//! use sequence_auth::{AuthError, SequenceAuthLayer, SequenceClaims};
//!
//! #[derive(Clone)]
//! struct App {
//!     auth: SequenceAuthLayer,
//!     quota: Quota,
//! }
//! # #[derive(Clone)] struct Quota; impl Quota { fn take(&self, wallet: sequence_auth::Address) -> bool { !wallet.is_zero() } }
//!
//! /// Goes inside the layer: it needs the claims.
//! async fn limit(State(app): State<App>, claims: SequenceClaims, request: Request, next: Next) -> Response {
//!     if !app.quota.take(claims.wallet()) {
//!         return StatusCode::TOO_MANY_REQUESTS.into_response();
//!     }
//!     next.run(request).await
//! }
//!
//! /// Goes outside the layer: it sees refusals.
//! async fn count(request: Request, next: Next) -> Response {
//!     let response = next.run(request).await;
//!     if let Some(error) = response.extensions().get::<AuthError>() {
//!         println!("refused: {}", error.kind());
//!     }
//!     response
//! }
//!
//! async fn health(State(app): State<App>) -> StatusCode {
//!     if app.auth.health().is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
//! }
//! # async fn me(claims: SequenceClaims) {}
//!
//! fn app(app: App) -> Router {
//!     Router::new()
//!         .route("/me", get(me))
//!         .route_layer(from_fn_with_state(app.clone(), limit))
//!         .route_layer(app.auth.clone())
//!         .route("/healthz", get(health)) // open
//!         .layer(from_fn(count))
//!         .with_state(app)
//! }
//! ```
//!
//! Without a layer around it, a handler or middleware that takes [`SequenceClaims`](crate::SequenceClaims) responds
//! with 500, and an `error` event names the missing line. This mistake never opens a route.
//!
//! # Compiler errors
//!
//! ## the trait bound `fn(SequenceClaims) -> … {me}: Handler<_, _>` is not satisfied
//!
//! Enable the feature `axum`, or take `Extension(claims): Extension<SequenceClaims>`, which works without the feature.
//!
//! ## cannot infer type of the type parameter `NewError` declared on the method `layer`
//!
//! The route has two calls of `layer`. axum's `MethodRouter::layer` may change the error type, and the compiler cannot
//! infer the type between the two calls.
//!
//! ```compile_fail,E0283
//! # use axum::{Router, extract::Request, middleware::{Next, from_fn}, response::Response, routing::get};
//! # async fn me() {} async fn audit(request: Request, next: Next) -> Response { next.run(request).await }
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! Router::new().route("/me", get(me).layer(from_fn(audit)).layer(auth))
//! # }
//! ```
//!
//! Each of these compiles, and runs `auth` first:
//!
//! ```
//! # use axum::{Router, extract::Request, handler::Handler, middleware::{Next, from_fn}, response::Response, routing::get};
//! # async fn me() {} async fn audit(request: Request, next: Next) -> Response { next.run(request).await }
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! Router::new()
//!     .route("/a", get(me).route_layer(from_fn(audit)).layer(auth.clone()))
//!     .route("/b", get(me.layer(from_fn(audit)).layer(auth.clone()))) // axum::handler::Handler
//!     .route("/c", get(me).layer::<_, std::convert::Infallible>(from_fn(audit)).layer(auth))
//! # }
//! ```
//!
//! The other order, `get(me).layer(auth).layer(from_fn(audit))`, compiles as well, because `from_fn` requires the error
//! type `Infallible`.
//!
//! ## the trait bound `FromFn<…>: Service<…>` is not satisfied
//!
//! `from_fn` is inside of the layer in the same `ServiceBuilder`. `from_fn` only takes axum's own body. Inside of the
//! layer, the body is a [`RequestBody`](crate::RequestBody), which includes the part that the layer has read. The same
//! holds for axum's `map_request` (`MapRequest<…>`). `from_extractor`, `map_response`, `Extension` and most layers of
//! tower-http take any body.
//!
//! ```compile_fail,E0277
//! # use axum::{Router, body::Body, extract::Request, middleware::{Next, from_fn}, response::Response, routing::get};
//! # use tower::ServiceBuilder;
//! # async fn me() {} async fn greet(request: Request, next: Next) -> Response { next.run(request).await }
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! Router::new()
//!     .route("/me", get(me))
//!     .layer(ServiceBuilder::new().layer(auth).layer(from_fn(greet)))
//! # }
//! ```
//!
//! Convert the body in between; `.layer(MapRequestBodyLayer::new(Body::new))` of tower-http does the same:
//!
//! ```
//! # use axum::{Router, body::Body, extract::Request, middleware::{Next, from_fn}, response::Response, routing::get};
//! # use tower::ServiceBuilder;
//! # async fn me() {} async fn greet(request: Request, next: Next) -> Response { next.run(request).await }
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! Router::new()
//!     .route("/me", get(me))
//!     .layer(
//!         ServiceBuilder::new()
//!             .layer(auth)
//!             .map_request(|request: axum::http::Request<_>| request.map(Body::new))
//!             .layer(from_fn(greet)),
//!     )
//! # }
//! ```
//!
//! Two calls of `Router::layer` convert the body, too: `.layer(from_fn(greet)).layer(auth)`.
//!
//! ## expected `Response<ResponseBody<Body>>`, found `Response<Body>`
//!
//! tower's `option_layer` fails because the response has another body type with the layer than without. (The
//! `option_layer` of axum-extra converts the body.) Before you use it, read [why to avoid
//! it](#switching-it-off-in-development).
//!
//! ```compile_fail,E0271
//! # use axum::{Router, response::IntoResponse, routing::get}; use tower::util::{MapResponseLayer, option_layer};
//! # async fn me() {}
//! # fn app(auth: Option<sequence_auth::SequenceAuthLayer>) -> Router {
//! Router::new().route("/me", get(me)).layer(option_layer(auth))
//! # }
//! ```
//!
//! ```
//! # use axum::{Router, response::IntoResponse, routing::get}; use tower::util::{MapResponseLayer, option_layer};
//! # async fn me() {}
//! # fn app(auth: Option<sequence_auth::SequenceAuthLayer>) -> Router {
//! let auth = auth.map(|auth| (MapResponseLayer::new(IntoResponse::into_response), auth));
//! Router::new().route("/me", get(me)).layer(option_layer(auth))
//! # }
//! ```
//!
//! ## expected `Response<Body>`, found `Response<ResponseBody<Body>>`
//!
//! The layer is around the whole router in `axum::serve`, which only takes services that respond with axum's own body.
//! Without `into_make_service`, the error is `SequenceAuth<Router>: Service<IncomingStream<…>>` is not satisfied.
//!
//! ```compile_fail,E0271
//! # use axum::{Router, ServiceExt, extract::Request};
//! # use tower::Layer;
//! # async fn serve(auth: sequence_auth::SequenceAuthLayer, router: Router, listener: tokio::net::TcpListener) {
//! let app = auth.layer(router);
//! axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await;
//! # }
//! ```
//!
//! Put the guarded router into another router:
//!
//! ```
//! # use axum::Router;
//! # use tower::Layer;
//! # async fn serve(auth: sequence_auth::SequenceAuthLayer, router: Router, listener: tokio::net::TcpListener) {
//! let app = Router::new().fallback_service(auth.layer(router));
//! axum::serve(listener, app).await;
//! # }
//! ```
//!
//! ## the trait `From<Box<dyn Error + Send + Sync>>` is not implemented for `Infallible`
//!
//! tower's `TimeoutLayer` has no `HandleErrorLayer` outside of it. The layer of this crate passes errors on, so its
//! position does not matter: outside of both, between them, or inside.
//!
//! ```
//! # use std::time::Duration;
//! # use axum::{BoxError, Router, error_handling::HandleErrorLayer, http::StatusCode, routing::get};
//! # use tower::{ServiceBuilder, timeout::TimeoutLayer};
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! # let router = Router::new().route("/", get("up"));
//! router.layer(
//!     ServiceBuilder::new()
//!         .layer(HandleErrorLayer::new(async |_: BoxError| StatusCode::GATEWAY_TIMEOUT))
//!         .layer(TimeoutLayer::new(Duration::from_secs(10)))
//!         .layer(auth),
//! )
//! # }
//! ```
//!
//! # Switching it off in development
//!
//! Without the layer, a handler that takes claims responds with 500, and all other handlers are open. If the setting is
//! ever wrong in production, they are open there. Keep the layer:
//!
//! - **Change the issuer**: use `LocalIssuer` (feature `testing`) in tests, and the demo issuer of `cargo run --example
//!   server` on a developer's machine.
//! - **Let requests without a token pass**, to handlers that take `Option<SequenceClaims>`.
//!   [`optional`](crate::SequenceAuthLayer::optional) is a setting of the same layer. The type of the layer stays the
//!   same, and a bad token is still refused:
//!
//! ```
//! # use sequence_auth::SequenceAuthLayer;
//! # fn layer(auth: SequenceAuthLayer, guests: bool) -> SequenceAuthLayer {
//! if guests { auth.optional() } else { auth }
//! # }
//! ```
//!
//! # Routes that are open by mistake
//!
//! - **Known paths respond with 200, unknown paths with 401**: `layer` came before `route`, and only guards the
//!   fallback. Prefer `route_layer`, which panics if the router does not have a route yet.
//! - **A method that is added later**: in `get(me).layer(auth).post(submit)`, and in a second `.route` for the same
//!   path, `submit` is open.
//! - **A fallback that serves something**, such as a proxy: `route_layer` never guards a fallback, and `layer` only
//!   guards a fallback that was set before.
//! - **The response to unknown methods**: a `method_not_allowed_fallback` is open if it comes after the layer. It is
//!   always open if the layer is the `route_layer` of a single path. (`any(me).route_layer(auth)` panics, because `any`
//!   creates such a fallback. Use `layer`.)
//!
//! ## Merge and nest
//!
//! - A router keeps its layers when it is merged or nested. Routes merged or nested **after** `.layer(auth)` are open.
//! - An unknown path below the prefix of a nested router goes to the **outer** fallback, past the nested router's
//!   layers. If the nested router has a `.fallback(…)` before `.layer(auth)`, its layers guard unknown paths as well.
//!   The prefix with a slash (`/api/`) still belongs to the outer router. `nest_service("/api", auth.layer(api))`
//!   guards all of them.
//! - If two routers without fallbacks are merged, the layers of the second router decide whether an unknown path is 404
//!   or 401. Use `route_layer` on both, or a single `layer` after the merge.
//! - Below a prefix the layer sees the rest of the path. [`RejectedRequest::uri`](crate::RejectedRequest::uri) does not
//!   contain the prefix.
//!
//! ## A test for your routes
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use axum::{Router, body::Body, http::{Method, Request, StatusCode}};
//! use tower::ServiceExt;
//! # async fn me(claims: sequence_auth::SequenceClaims) {}
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! #     use axum::routing::get;
//! #     Router::new().route("/me", get(me).post(me)).route_layer(auth).route("/healthz", get("up")) }
//!
//! async fn status(app: &Router, method: Method, path: &str) -> StatusCode {
//!     let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
//!     app.clone().oneshot(request).await.unwrap().status()
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let app = app(sequence_auth::testing::LocalIssuer::new().layer(13639));
//! for (method, path) in [(Method::GET, "/me"), (Method::POST, "/me")] {
//!     assert_eq!(status(&app, method, path).await, StatusCode::UNAUTHORIZED, "{path}");
//! }
//! assert_eq!(status(&app, Method::GET, "/healthz").await, StatusCode::OK);
//! # }); }
//! ```
//!
//! # Bodies
//!
//! - Extractors get the whole body, byte for byte, including the field with the token. A type with
//!   `#[serde(deny_unknown_fields)]` needs that field, or the response is 422.
//! - `DefaultBodyLimit` limits axum's extractors, in any position. The layer has its own
//!   [limit](crate::SequenceAuthLayer::body_limit) for a body that it searches for a token: 64 KiB by default. A larger
//!   body is refused with 413. If the token is in a header, this limit does not apply, and the body streams.

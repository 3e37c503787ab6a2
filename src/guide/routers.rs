//! axum: where to put the layer. Handlers take [`SequenceClaims`](crate::SequenceClaims) with the feature `axum`.
//!
//! The layer guards what stands inside of it. In a router that is **what was added before it**; what is added
//! afterwards is open.
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
//! | what to guard | where the layer goes | unknown path | unknown method |
//! |---|---|---|---|
//! | every route of a router | `router.route_layer(auth)` after the last route | open: 404, or the fallback | 401 |
//! | every route, unknown paths too | `router.layer(auth)` after the last route and the fallback | 401 | 401 |
//! | some routes | a router of their own, with `route_layer`, and [merged](#merge-and-nest) with the others | open | 401 |
//! | one path | `get(me).layer(auth)` | open | 401 |
//! | one path, but for unknown methods | `get(me).route_layer(auth)` | open | open: 405 |
//! | one method of a path | `get(scores).post(submit.layer(auth))`, with `axum::handler::Handler` in scope | open | open: 405 |
//! | everything below a prefix | `.nest_service("/api", auth.layer(api))` | 401 below it | 401 |
//! | files, a proxy, any other service | `.nest_service("/files", auth.layer(files))`, `.fallback_service(auth.layer(proxy))` | 401 | 401 |
//! | everything, before the router looks at the path | `Router::new().fallback_service(auth.layer(router))` | 401 | 401 |
//!
//! The last two columns say what a request without a token gets. `auth.layer(…)` is the method of `tower::Layer`. Where
//! another policy holds, use a clone with other settings: all clones share their keys. With two layers around one handler
//! both decide, the outer one first, and the claims are those of the inner one.
//!
//! | other middleware | where it goes |
//! |---|---|
//! | takes the claims: `from_fn` and `from_extractor` with [`SequenceClaims`](crate::SequenceClaims) | inside |
//! | acts on refusals, as logs and CORS do; [`AuthError`](crate::AuthError) is in the extensions of the response | outside |
//! | limits the time for the handler alone | inside |
//! | limits the time for everything, with the waiting for bodies and keys | outside |
//! | sets an `Extension`; axum's `State` | anywhere; see [below](#state-and-middleware-of-your-own) |
//!
//! A call of `Router::layer` goes around what is there: what is added **last runs first**. In one `ServiceBuilder` what is
//! added **first runs first**.
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
//! /// Stands inside: it needs the claims.
//! async fn limit(State(app): State<App>, claims: SequenceClaims, request: Request, next: Next) -> Response {
//!     if !app.quota.take(claims.wallet()) {
//!         return StatusCode::TOO_MANY_REQUESTS.into_response();
//!     }
//!     next.run(request).await
//! }
//!
//! /// Stands outside: it sees refusals.
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
//! A handler or middleware that takes [`SequenceClaims`](crate::SequenceClaims) without a layer outside of it answers 500,
//! and an `error` event names the line that is missing: a mistake of this kind lets nobody in.
//!
//! # It does not compile
//!
//! ## the trait bound `fn(SequenceClaims) -> … {me}: Handler<_, _>` is not satisfied
//!
//! Switch on the feature `axum`, or take `Extension(claims): Extension<SequenceClaims>`, which needs no feature.
//!
//! ## cannot infer type of the type parameter `NewError` declared on the method `layer`
//!
//! Two calls of `layer` on one route, whichever layers they are: axum's `MethodRouter::layer` lets the type of the errors
//! change, and nothing here says into which one.
//!
//! ```compile_fail,E0283
//! # use axum::{Router, extract::Request, middleware::{Next, from_fn}, response::Response, routing::get};
//! # async fn me() {}
//! # async fn audit(request: Request, next: Next) -> Response { next.run(request).await }
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! Router::new().route("/me", get(me).layer(from_fn(audit)).layer(auth))
//! # }
//! ```
//!
//! Each of these compiles, and runs `auth` first:
//!
//! ```
//! # use axum::{Router, extract::Request, handler::Handler, middleware::{Next, from_fn}, response::Response, routing::get};
//! # async fn me() {}
//! # async fn audit(request: Request, next: Next) -> Response { next.run(request).await }
//! # fn app(auth: sequence_auth::SequenceAuthLayer) -> Router {
//! Router::new()
//!     .route("/a", get(me).route_layer(from_fn(audit)).layer(auth.clone()))
//!     .route("/b", get(me.layer(from_fn(audit)).layer(auth.clone()))) // axum::handler::Handler
//!     .route("/c", get(me).layer::<_, std::convert::Infallible>(from_fn(audit)).layer(auth))
//! # }
//! ```
//!
//! So does the other order, `get(me).layer(auth).layer(from_fn(audit))`: `from_fn` accepts no errors at all.
//!
//! ## the trait bound `FromFn<…>: Service<…>` is not satisfied
//!
//! `from_fn` inside of the layer in one `ServiceBuilder`: it takes axum's own body only, and inside of the layer the body
//! is a [`RequestBody`](crate::RequestBody), which has what the layer read of it. The same holds for axum's `map_request`
//! (`MapRequest<…>`). `from_extractor`, `map_response`, `Extension` and most layers of tower-http take any body.
//!
//! ```compile_fail,E0277
//! # use axum::{Router, body::Body, extract::Request, middleware::{Next, from_fn}, response::Response, routing::get};
//! # use tower::ServiceBuilder;
//! # async fn me() {}
//! # async fn greet(request: Request, next: Next) -> Response { next.run(request).await }
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
//! # async fn me() {}
//! # async fn greet(request: Request, next: Next) -> Response { next.run(request).await }
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
//! Two calls of `Router::layer` convert it, too: `.layer(from_fn(greet)).layer(auth)`.
//!
//! ## expected `Response<ResponseBody<Body>>`, found `Response<Body>`
//!
//! tower's `option_layer`: with the layer the answer has another type of body than without (axum-extra's `option_layer`
//! converts it). Before you use it, read [why not to](#switching-it-off-in-development).
//!
//! ```compile_fail,E0271
//! # use axum::{Router, response::IntoResponse, routing::get};
//! # use tower::util::{MapResponseLayer, option_layer};
//! # async fn me() {}
//! # fn app(auth: Option<sequence_auth::SequenceAuthLayer>) -> Router {
//! Router::new().route("/me", get(me)).layer(option_layer(auth))
//! # }
//! ```
//!
//! ```
//! # use axum::{Router, response::IntoResponse, routing::get};
//! # use tower::util::{MapResponseLayer, option_layer};
//! # async fn me() {}
//! # fn app(auth: Option<sequence_auth::SequenceAuthLayer>) -> Router {
//! let auth = auth.map(|auth| (MapResponseLayer::new(IntoResponse::into_response), auth));
//! Router::new().route("/me", get(me)).layer(option_layer(auth))
//! # }
//! ```
//!
//! ## expected `Response<Body>`, found `Response<ResponseBody<Body>>`
//!
//! `axum::serve` with the layer around the whole router: it takes a service only if its answers have axum's own body. Without
//! `into_make_service` the error is: `SequenceAuth<Router>: Service<IncomingStream<…>>` is not satisfied.
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
//! Put it into a router:
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
//! A `TimeoutLayer` of tower without a `HandleErrorLayer` outside of it. The layer of this crate passes errors on, so it
//! may stand outside of both, between them, or inside:
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
//! Do not: without the layer a handler that takes claims answers 500, and one that takes none is open, in production too
//! if the setting is ever wrong there. Instead:
//!
//! - **Keep the layer and change the issuer**: `LocalIssuer` (feature `testing`) in tests, the demo issuer of
//!   `cargo run --example server` on a developer's machine.
//! - **Let requests without a token pass**, to handlers that take `Option<SequenceClaims>`. [`optional`] is a setting of
//!   the same layer, so that no type changes, and a bad token is still refused:
//!
//! ```
//! # use sequence_auth::SequenceAuthLayer;
//! # fn layer(auth: SequenceAuthLayer, guests: bool) -> SequenceAuthLayer {
//! if guests { auth.optional() } else { auth }
//! # }
//! ```
//!
//! # It compiles, and is open
//!
//! - **Known paths answer 200, unknown ones 401**: `layer` came before `route`, and guards the fallback alone. Prefer
//!   `route_layer`, which panics if there is no route yet.
//! - **A method that is added later**: in `get(me).layer(auth).post(submit)`, and in a second `.route` for the same path,
//!   `submit` is open.
//! - **A fallback that serves something**, such as a proxy. `route_layer` never guards it, and `layer` only guards one that
//!   was set before.
//! - **The answer to unknown methods**: `method_not_allowed_fallback` is open where it comes after the layer, and always
//!   where the layer is the `route_layer` of one path. (`any(me).route_layer(auth)` panics: what `any` makes is such a
//!   fallback. Use `layer`.)
//!
//! ## Merge and nest
//!
//! - A router keeps its layers when it is merged or nested. Routes merged or nested **after**
//!   `.layer(auth)` are open.
//! - An unknown path below the prefix of a nested router goes to the **outer** fallback, past the nested router's layers.
//!   Set `.fallback(…)` on the nested router before `.layer(auth)`, and they guard it, but not the prefix with a slash
//!   (`/api/`), which stays the outer router's. `nest_service("/api", auth.layer(api))` guards them all.
//! - If two routers without fallbacks are merged, the layers of the second one decide whether an unknown path is 404 or
//!   401. Use `route_layer` on both, or one `layer` after the merge.
//! - Below a prefix the layer sees the rest of the path; [`RejectedRequest::uri`](crate::RejectedRequest::uri) has no
//!   prefix.
//!
//! ## Have it checked
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
//! - Extractors get the whole body, byte for byte, the field with the token included: a type with
//!   `#[serde(deny_unknown_fields)]` needs that field, or the answer is 422.
//! - `DefaultBodyLimit` limits axum's extractors, wherever it stands. The layer has its own
//!   [limit](crate::SequenceAuthLayer::body_limit) for a body in which it looks for a token: 64 KiB by default, and 413
//!   beyond. A request with a token in a header has no such limit, and its body streams.
//!
//! [`optional`]: crate::SequenceAuthLayer::optional

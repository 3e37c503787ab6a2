//! Other servers: salvo, poem and warp.
//!
//! | server | how | claims in the handler |
//! |---|---|---|
//! | axum, hyper, tonic | the layer | `Extension<SequenceClaims>`, `request.extensions()` |
//! | [salvo](#salvo) 1.1 | a hoop, or salvo's adapter for tower | `request.extensions()` |
//! | [poem](#poem) 3.1 | a middleware; poem's adapter for tower does not fit | `request.extensions()` |
//! | [warp](#warp) 0.4 | the layer around `warp::service`, served by hyper | `warp::ext::get()` |
//! | actix-web, Rocket and others, which are [not tower](super::without_tower) | [`layer.verifier()`](crate::SequenceAuthLayer::verifier) | yours |
//!
//! In salvo, poem and warp, claims arrive in the extensions, a body with a token arrives byte for byte, and refusals
//! arrive as the layer made them. `tests/proofs/frameworks` holds the code of this page and proves that over sockets,
//! with path parameters, and with upgraded connections in salvo and poem.
//!
//! # salvo
//!
//! A hoop that calls the layer with the request, and goes on if the token has passed:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use std::{
//!     convert::Infallible,
//!     future::ready,
//!     sync::{Arc, Mutex},
//! };
//!
//! use http_body_util::BodyExt;
//! use salvo::{
//!     Depot, FlowCtrl, Handler, Request, Response, async_trait,
//!     http::{ReqBody, ResBody},
//! };
//! use sequence_auth::{RequestBody, ResponseBody, SequenceAuthLayer};
//! use tower::{BoxError, ServiceExt, service_fn};
//! use tower_layer::Layer;
//!
//! /// Guards what is below its router: `Router::new().hoop(Authenticated(layer))`.
//! pub struct Authenticated(pub SequenceAuthLayer);
//!
//! #[async_trait]
//! impl Handler for Authenticated {
//!     async fn handle(
//!         &self,
//!         request: &mut Request,
//!         _: &mut Depot,
//!         response: &mut Response,
//!         flow: &mut FlowCtrl,
//!     ) {
//!         let verified = Arc::new(Mutex::new(None));
//!         let slot = Arc::clone(&verified);
//!         let behind = service_fn(move |request| {
//!             *slot.lock().expect("nothing panics here") = Some(request);
//!             ready(Ok::<_, Infallible>(http::Response::new(ResBody::None)))
//!         });
//!         let Ok(answer) = self.0.layer(behind).oneshot(to_http(request)).await;
//!         let verified = verified.lock().expect("nothing panics here").take();
//!         match verified {
//!             Some(verified) => go_on(request, verified),
//!             None => {
//!                 refuse(response, answer);
//!                 flow.skip_rest();
//!             }
//!         }
//!     }
//! }
//!
//! fn to_http(request: &mut Request) -> http::Request<ReqBody> {
//!     let mut http_request = http::Request::new(request.take_body());
//!     *http_request.method_mut() = request.method().clone();
//!     *http_request.uri_mut() = request.uri().clone();
//!     *http_request.version_mut() = request.version();
//!     *http_request.headers_mut() = request.headers().clone();
//!     *http_request.extensions_mut() = request.extensions().clone();
//!     http_request
//! }
//!
//! fn go_on(request: &mut Request, verified: http::Request<RequestBody<ReqBody>>) {
//!     let (head, body) = verified.into_parts();
//!     *request.headers_mut() = head.headers;
//!     *request.extensions_mut() = head.extensions;
//!     request.replace_body(ReqBody::Boxed {
//!         inner: Box::pin(body.map_err(BoxError::from)),
//!         fuse_config: None,
//!     });
//! }
//!
//! fn refuse(response: &mut Response, answer: http::Response<ResponseBody<ResBody>>) {
//!     let (head, body) = answer.into_parts();
//!     response.status_code(head.status);
//!     response.headers_mut().extend(head.headers);
//!     response.extensions.extend(head.extensions);
//!     let body = Box::pin(body.map_err(BoxError::from));
//!     response.replace_body(ResBody::Boxed(body));
//! }
//! # }
//! ```
//!
//! salvo's adapter for tower (`tower-compat`) is shorter. It takes layers that leave the type of the body as it is, so
//! a conversion stands inside of this one:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use http_body_util::BodyExt;
//! use salvo::{Handler, http::ReqBody, prelude::TowerLayerCompat};
//! use sequence_auth::{RequestBody, SequenceAuthLayer};
//! use tower::{BoxError, ServiceBuilder};
//!
//! /// Makes a hoop of the layer. It has to be called inside a Tokio runtime.
//! pub fn adapted(auth: SequenceAuthLayer) -> impl Handler {
//!     ServiceBuilder::new()
//!         .layer(auth)
//!         .map_request(|request: http::Request<RequestBody<ReqBody>>| request.map(body_for_salvo))
//!         .into_inner()
//!         .compat()
//! }
//!
//! fn body_for_salvo(body: RequestBody<ReqBody>) -> ReqBody {
//!     ReqBody::Boxed {
//!         inner: Box::pin(body.map_err(BoxError::from)),
//!         fuse_config: None,
//!     }
//! }
//! # }
//! ```
//!
//! But it verifies all requests of a hoop in one task, one after the other; and if a predicate of yours
//! ([`authorize`](crate::SequenceAuthLayer::authorize)) panics, that task is gone, and **every later request of the
//! hoop is answered with 500**. With the hoop above, a panic ends its own request alone.
//!
//! # poem
//!
//! poem's adapter `TowerLayerCompatExt` takes layers for requests of poem's own type, so this one does not compile with
//! it. `TowerCompatExt`, for services, loses the parameters of the path. This middleware keeps them:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use std::{
//!     convert::Infallible,
//!     future::ready,
//!     io, mem,
//!     sync::{Arc, Mutex},
//! };
//!
//! use http_body_util::combinators::BoxBody;
//! use hyper::body::Bytes;
//! use poem::{Body, Endpoint, IntoResponse, Middleware, Request, RequestParts, Response};
//! use sequence_auth::{RequestBody, SequenceAuthLayer};
//! use tower::{ServiceExt, service_fn};
//! use tower_layer::Layer;
//!
//! type PoemBody = BoxBody<Bytes, io::Error>;
//!
//! /// Guards endpoints: `endpoint.with(Authenticated(layer))`.
//! pub struct Authenticated(pub SequenceAuthLayer);
//!
//! impl<E: Endpoint> Middleware<E> for Authenticated {
//!     type Output = Guarded<E>;
//!
//!     fn transform(&self, endpoint: E) -> Guarded<E> {
//!         Guarded {
//!             auth: self.0.clone(),
//!             endpoint,
//!         }
//!     }
//! }
//!
//! /// An endpoint that gets requests with a verified token.
//! pub struct Guarded<E> {
//!     auth: SequenceAuthLayer,
//!     endpoint: E,
//! }
//!
//! impl<E: Endpoint> Endpoint for Guarded<E> {
//!     type Output = Response;
//!
//!     async fn call(&self, request: Request) -> poem::Result<Response> {
//!         let (request, parts) = to_http(request);
//!         let verified = Arc::new(Mutex::new(None));
//!         let slot = Arc::clone(&verified);
//!         let behind = service_fn(move |request| {
//!             *slot.lock().expect("nothing panics here") = Some(request);
//!             ready(Ok::<_, Infallible>(
//!                 http::Response::new(PoemBody::default()),
//!             ))
//!         });
//!         let Ok(answer) = self.auth.layer(behind).oneshot(request).await;
//!         let verified = verified.lock().expect("nothing panics here").take();
//!         match verified {
//!             Some(verified) => {
//!                 let response = self.endpoint.call(to_poem(verified, parts)).await?;
//!                 Ok(response.into_response())
//!             }
//!             None => Ok(answer.into()),
//!         }
//!     }
//! }
//!
//! /// Takes head and body for the layer. Parameters of the path, addresses and the upgrade stay behind.
//! fn to_http(request: Request) -> (http::Request<PoemBody>, RequestParts) {
//!     let (mut parts, body) = request.into_parts();
//!     let mut request = http::Request::new(body.into());
//!     *request.method_mut() = parts.method.clone();
//!     *request.uri_mut() = parts.uri.clone();
//!     *request.version_mut() = parts.version;
//!     *request.headers_mut() = mem::take(&mut parts.headers);
//!     *request.extensions_mut() = mem::take(&mut parts.extensions);
//!     (request, parts)
//! }
//!
//! fn to_poem(verified: http::Request<RequestBody<PoemBody>>, mut parts: RequestParts) -> Request {
//!     let (head, body) = verified.into_parts();
//!     parts.headers = head.headers;
//!     parts.extensions = head.extensions;
//!     Request::from_parts(parts, Body::from(PoemBody::new(body)))
//! }
//! # }
//! ```
//!
//! # warp
//!
//! The layer stands around all routes, before warp looks at the path. `warp::serve` takes no layers, and `axum::serve`
//! has a body that warp does not take; hyper serves it:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use std::io;
//!
//! use hyper::server::conn::http1;
//! use hyper_util::{
//!     rt::{TokioIo, TokioTimer},
//!     service::TowerToHyperService,
//! };
//! use sequence_auth::SequenceAuthLayer;
//! use tokio::net::TcpListener;
//! use tower_layer::Layer;
//! use warp::{Filter, Rejection, Reply};
//!
//! /// Serves routes behind the layer. They get the claims by `warp::ext::get::<SequenceClaims>()`.
//! pub async fn serve<F, R>(
//!     listener: TcpListener,
//!     auth: SequenceAuthLayer,
//!     routes: F,
//! ) -> io::Result<()>
//! where
//!     F: Filter<Extract = (R,), Error = Rejection> + Clone + Send + Sync + 'static,
//!     R: Reply + 'static,
//! {
//!     let app = TowerToHyperService::new(auth.layer(warp::service(routes)));
//!     loop {
//!         let (stream, _) = listener.accept().await?;
//!         let connection = http1::Builder::new()
//!             .timer(TokioTimer::new())
//!             .serve_connection(TokioIo::new(stream), app.clone());
//!         tokio::spawn(connection.with_upgrades());
//!     }
//! }
//! # }
//! ```
//!
//! For production, bound the time that a client may take for its headers, and go on after a failed `accept`, as the
//! package `examples/serving` does.

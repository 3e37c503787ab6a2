//! How to use the layer with hyper alone, and in salvo, poem and warp.
//!
//! | server | use | claims in the handler |
//! |---|---|---|
//! | [axum](super::routers) | the layer | `SequenceClaims` (feature `axum`) or `Extension<SequenceClaims>` |
//! | [tonic](super::grpc) | the layer | `request.extensions()` |
//! | [hyper](#hyper) 1 | the layer, with hyper-util | `request.extensions()` |
//! | [salvo](#salvo) 1.1 | a hoop, or salvo's adapter for tower | `request.extensions()` |
//! | [poem](#poem) 3.1 | a middleware, because poem's adapter for tower does not fit | `request.extensions()` |
//! | [warp](#warp) 0.4 | the layer around `warp::service`, served by hyper | `warp::ext::get()` |
//! | actix-web, Rocket and others that are [not tower](super::without_tower) | [`layer.verifier()`](crate::SequenceAuthLayer::verifier) | the return value |
//!
//! In all of them the claims arrive in the extensions, a body with a token arrives byte for byte, and the client
//! receives the layer's own responses. The package `tests/proofs/frameworks` has the code for salvo, poem and warp. It
//! tests this over sockets, with path parameters, and with upgraded connections in salvo and poem.
//!
//! # hyper
//!
//! hyper-util turns the tower service into a service of hyper:
//!
//! ```
//! use std::io;
//!
//! use hyper::{Request, Response, body::Incoming, server::conn::http1};
//! use hyper_util::{
//!     rt::{TokioIo, TokioTimer},
//!     service::TowerToHyperService,
//! };
//! use sequence_auth::{RequestBody, SequenceAuthLayer, SequenceClaims};
//! use tokio::net::TcpListener;
//! use tower::{BoxError, ServiceBuilder};
//!
//! async fn serve(listener: TcpListener, auth: SequenceAuthLayer) -> io::Result<()> {
//!     let service = ServiceBuilder::new().layer(auth).service_fn(hello);
//!     loop {
//!         let (stream, _) = listener.accept().await?;
//!         let connection = http1::Builder::new()
//!             .timer(TokioTimer::new()) // limits the time for a request's headers
//!             .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service.clone()));
//!         tokio::spawn(connection);
//!     }
//! }
//!
//! async fn hello(request: Request<RequestBody<Incoming>>) -> Result<Response<String>, BoxError> {
//!     let claims: &SequenceClaims = request.extensions().get().ok_or("the layer is missing")?;
//!     Ok(Response::new(format!("Hello {}", claims.wallet())))
//! }
//! # #[cfg(feature = "testing")] {
//! # use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpStream};
//! # let issuer = sequence_auth::testing::LocalIssuer::new();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! #     let listener = TcpListener::bind("127.0.0.1:0").await.unwrap(); let address = listener.local_addr().unwrap();
//! #     tokio::spawn(serve(listener, issuer.layer(13639)));
//! #     for (token, expected) in [(issuer.token().mint(), "200"), ("e.e.e".to_owned(), "401")] {
//! #         let mut stream = TcpStream::connect(address).await.unwrap();
//! #         let head = format!("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n");
//! #         stream.write_all(head.as_bytes()).await.unwrap();
//! #         let mut response = String::new();
//! #         stream.read_to_string(&mut response).await.unwrap();
//! #         assert!(response.starts_with(&format!("HTTP/1.1 {expected}")), "{response}");
//! #     }
//! # });
//! # }
//! ```
//!
//! Each connection gets a clone of the service, and all clones share the keys. A production server also continues after
//! a failed `accept`, ends in an orderly way, and delivers early responses to large uploads. `cargo run --example
//! hyper` and the package `examples/serving` show how.
//!
//! # salvo
//!
//! This hoop calls the layer with the request. If the layer accepts the token, the hoop continues:
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
//! /// Guards all routes of its router: `Router::new().hoop(Authenticated(layer))`.
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
//! salvo's adapter for tower (`tower-compat`) needs less code. It requires layers that keep the type of the body, so
//! the body is converted inside of this layer:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use http_body_util::BodyExt;
//! use salvo::{Handler, http::ReqBody, prelude::TowerLayerCompat};
//! use sequence_auth::{RequestBody, SequenceAuthLayer};
//! use tower::{BoxError, ServiceBuilder};
//!
//! /// Turns the layer into a hoop. Call this inside a Tokio runtime.
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
//! The adapter has two disadvantages. It verifies all requests of a hoop in a single task, one after the other. If a
//! predicate of yours ([`authorize`](crate::SequenceAuthLayer::authorize)) panics, this task ends, and **the hoop
//! responds to every later request with 500**. With the hoop above, a panic only ends its own request.
//!
//! # poem
//!
//! poem's adapter `TowerLayerCompatExt` only takes layers for poem's own request type, so it does not compile with this
//! layer. `TowerCompatExt`, for services, loses the path parameters. This middleware keeps them:
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
//! /// An endpoint that only receives requests with a verified token.
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
//! /// Moves head and body to the layer's request. Path parameters, addresses and the upgrade stay in the parts.
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
//! The layer is around all routes, before warp looks at the path. `warp::serve` does not take layers, and warp does not
//! take the body of `axum::serve`. Serve the routes with hyper:
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
//! /// Serves routes behind the layer. They get the claims with `warp::ext::get::<SequenceClaims>()`.
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
//! In production, continue after a failed `accept` and set hyper's `header_read_timeout` (30 s by default), as the
//! package `examples/serving` does.

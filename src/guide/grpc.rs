//! gRPC and gRPC-Web with tonic, open services beside guarded ones, and streams that end with their token.
//!
//! The client sends its token as the metadata `authorization`, with `Bearer` before it. Bodies of gRPC and gRPC-Web are
//! never searched for a token. Handlers find the claims in the extensions of tonic's request:
//!
//! ```
//! use sequence_auth::SequenceClaims;
//! use tonic::{Request, Status};
//!
//! fn claims<T>(request: &Request<T>) -> Result<&SequenceClaims, Status> {
//!     let claims = request.extensions().get();
//!     claims.ok_or_else(|| Status::internal("the layer is missing"))
//! }
//! ```
//!
//! A server with unary and streaming calls, and its client, are in the example `grpc`
//! (`cargo run --example grpc`).
//!
//! # What a refused call gets
//!
//! Everything is refused with HTTP status 200, and a status of gRPC: 16 `UNAUTHENTICATED` for a missing or invalid token,
//! 7 `PERMISSION_DENIED`, 3 `INVALID_ARGUMENT` for malformed credentials, 14 `UNAVAILABLE` without keys. The message is the
//! [description](crate::AuthError::description) of the error.
//!
//! | content type of the request | where the status is |
//! |---|---|
//! | `application/grpc`, with or without a suffix such as `+proto` | the headers `grpc-status` and `grpc-message` ("Trailers-Only") |
//! | `application/grpc-web` or `application/grpc-web-text`, likewise | a frame of trailers in the body, and not in the headers |
//! | any other | no gRPC: the HTTP status, and JSON |
//!
//! An answer to gRPC-Web is in base64 if the request's `accept` says `application/grpc-web-text`, as it is with tonic-web
//! and Envoy, or if the request came as that and accepts anything.
//! [`on_reject`](crate::SequenceAuthLayer::on_reject) gets these answers, too.
//!
//! # gRPC-Web
//!
//! Put CORS outside, then this layer, then tonic-web. Here around one service, for the pages of a game at another origin,
//! and with an open health check beside it; with tonic 0.14 and tower-http 0.7:
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use http::{HeaderName, HeaderValue, Method};
//! use sequence_auth::SequenceAuthLayer;
//! use tokio::net::TcpListener;
//! use tonic::{
//!     service::{LayerExt, Routes},
//!     transport::{Error, Server, server::TcpIncoming},
//! };
//! use tonic_health::server::health_reporter;
//! use tonic_web::GrpcWebLayer;
//! use tower_http::cors::CorsLayer;
//!
//! use super::Wallets; // the service of the application
//!
//! /// Where the pages of the game are.
//! const GAME: &str = "https://game.example";
//!
//! /// Serves wallets to players, those in browsers too, and health to everybody.
//! pub async fn serve(
//!     listener: TcpListener,
//!     auth: SequenceAuthLayer,
//!     wallets: Wallets,
//! ) -> Result<(), Error> {
//!     let (_, health) = health_reporter();
//!     let wallets = auth.named_layer(GrpcWebLayer::new().named_layer(wallets));
//!     Server::builder()
//!         .accept_http1(true)
//!         .layer(cors())
//!         .add_routes(Routes::new(health).add_service(wallets)) // health is open
//!         .serve_with_incoming(TcpIncoming::from(listener))
//!         .await
//! }
//!
//! fn cors() -> CorsLayer {
//!     let asked = [
//!         "authorization",
//!         "content-type",
//!         "grpc-timeout",
//!         "x-grpc-web",
//!         "x-user-agent",
//!     ];
//!     CorsLayer::new()
//!         .allow_origin([HeaderValue::from_static(GAME)])
//!         .allow_methods([Method::POST])
//!         .allow_headers(asked.map(HeaderName::from_static))
//!         .expose_headers(["grpc-status", "grpc-message"].map(HeaderName::from_static))
//! }
//! # }
//! ```
//!
//! To guard all services, health checks among them, add the layers to the server: `.layer(cors())`, `.layer(auth)`,
//! `.layer(GrpcWebLayer::new())`, in this order.
//!
//! - In this order, a page of any origin that CORS admits can read a refusal: it is in the body. grpc-web, connect-web and
//!   the client of improbable-eng are tested in Chromium, tonic-web's client over HTTP/1.1 and HTTP/2.
//! - With tonic-web outside of this layer, the status is in the headers, and tonic-web leaves it there. All these clients
//!   read it there as well, on a page of another origin only if CORS exposes `grpc-status` and `grpc-message`
//!   (`expose_headers`). Otherwise they report code 2, and grpc-web takes a refused stream for one that is over.
//! - Expose `grpc-status` and `grpc-message` whichever layer is outside: the errors of your own services are in the
//!   headers, too, unless a message came before.
//! - The browser sends the preflight (`OPTIONS`) without a token. CORS outside of this layer answers it, and has to allow
//!   the headers `authorization`, `content-type`, `x-grpc-web` and `x-user-agent`, and `grpc-timeout`, which a client
//!   with a deadline sends.
//! - tonic-web refuses what is neither gRPC-Web nor HTTP/2 with 400. Serve HTTP routes beside it, not inside.
//! - Behind a proxy that translates, such as Envoy, this layer sees gRPC, and the proxy leaves the status in the headers.
//!
//! # Open services beside guarded ones
//!
//! A layer of the server guards all of its services, health checks and reflection with them. To guard one service, wrap it
//! with `named_layer`:
//!
//! ```
//! use sequence_auth::SequenceAuthLayer;
//! use tonic::service::{LayerExt, Routes};
//! # use std::{convert::Infallible, future::{Ready, ready}, task::{Context, Poll}};
//! # use tonic::{body::Body, server::NamedService};
//! # use tower::{Service, ServiceExt};
//! # #[derive(Clone)]
//! # struct Wallets;
//! # impl NamedService for Wallets {
//! #     const NAME: &'static str = "acme.Wallets";
//! # }
//! # impl<B> Service<http::Request<B>> for Wallets {
//! #     type Response = http::Response<Body>;
//! #     type Error = Infallible;
//! #     type Future = Ready<Result<Self::Response, Infallible>>;
//! #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
//! #         Poll::Ready(Ok(()))
//! #     }
//! #     fn call(&mut self, _: http::Request<B>) -> Self::Future {
//! #         ready(Ok(http::Response::new(Body::empty())))
//! #     }
//! # }
//!
//! fn routes(auth: SequenceAuthLayer, wallets: Wallets) -> Routes {
//!     let (_, health) = tonic_health::server::health_reporter();
//!     Routes::new(health) // open
//!         .add_service(auth.named_layer(wallets)) // guarded
//! }
//! # #[cfg(feature = "testing")] {
//! # let routes = routes(sequence_auth::testing::LocalIssuer::new().layer(13639), Wallets);
//! # let status = async |path: &str| {
//! #     let request = http::Request::post(path).header("content-type", "application/grpc");
//! #     let response = routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
//! #     response.headers().get("grpc-status").unwrap().clone()
//! # };
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     assert_eq!(status("/acme.Wallets/Get").await, "16");
//! #     assert_ne!(status("/grpc.health.v1.Health/Check").await, "16");
//! # });
//! # }
//! ```
//!
//! `Server::builder().add_routes(routes)` serves them. What to look out for:
//!
//! - `named_layer` keeps the name of the service, by which tonic routes. A service that is wrapped by `Layer::layer` has
//!   none, and `add_service` does not compile.
//! - A layer around one service runs inside of the layers of the server. If `GrpcWebLayer` is one of those, refusals are in
//!   the headers. For refusals in the body, wrap the service in both, as [above](#grpc-web):
//!   `auth.named_layer(GrpcWebLayer::new().named_layer(wallets))`.
//! - All methods of a guarded service are guarded, also those that do not exist. For an open method, make a service of
//!   its own.
//! - A layer around everything, by `Server::layer` or by `Routes::into_axum_router().layer(..)`, also refuses calls of
//!   services that do not exist (16 instead of 12 `UNIMPLEMENTED`), and probes of `grpc.health.v1.Health`.
//! - An open service of reflection tells everybody what services there are, guarded ones as well.
//! - An interceptor of a service runs inside of the layer and finds the claims. An `InterceptorLayer` that is added to the
//!   server before this layer runs outside of it and does not.
//! - Clones of a layer share its keys: wrap each service with a clone.
//!
//! # Streams that outlive their token
//!
//! A call is checked once, at its start. A stream that goes on for hours would serve a player whose token has long expired,
//! unless the handler ends it:
//!
//! ```
//! use std::time::SystemTime;
//!
//! use sequence_auth::SequenceClaims;
//! use tokio::{
//!     sync::mpsc::{self, Sender},
//!     time::timeout,
//! };
//! use tokio_stream::wrappers::ReceiverStream;
//! use tonic::Status;
//! # use std::time::Duration;
//! # use tokio_stream::StreamExt as _;
//!
//! # #[derive(Debug)]
//! # struct Event;
//! fn events(claims: SequenceClaims) -> ReceiverStream<Result<Event, Status>> {
//!     let (sender, events) = mpsc::channel(16);
//!     tokio::spawn(async move {
//!         let left = claims.expires_at().duration_since(SystemTime::now());
//!         let sending = send_events(&claims, &sender);
//!         if timeout(left.unwrap_or_default(), sending).await.is_err() {
//!             let expired = Status::unauthenticated("the token has expired");
//!             let _ = sender.send(Err(expired)).await; // a client that has gone needs no status
//!         }
//!     });
//!     ReceiverStream::new(events)
//! }
//!
//! async fn send_events(claims: &SequenceClaims, sender: &Sender<Result<Event, Status>>) {
//!     // ... until there are no more, or the client has gone
//! #     while sender.send(Ok(Event)).await.is_ok() {
//! #         tokio::time::sleep(Duration::from_secs(60)).await;
//! #     }
//! }
//! # #[cfg(feature = "testing")] {
//! # let expiry = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + 300;
//! # let claims = SequenceClaims::builder().claim("exp", expiry).build();
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
//! # runtime.block_on(async {
//! #     let items: Vec<_> = events(claims).collect().await;
//! #     let (last, before) = items.split_last().unwrap();
//! #     assert_eq!(before.len(), 5);
//! #     assert!(before.iter().all(Result::is_ok));
//! #     assert_eq!(last.as_ref().unwrap_err().code(), tonic::Code::Unauthenticated);
//! # });
//! # }
//! ```
//!
//! - The client opens the stream anew with a new token when it reads `UNAUTHENTICATED`, or some time before.
//! - The [leeway](crate::SequenceAuthLayerBuilder::leeway) lets a call begin up to 30 seconds after the expiry. Such a
//!   stream ends at once.
//! - What was sent before the expiry, up to the 16 events of the channel, is delivered.
//! - Tokio's clock stands still while the machine sleeps. Where that happens, compare
//!   [`expires_at`](crate::SequenceClaims::expires_at) with the wall clock before each event, too.
//! - Stop reading a client's stream at the same time.

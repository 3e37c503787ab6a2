//! How to guard gRPC and gRPC-Web services with tonic, leave others open, and end streams with their token.
//!
//! The client sends its token as the metadata `authorization`, with `Bearer` before the token. The layer never searches
//! bodies of gRPC and gRPC-Web for a token. Handlers find the claims in the extensions of tonic's request:
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
//! The example `grpc` (`cargo run --example grpc`) has a server with unary and streaming calls, and its client.
//!
//! # The response to a refused call
//!
//! A refused call has the HTTP status 200 and a gRPC status. The message is the
//! [description](crate::AuthError::description) of the error.
//!
//! | gRPC status | reason |
//! |---|---|
//! | 16 `UNAUTHENTICATED` | the token is missing or invalid |
//! | 7 `PERMISSION_DENIED` | the application refuses the player |
//! | 3 `INVALID_ARGUMENT` | the credentials are malformed |
//! | 8 `RESOURCE_EXHAUSTED` | the wallet has used up its share of a store |
//! | 14 `UNAVAILABLE` | the layer has no keys, or a store or `load` failed |
//!
//! | content type of the request | place of the status |
//! |---|---|
//! | `application/grpc`, with or without a suffix such as `+proto` | the headers `grpc-status` and `grpc-message` ("Trailers-Only") |
//! | `application/grpc-web` or `application/grpc-web-text`, likewise | a frame of trailers in the body only |
//! | any other | an HTTP status with JSON, without gRPC |
//!
//! A response to gRPC-Web is in base64 if the request's `accept` is `application/grpc-web-text`, as with tonic-web and
//! Envoy. It is also in base64 if the request has that content type and accepts anything.
//! [`on_reject`](crate::SequenceAuthLayer::on_reject) receives these responses, too.
//!
//! # gRPC-Web
//!
//! CORS goes outside, then this layer, then tonic-web. This example guards a single service for the pages of a game at
//! another origin, beside an open health check. It uses tonic 0.14 and tower-http 0.7:
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
//! /// The origin of the game's pages.
//! const GAME: &str = "https://game.example";
//!
//! /// Serves wallets to players, also in browsers, and health checks to everybody.
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
//! - In this order, the refusal is in the body, and a page of any origin that CORS admits can read it. The repository
//!   tests grpc-web, connect-web and the client of improbable-eng in Chromium, and tonic-web's client over HTTP/1.1 and
//!   HTTP/2.
//! - With tonic-web outside of this layer, the status is in the headers, and tonic-web leaves it there. All these
//!   clients read it there as well. On a page of another origin, they can do so only if CORS exposes `grpc-status`
//!   and `grpc-message` (`expose_headers`). Otherwise they report code 2, and grpc-web mistakes a refused stream for one
//!   that has ended.
//! - Expose `grpc-status` and `grpc-message` in either order: the errors of your own services are in the headers, too,
//!   unless a message came before.
//! - The browser sends the preflight (`OPTIONS`) without a token. CORS outside of this layer responds to the preflight.
//!   It has to allow the headers `authorization`, `content-type`, `x-grpc-web`, `x-user-agent`, and also
//!   `grpc-timeout`, which clients with a deadline send.
//! - tonic-web refuses requests that are neither gRPC-Web nor HTTP/2 with 400. Serve HTTP routes beside tonic-web, not
//!   inside.
//! - Behind a proxy that translates, such as Envoy, this layer sees gRPC, and the proxy leaves the status in the
//!   headers.
//!
//! # Open services beside guarded ones
//!
//! A layer of the server guards all of its services, including health checks and reflection. To guard a single service,
//! wrap the service with `named_layer`:
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
//! `Server::builder().add_routes(routes)` serves them. Keep in mind:
//!
//! - `named_layer` keeps the name of the service, which tonic needs for routing. A service that `Layer::layer` wraps
//!   loses its name, and `add_service` does not compile.
//! - A layer around a service runs inside of the layers of the server. If the server has `GrpcWebLayer`, refusals are
//!   in the headers. For refusals in the body, wrap the service in both, as [above](#grpc-web):
//!   `auth.named_layer(GrpcWebLayer::new().named_layer(wallets))`.
//! - All methods of a guarded service are guarded, including methods that do not exist. Put an open method into a
//!   service of its own.
//! - A layer around all services, by `Server::layer` or by `Routes::into_axum_router().layer(..)`, also refuses calls
//!   to services that do not exist (16 instead of 12 `UNIMPLEMENTED`), and probes of `grpc.health.v1.Health`.
//! - An open reflection service lists all services to everyone, including guarded services.
//! - An interceptor of a service runs inside of the layer and finds the claims. An `InterceptorLayer` that is added to
//!   the server before this layer runs outside of it and does not find them.
//! - Clones of a layer share its keys: wrap each service with a clone.
//!
//! # Streams that outlive their token
//!
//! The layer checks a call at its start. A stream that runs for hours would outlive the player's token, unless the
//! handler ends it:
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
//! - When the client reads `UNAUTHENTICATED`, or some time before, it opens the stream again with a new token.
//! - The [leeway](crate::SequenceAuthLayerBuilder::leeway) lets a call begin up to 30 seconds after the expiry. Such a
//!   stream ends at once.
//! - Events that were sent before the expiry, up to the 16 of the channel, are still delivered.
//! - The steady clock, which tokio uses, stops while the machine sleeps. On a machine that may sleep, also compare
//!   [`expires_at`](crate::SequenceClaims::expires_at) with the wall clock before each event.
//! - Stop reading a client's stream at the same time.

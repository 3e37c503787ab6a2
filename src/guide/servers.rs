//! Other servers: salvo, poem, warp, and those that are not tower.
//!
//! | server | how | claims in the handler |
//! |---|---|---|
//! | axum, hyper, tonic | the layer | `Extension<SequenceClaims>`, `request.extensions()` |
//! | [salvo](#salvo) 1.1 | a hoop, or salvo's adapter for tower | `request.extensions()` |
//! | [poem](#poem) 3.1 | a middleware; poem's adapter for tower does not fit | `request.extensions()` |
//! | [warp](#warp) 0.4 | the layer around `warp::service`, served by hyper | `warp::ext::get()` |
//! | [actix-web, Rocket and others](#any-other-server) | [`layer.verifier()`](crate::SequenceAuthLayer::verifier) | yours |
//!
//! In salvo, poem and warp, claims arrive in the extensions, a body with a token arrives byte for byte, and refusals arrive
//! as the layer made them. `tests/proofs/frameworks` holds the code of this page and proves that over sockets, with path
//! parameters, and with upgraded connections in salvo and poem.
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
//! salvo's adapter for tower (`tower-compat`) is shorter. It takes layers that leave the type of the body as it is, so a
//! conversion stands inside of this one:
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
//! But it judges the tokens of all requests of a hoop in one task, one after the other; and if a predicate of yours
//! ([`authorize`](crate::SequenceAuthLayer::authorize)) panics, that task is gone, and **every later request of the hoop is
//! answered with 500**. With the hoop above, a panic ends its own request alone.
//!
//! # poem
//!
//! poem's adapter `TowerLayerCompatExt` takes layers for requests of poem's own type, so this one does not compile with it.
//! `TowerCompatExt`, for services, loses the parameters of the path. This middleware keeps them:
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
//! /// Takes the head and the body for the layer. The rest is poem's own: parameters of the path, addresses, the upgrade.
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
//! The layer stands around all routes, before warp looks at the path. `warp::serve` takes no layers, and `axum::serve` has a
//! body that warp does not take; hyper serves it:
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
//! For production, bound the time that a client may take for its headers, and go on after a failed `accept`, as the package
//! `examples/serving` does.
//!
//! # Any other server
//!
//! actix-web and Rocket are not tower. Their middleware gives the text of headers to a
//! [`TokenVerifier`](crate::TokenVerifier), which has the keys and the policy of the layer:
//!
//! ```
//! use sequence_auth::{AuthError, SequenceClaims, TokenVerifier};
//!
//! /// An answer in terms of no framework.
//! struct Refusal {
//!     status: u16,
//!     www_authenticate: Option<String>,
//!     retry_after: Option<u64>,
//! }
//!
//! /// Takes every `Authorization` header of a request.
//! async fn player(
//!     verifier: &TokenVerifier,
//!     authorization: impl IntoIterator<Item = &str>,
//! ) -> Result<SequenceClaims, Refusal> {
//!     let mut values = authorization.into_iter();
//!     let token = match (values.next(), values.next()) {
//!         (Some(value), None) => bearer_token(value),
//!         _ => None, // Two of them are nobody's.
//!     };
//!     let token = token.ok_or_else(Refusal::without_token)?;
//!     verifier.verify(token).await.map_err(Refusal::of)
//! }
//!
//! /// The scheme may be in any case (RFC 9110 §11.1).
//! fn bearer_token(authorization: &str) -> Option<&str> {
//!     let (scheme, token) = authorization.split_once(' ')?;
//!     let is_bearer = scheme.eq_ignore_ascii_case("bearer");
//!     is_bearer.then(|| token.trim_start_matches(' '))
//! }
//!
//! impl Refusal {
//!     fn without_token() -> Self {
//!         Self {
//!             status: 401,
//!             www_authenticate: Some(r#"Bearer realm="sequence""#.to_owned()),
//!             retry_after: None,
//!         }
//!     }
//!
//!     fn of(error: AuthError) -> Self {
//!         let (code, description) = (error.code(), error.description());
//!         let challenge = format!(
//!             r#"Bearer realm="sequence", error="{code}", error_description="{description}""#
//!         );
//!         Self {
//!             status: error.status().as_u16(),
//!             www_authenticate: Some(challenge).filter(|_| error.status().is_client_error()),
//!             retry_after: error.retry_after().map(|wait| wait.as_secs().max(1)),
//!         }
//!     }
//! }
//! # #[cfg(feature = "testing")] {
//! # let issuer = sequence_auth::testing::LocalIssuer::new();
//! # let verifier = issuer.layer(13639).verifier();
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let good = format!("bearer  {}", issuer.token().mint());
//! #     let claims = player(&verifier, [good.as_str()]).await.ok().unwrap();
//! #     assert_eq!(claims.email(), Some("player@example.com"));
//! #     for values in [&[][..], &["Basic eDp5"], &[&good, &good]] {
//! #         let refusal = player(&verifier, values.iter().copied()).await.err().unwrap();
//! #         assert_eq!((refusal.status, refusal.retry_after), (401, None));
//! #         assert_eq!(refusal.www_authenticate.unwrap(), r#"Bearer realm="sequence""#);
//! #     }
//! #     let expired = format!("Bearer {}", issuer.token().expired().mint());
//! #     let refusal = player(&verifier, [expired.as_str()]).await.err().unwrap();
//! #     assert_eq!(refusal.status, 401);
//! #     assert!(refusal.www_authenticate.unwrap().contains(r#"error="invalid_token""#));
//! # });
//! # }
//! ```
//!
//! In actix-web the values are `request.headers().get_all("authorization")`, each by `to_str`; in Rocket
//! `request.headers().get("authorization")`. What [loads](crate::SequenceAuthLayer::load) make comes from
//! [`verify_and_load`](crate::TokenVerifier::verify_and_load), and where nonces are bound to a cookie,
//! [`verify_bound`](crate::TokenVerifier::verify_bound) takes its value.
//!
//! A verifier knows nothing of requests: neither the [sources](crate::SequenceAuthLayer::sources), nor the check that
//! another site did not send a cookie, nor JSON bodies. Where you need the first two, call the layer with the head of the
//! request; it answers as it does in front of a service:
//!
//! ```
//! use std::convert::Infallible;
//!
//! use bytes::Bytes;
//! use http::{Extensions, Request, Response};
//! use http_body_util::{BodyExt, Empty};
//! use sequence_auth::{AuthError, RequestBody, SequenceAuthLayer};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! /// Returns the claims, and all that was loaded, or the answer to send.
//! async fn admit(auth: &SequenceAuthLayer, head: Request<()>) -> Result<Extensions, Response<Bytes>> {
//!     let behind = service_fn(|request: Request<RequestBody<Empty<Bytes>>>| async {
//!         let mut response = Response::new(Empty::<Bytes>::new());
//!         *response.extensions_mut() = request.into_parts().0.extensions;
//!         Ok::<_, Infallible>(response)
//!     });
//!     let request = head.map(|()| Empty::new());
//!     let Ok(response) = auth.layer(behind).oneshot(request).await;
//!     let (parts, body) = response.into_parts();
//!     if parts.extensions.get::<AuthError>().is_none() {
//!         return Ok(parts.extensions);
//!     }
//!     let Ok(body) = body.collect().await;
//!     Err(Response::from_parts(parts, body.to_bytes()))
//! }
//! # #[cfg(feature = "testing")] {
//! # let issuer = sequence_auth::testing::LocalIssuer::new();
//! # let cookie = sequence_auth::TokenSource::cookie("__Host-token").unwrap();
//! # let layer = issuer.layer(13639).sources([cookie]);
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let post = || {
//! #         let cookie = format!("__Host-token={}", issuer.token().mint());
//! #         Request::post("/buy").header("cookie", cookie)
//! #     };
//! #     let extensions = admit(&layer, post().body(()).unwrap()).await.unwrap();
//! #     let claims: &sequence_auth::SequenceClaims = extensions.get().unwrap();
//! #     assert_eq!(claims.email(), Some("player@example.com"));
//! #     let of_another_site = post().header("sec-fetch-site", "cross-site").body(()).unwrap();
//! #     let refused = admit(&layer, of_another_site).await.unwrap_err();
//! #     assert_eq!(refused.status(), 403);
//! #     assert!(refused.body().starts_with(br#"{"error""#));
//! #     let missing = admit(&layer, Request::post("/buy").body(()).unwrap()).await.unwrap_err();
//! #     assert_eq!(missing.status(), 401);
//! #     assert!(missing.headers().contains_key("www-authenticate"));
//! # });
//! # }
//! ```
//!
//! `head` has the method, the URI and the headers of the request. Copy them completely: a header that is left out is not
//! checked. actix-web has them in the types of an older `http`, so copy names and values as bytes.

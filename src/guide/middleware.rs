//! In which order to combine the layer with other middleware: CORS, CSRF checks, traces, limits and retries.
//!
//! A layer sees a request before the layers inside of it, and the response after them. In a `ServiceBuilder` the first
//! layer is the outermost. On a `Router` the last layer is the outermost. The repository compiles and tests this page
//! with tower-http 0.7, tower 0.5 and tower_governor 0.8, in `tests/proofs`.
//!
//! # A recommended stack
//!
//! The outermost layer is first. Leave out the layers that you do not need, and keep the order of the others.
//!
//! | layer | why here | otherwise |
//! |---|---|---|
//! | `SetSensitiveRequestHeadersLayer` | It marks the headers that hold tokens before a trace prints them. | A [trace that prints headers](#traces-that-print-headers) prints tokens. |
//! | `TraceLayer` | It sees refused requests, too. | Inside this layer it only sees accepted requests. |
//! | `SetSensitiveResponseHeadersLayer` | It marks `Set-Cookie` before the trace sees the answer. | The trace may print cookies. |
//! | `CorsLayer` | A preflight has no token, and a page needs CORS headers to read a refusal. | Each preflight is refused with 401, and pages cannot read the reason of a refusal. |
//! | a [limit by address](#limits) | It stops a flood before a token is verified. | Each forged token costs a signature check. |
//! | `TimeoutLayer` | It limits all waiting. | A handler may wait forever. This layer's own waiting has limits, except for `authorize_async` and a store of your own: 5 seconds for a body, 2 for keys, 5 for each `load`, 1 for Redis. A shorter timeout cuts them off. |
//! | `CsrfLayer` | It refuses requests of other sites on routes where [cookies](#cookies-and-requests-of-other-sites) log a player in. | Requests with the application's own cookies are not checked. |
//! | [`SequenceAuthLayer`](crate::SequenceAuthLayer) | | |
//! | a [limit by wallet](#limits) | It needs the claims, and its refusal must not use up a nonce. | Outside, it does not know the wallet. |
//! | the layer [`with_nonces`](crate::SequenceAuthLayer::with_nonces), on the login route | After the nonce is used, the request must not be refused. | A refusal inside costs the player the nonce. |
//! | layers that change bodies, such as decompression | This layer passes the original bytes on. | It searches the changed body for a token. |
//!
//! This is the stack in axum, for a game whose pages are at another origin. The [limits](#limits) need separate calls
//! and are left out here. The nonces come from `LoginCookies::default().allow_origin(GAME)`. Without `allow_origin`,
//! `/nonce` refuses these pages with 403 ([logins](crate::guide::logins#page-and-backend-on-different-hosts)).
//!
//! ```sh
//! cargo add sequence-auth --features axum
//! cargo add axum@0.8 http@1 tower@0.5
//! cargo add tower-http@0.7 --features cors,csrf,sensitive-headers,timeout,trace
//! cargo add tower_governor@0.8 # for the limits
//! ```
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use std::time::Duration;
//!
//! use axum::{
//!     Router,
//!     extract::{Request, State},
//!     response::Response,
//!     routing::{MethodRouter, get},
//! };
//! use http::{
//!     HeaderValue, Method, StatusCode,
//!     header::{
//!         AUTHORIZATION, CONTENT_TYPE, COOKIE, RETRY_AFTER, SEC_WEBSOCKET_PROTOCOL, SET_COOKIE,
//!         WWW_AUTHENTICATE,
//!     },
//! };
//! use sequence_auth::{Nonces, SequenceAuthLayer, SequenceClaims};
//! use tower::ServiceBuilder;
//! use tower_http::{
//!     cors::CorsLayer,
//!     csrf::{self, CsrfLayer},
//!     sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer},
//!     timeout::TimeoutLayer,
//!     trace::TraceLayer,
//! };
//!
//! /// The origin of the game's pages.
//! const GAME: &str = "https://game.example";
//!
//! /// Makes an application whose pages are at another origin.
//! pub fn app(
//!     auth: SequenceAuthLayer,
//!     nonces: Nonces,
//!     login: MethodRouter,
//! ) -> Result<Router, csrf::ConfigError> {
//!     let tokens = [AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL];
//!     let around = ServiceBuilder::new()
//!         .layer(SetSensitiveRequestHeadersLayer::new(tokens))
//!         .layer(TraceLayer::new_for_http())
//!         .layer(SetSensitiveResponseHeadersLayer::new([SET_COOKIE]))
//!         .layer(cors())
//!         .layer(TimeoutLayer::with_status_code(
//!             StatusCode::GATEWAY_TIMEOUT,
//!             Duration::from_secs(15),
//!         ))
//!         .layer(CsrfLayer::new().add_trusted_origin(GAME)?);
//!     Ok(Router::new()
//!         .route("/nonce", get(nonce).with_state(nonces.clone()))
//!         .route("/login", login.layer(auth.clone().with_nonces(nonces)))
//!         .route("/me", get(me).layer(auth))
//!         .route("/healthz", get("up")) // open
//!         .layer(around))
//! }
//!
//! fn cors() -> CorsLayer {
//!     CorsLayer::new()
//!         .allow_origin([HeaderValue::from_static(GAME)])
//!         .allow_methods([Method::GET, Method::POST])
//!         .allow_headers([AUTHORIZATION, CONTENT_TYPE])
//!         .expose_headers([WWW_AUTHENTICATE, RETRY_AFTER])
//!         .allow_credentials(true)
//! }
//!
//! async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
//!     nonces.respond_to(&request)
//! }
//!
//! async fn me(claims: SequenceClaims) -> String {
//!     claims.wallet().to_string()
//! }
//! # }
//! ```
//!
//! # Traces that print headers
//!
//! `TraceLayer` prints the method, the URI and the version. With `DefaultMakeSpan::include_headers(true)` it also
//! prints every header of the request. Every reader of the log can then use the tokens in these headers.
//!
//! | position of the trace | it prints a token in a header as |
//! |---|---|
//! | outside this layer | **the whole token** |
//! | outside this layer, inside `SetSensitiveRequestHeadersLayer` with that header | `Sensitive` |
//! | inside this layer | `Sensitive`: the headers of all [sources](crate::SequenceAuthLayer::sources) are marked |
//!
//! - The recommended stack does not print headers. Printed headers are only safe if the list of names is complete.
//! - Name the header of every source: `authorization`, `cookie`, `sec-websocket-protocol`, and your own. The trace
//!   prints refused requests as well, and their tokens may be valid elsewhere.
//! - For requests, the layer that marks headers goes **outside** of the trace.
//! - For responses, it goes **inside**. `DefaultOnResponse::include_headers(true)` prints the `Set-Cookie` of a login,
//!   unless `SetSensitiveResponseHeadersLayer` is inside of the trace. The responses of this layer contain no secrets.
//! - The mark only affects `Debug`. A log that reads the value with `to_str` prints it.
//!
//! # CORS
//!
//! `CorsLayer` goes outside of this layer. A preflight (`OPTIONS`) never has a token. Inside, this layer would refuse
//! it with 401, and the browser would not send the request. A page of another origin can only read a response with CORS
//! headers, refusals included.
//!
//! - Set `allow_headers([AUTHORIZATION, CONTENT_TYPE])`, and add the headers of your own sources. A wildcard does not
//!   cover `Authorization` (Fetch standard, "CORS non-wildcard request-header name").
//! - Set `expose_headers([WWW_AUTHENTICATE, RETRY_AFTER])` to let the page read these headers. Clients of gRPC-Web also
//!   need `grpc-status` and `grpc-message`, because servers may send errors in headers.
//! - Set `allow_credentials(true)` if pages send cookies. Origins, methods and headers must then be lists. With a
//!   wildcard, `CorsLayer` panics when it is added.
//! - `allow_credentials` does not relax the [check of cookies](crate::TokenSource::cookie). If a page of another origin
//!   sends a request that may change something, a token in a cookie is still refused with 403. CORS only lets the page
//!   read that 403.
//!
//! # Cookies and requests of other sites
//!
//! This layer refuses a token in a cookie if the browser says that another site sent the request. `CsrfLayer` of
//! tower-http 0.7 uses the same headers, `Sec-Fetch-Site` and `Origin`, for all requests, with or without credentials.
//!
//! | request | `CsrfLayer` | this layer |
//! |---|---|---|
//! | `POST`, token in a cookie, of the same origin, or typed in by the player (`none`) | passes | passes |
//! | … of another site, or of another host below the same domain (`same-site`) | 403 | 403 |
//! | … with only an `Origin`: of another host, or `null` | 403 | 403 |
//! | … with neither header | passes | passes |
//! | … of an origin that `add_trusted_origin` names | passes | 403 |
//! | `GET` of another site, token in a cookie | passes | passes |
//! | `GET` that opens a WebSocket, of another site, token in a cookie | passes | 403 |
//! | `POST` of another site, bearer token | 403 | passes |
//! | `POST` of another site, cookie of the application's own | 403 | not checked |
//!
//! - **You also need `CsrfLayer`** if a login starts a session with a cookie of your own, because this layer does not
//!   know that cookie. `CsrfLayer` also refuses pages of other origins that send bearer tokens, so name their origins.
//! - **You also need this layer's check** for WebSockets, which `CsrfLayer` lets through as `GET`.
//! - The order of the two does not change the outcome. `CsrfLayer` outside refuses a request before its token is read,
//!   and before a nonce is used. `CorsLayer` goes outside of both, which lets a page read the 403.
//! - To accept tokens in cookies from another origin of yours, name the origin in `CsrfLayer` and set
//!   [`dangerous_accept_cross_site`](crate::TokenSource::dangerous_accept_cross_site) on the source. `CsrfLayer` is
//!   then the only check, and WebSockets have none. Compare their `Origin` yourself.
//! - Requests without these headers come from programs, which other sites do not control, or from browsers that are
//!   years old. For old browsers, set cookies with `SameSite=Lax` or `Strict`.
//! - A `GET` handler must not change anything.
//!
//! # Limits
//!
//! | position of the limit | it counts | cost of a refusal |
//! |---|---|---|
//! | outside, by address | all requests, including forged tokens | no signature check, and no nonce |
//! | inside, by wallet, with nonces in a layer inside of it | requests with a verified token | no nonce |
//! | inside the layer with nonces | requests with a verified token | **the player's nonce**: sent again, it is a 401 ([`UsedNonce`](crate::AuthErrorKind::UsedNonce)) |
//!
//! The login route therefore has the layer twice. Both layers share the keys, and verify a new token twice. Set
//! [`load`](crate::SequenceAuthLayer::load) only on the inner layer, which removes the values that the outer layer
//! loaded.
//!
//! ```
//! # #[cfg(any())]
//! # mod shown {
//! use std::time::Duration;
//!
//! use axum::{Router, http::Request, routing::MethodRouter};
//! use sequence_auth::{Address, Nonces, SequenceAuthLayer, SequenceClaims};
//! use tower_governor::{
//!     GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
//! };
//!
//! /// Counts requests by the wallet that the layer has verified.
//! #[derive(Clone)]
//! pub struct ByWallet;
//!
//! impl KeyExtractor for ByWallet {
//!     type Key = Address;
//!
//!     fn name(&self) -> &'static str {
//!         "wallet"
//!     }
//!
//!     fn extract<B>(&self, request: &Request<B>) -> Result<Address, GovernorError> {
//!         let claims = request.extensions().get::<SequenceClaims>();
//!         let claims = claims.ok_or(GovernorError::UnableToExtractKey)?;
//!         Ok(claims.wallet())
//!     }
//! }
//!
//! /// Puts both limits around the login route. A router's last layer is its outermost one.
//! pub fn login(auth: SequenceAuthLayer, nonces: Nonces, login: MethodRouter) -> Router {
//!     let mut by_address = GovernorConfigBuilder::default();
//!     let ten_a_second = Duration::from_millis(100);
//!     by_address.period(ten_a_second).burst_size(20);
//!     let mut by_wallet = GovernorConfigBuilder::default().key_extractor(ByWallet);
//!     let one_a_minute = Duration::from_secs(60);
//!     by_wallet.period(one_a_minute).burst_size(5);
//!     Router::new()
//!         .route("/login", login)
//!         .layer(auth.clone().with_nonces(nonces))
//!         .layer(GovernorLayer::new(
//!             by_wallet.finish().expect("neither is zero"),
//!         ))
//!         .layer(auth)
//!         .layer(GovernorLayer::new(
//!             by_address.finish().expect("neither is zero"),
//!         ))
//! }
//! # }
//! ```
//!
//! - `period` is the time after which another request passes. `per_second(10)` of tower_governor means a request every
//!   10 seconds, not ten per second.
//! - Serve the router with `into_make_service_with_connect_info::<SocketAddr>()`. Without an address, tower_governor
//!   responds to every request with 500. Behind a proxy, the address is that of the proxy. Use `SmartIpKeyExtractor`,
//!   but only if the proxy overwrites `X-Forwarded-For`: any client can send that header.
//! - Add each layer by its own call of `layer`. tower_governor responds with axum's body, so it does not compile
//!   directly outside this layer in the same `ServiceBuilder`. In the [recommended stack](#a-recommended-stack), merge
//!   such a login into the router. To limit all routes by address, divide `around` after `cors()`:
//!   `.layer(inner).layer(GovernorLayer::new(by_address)).layer(outer)`, with the timeout and `CsrfLayer` in `inner`.
//! - tower_governor keeps every key in memory. Call `retain_recent` of `GovernorConfig::limiter` from time to time.
//! - tower's `ConcurrencyLimitLayer` with `LoadShedLayer` counts all clients together. The same rule holds: outside,
//!   its refusals leave nonces unused, and inside, they use nonces up. In axum, `HandleErrorLayer` turns its error into
//!   a response.
//!
//! # Retries
//!
//! The layer uses a nonce when it has accepted the token, before it calls the handler. With
//! [`once`](crate::SequenceAuthLayer::once), it uses the token at the same moment. If a client sends the request again,
//! the layer refuses it with 401, even if the first request failed or its response was lost:
//!
//! - **`tower::retry` outside the layer**, or a proxy that repeats requests: the layer refuses the second attempt
//!   ([`UsedNonce`](crate::AuthErrorKind::UsedNonce)), and the 401 hides why the first attempt failed. Do not retry the
//!   login route. Inside the handler, retry the calls that the handler makes.
//! - **A client that lost the response**, for example in a timeout, requests a new nonce, then a new token
//!   (`getIdToken({ nonce })`). It never sends the old request again.
//!
//! So the handler can run twice for one player: once with each nonce. A second session is harmless, because the first
//! session ends unused. Record an action that must happen once, such as a gift for newcomers, under the issuer and the
//! wallet instead of the request.
//!
//! Without nonces and `once`, a request can be repeated until its token expires.

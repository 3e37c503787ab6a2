//! Beside other middleware: the order of layers.
//!
//! A layer gets a request before the layers inside of it, and their answer after them. In a `ServiceBuilder` the first
//! layer is the outermost one; on a `Router` it is the last one. Everything here is tested, and the code compiled, with
//! tower-http 0.7, tower 0.5 and tower_governor 0.8, in `tests/proofs`.
//!
//! # A recommended stack
//!
//! Outermost first. Leave out what you do not need, and keep the order of the rest.
//!
//! | layer | why here | what happens otherwise |
//! |---|---|---|
//! | `SetSensitiveRequestHeadersLayer` | It marks the headers that hold tokens before anybody prints them. | A [trace that prints headers](#traces-that-print-headers) prints tokens. |
//! | `TraceLayer` | It sees refused requests, too. | Inside this layer it sees none of them. |
//! | `SetSensitiveResponseHeadersLayer` | It marks `Set-Cookie` before the trace sees the answer. | The trace may print cookies. |
//! | `CorsLayer` | Preflights carry no token; refusals need its headers. | Each preflight is a 401, and pages cannot read why a request was refused. |
//! | a [limit by address](#limits) | It ends a flood before anything is verified. | Each forged token costs a signature check. |
//! | `TimeoutLayer` | It bounds all waiting. | A handler may wait forever. This layer's own waiting has limits: 5 seconds for a body, 2 for keys, 5 for each `load`. A shorter time-out cuts them off. |
//! | `CsrfLayer` | It refuses requests of other sites wherever [cookies](#cookies-and-requests-of-other-sites) sign a player in. | Cookies without a token of Sequence's are not checked by anybody. |
//! | [`SequenceAuthLayer`](crate::SequenceAuthLayer) | | |
//! | a [limit by wallet](#limits) | It needs the claims, and must not cost a nonce. | Outside it has no wallet to count by. |
//! | the layer [`with_nonces`](crate::SequenceAuthLayer::with_nonces), on the route that signs in | Nothing may refuse a request whose nonce has been used. | A refusal inside costs the player the nonce. |
//! | layers that change bodies, such as decompression | This layer hands on the bytes that came. | It looks for tokens in what they made of the body. |
//!
//! In axum, with the pages of a game at another origin, and without the [limits](#limits), which are added by calls of
//! their own. The nonces come from `LoginCookies::default().allow_origin(GAME)`: without `allow_origin`, `/nonce` is 403
//! for these pages ([logins](crate::guide::logins#page-and-backend-on-different-hosts)).
//!
//! The features: `axum` of this crate, `util` of tower, and `cors`, `csrf`, `sensitive-headers`, `timeout` and `trace` of
//! tower-http.
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
//! /// Where the pages of the game are.
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
//! `TraceLayer` prints method, URI and version, and with `DefaultMakeSpan::include_headers(true)` every header of the
//! request, whose tokens are good for anybody who reads the log.
//!
//! | the trace stands | it prints of a token in a header |
//! |---|---|
//! | outside this layer | **all of it** |
//! | outside this layer, behind `SetSensitiveRequestHeadersLayer` with that header | `Sensitive` |
//! | inside this layer | `Sensitive`: the headers of all [sources](crate::SequenceAuthLayer::sources) are marked |
//!
//! - The recommended stack prints no headers. Printed headers are safe only as long as the list of names is complete.
//! - Name every header that you have a source for: `authorization`, `cookie`, `sec-websocket-protocol`, and those of
//!   your own. A refused request is printed as well, and its token may be good elsewhere.
//! - The layer that marks has to stand **before** the trace. Behind it, it comes too late.
//! - For answers it is the other way round. `DefaultOnResponse::include_headers(true)` prints the `Set-Cookie` of a
//!   login wherever the trace stands, unless `SetSensitiveResponseHeadersLayer` stands **inside** of it. The answers of
//!   this layer hold no secret.
//! - The mark keeps a value out of `Debug`, and out of nothing else. A log that reads the value with `to_str` writes
//!   it.
//!
//! # CORS
//!
//! `CorsLayer` belongs outside. A preflight (`OPTIONS`) never has a token, so this layer would answer it with 401, and
//! the browser would not send the request. A page of another origin reads of an answer what CORS says, and of a refusal
//! without CORS headers nothing at all.
//!
//! - `allow_headers([AUTHORIZATION, CONTENT_TYPE])`, and headers of your own sources. A wildcard does not cover
//!   `Authorization` (Fetch standard, "CORS non-wildcard request-header name").
//! - `expose_headers([WWW_AUTHENTICATE, RETRY_AFTER])`, or the page sees neither. Clients of gRPC-Web need
//!   `grpc-status` and `grpc-message` in addition, because servers may answer errors in headers.
//! - `allow_credentials(true)` where cookies are sent. Then origins, methods and headers have to be lists: with a
//!   wildcard `CorsLayer` panics when it is added.
//! - `allow_credentials` does not relax the [check of cookies](crate::TokenSource::cookie): a token in a cookie is still
//!   refused with 403 where a page of another origin makes a request that may change something. CORS only lets the page
//!   read that 403.
//!
//! # Cookies and requests of other sites
//!
//! This layer refuses a token in a cookie where the browser says that another site made the request. `CsrfLayer` of
//! tower-http 0.7 refuses requests by the same headers, `Sec-Fetch-Site` and `Origin`, with credentials of any kind or
//! without any.
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
//! | `POST` of another site, cookie of the application's own | 403 | not looked at |
//!
//! - **You need `CsrfLayer` as well** where a login starts a session with a cookie of your own: this layer does not
//!   know that cookie. It is 403 for pages of other origins that send bearer tokens, so name their origins.
//! - **You need this layer's check as well** for WebSockets, which `CsrfLayer` lets through as `GET`.
//! - Their order does not matter for what is refused. `CsrfLayer` outside refuses before a token is looked at, and
//!   before a nonce is used. `CorsLayer` stands outside of both, so that a page can read the 403.
//! - To accept tokens in cookies from another origin of yours, name it in `CsrfLayer` and set
//!   [`dangerous_accept_cross_site`](crate::TokenSource::dangerous_accept_cross_site) on the source. Then `CsrfLayer`
//!   is the only check, and WebSockets have none: compare their `Origin` yourself.
//! - Requests with neither header come from programs, which no site can make send a request, or from browsers that are
//!   years old.
//!   For the latter, set cookies with `SameSite=Lax` or `Strict`.
//! - `GET` must not change anything.
//!
//! # Limits
//!
//! | the limit stands | it counts | what a refusal costs |
//! |---|---|---|
//! | outside, by address | everything, forged tokens too | no signature check, and no nonce |
//! | inside, by wallet, with nonces in a layer inside of it | requests with a verified token | no nonce |
//! | inside the layer with nonces | requests with a verified token | **the player's nonce**: sent again, it is a 401 ([`UsedNonce`](crate::AuthErrorKind::UsedNonce)) |
//!
//! So the route that signs in has the layer twice. Both share the keys; the token is verified twice when it is new. Set
//! [`load`](crate::SequenceAuthLayer::load) on the inner one alone: it removes what the outer one has loaded.
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
//! /// Puts both limits around the route that signs in. A router's last layer is its outermost one.
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
//! - `period` is the time after which one more request passes. `per_second(10)` of tower_governor means one request every
//!   10 seconds, and not ten a second.
//! - Serve it with `into_make_service_with_connect_info::<SocketAddr>()`. Without an address tower_governor answers
//!   every request with 500. Behind a proxy, the address is the proxy's: take `SmartIpKeyExtractor`, but only if the
//!   proxy overwrites `X-Forwarded-For`, which anybody can send.
//! - Each `layer` is a call of its own, because tower_governor answers with axum's body: directly outside this layer in
//!   one `ServiceBuilder` it does not compile. In the [recommended stack](#a-recommended-stack), merge such a login into
//!   the router, or for one limit by address around all routes, divide `around` after `cors()`:
//!   `.layer(inner).layer(GovernorLayer::new(by_address)).layer(outer)`, with the time-out and `CsrfLayer` in `inner`.
//! - tower_governor remembers every key. Call `retain_recent` of `GovernorConfig::limiter` now and then.
//! - tower's `ConcurrencyLimitLayer` with `LoadShedLayer` counts all clients together. It follows the same rule:
//!   outside it leaves nonces unused, inside it uses them up. In axum, `HandleErrorLayer` makes an answer of its error.
//!
//! # Retries
//!
//! A nonce is used when the layer has accepted the token, before the handler is called; and so is a token with
//! [`once`](crate::SequenceAuthLayer::once). A client that sends that request again gets a 401, even if the first one
//! failed or its answer was lost:
//!
//! - **`tower::retry` outside the layer**, or a proxy that repeats requests: the second attempt is refused
//!   ([`UsedNonce`](crate::AuthErrorKind::UsedNonce)), and its 401 hides why the first one failed. Leave the route that
//!   signs in out of it. Retry inside the handler what the handler calls.
//! - **A client whose answer was lost**, in a time-out for example: it asks for a new nonce, then for a new token
//!   (`getIdToken({ nonce })`), and never sends the old request again.
//! - **The handler** may therefore run twice for one sign-in. Starting a second session is harmless; the first one ends
//!   unused. What must happen once, a gift for newcomers, say, is recorded under the issuer and the wallet, not under
//!   the request.
//!
//! Without nonces and `once`, a request can be repeated as long as its token is good.

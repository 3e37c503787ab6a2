//! Where a request may hold its token, and how to change that.
//!
//! # The default
//!
//! A layer searches two places, in this order:
//!
//! 1. the header `Authorization: Bearer <token>`,
//! 2. the field `sequenceToken` of a JSON body, which Sequence's official guide uses. A layer that trusts OMS Wallet
//!    also accepts the field `idToken`.
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, body::Body, http::{Request, StatusCode}, routing::post};
//! # use sequence_auth::testing::LocalIssuer;
//! # use tower::ServiceExt;
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! # let issuer = LocalIssuer::new();
//! # let auth = issuer.layer(13639);
//! # let token = issuer.token().mint();
//! // The handler receives the same bytes that the layer has searched.
//! let app = Router::new().route("/", post(async |body: String| body)).layer(auth);
//!
//! let in_header = Request::post("/")
//!     .header("authorization", format!("Bearer {token}"))
//!     .body(Body::from("anything"))?;
//! assert_eq!(app.clone().oneshot(in_header).await?.status(), StatusCode::OK);
//!
//! let in_body = Request::post("/")
//!     .header("content-type", "application/json")
//!     .body(Body::from(format!(r#"{{"sequenceToken":"{token}"}}"#)))?;
//! assert_eq!(app.oneshot(in_body).await?.status(), StatusCode::OK);
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # }
//! ```
//!
//! # Choose the sources
//!
//! [`sources`](crate::SequenceAuthLayer::sources) replaces the defaults. Here, pages in a browser send a cookie, and
//! other clients send a bearer token:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, body::Body, http::{Request, StatusCode}, routing::post};
//! # use sequence_auth::testing::LocalIssuer;
//! # use tower::ServiceExt;
//! use sequence_auth::{ConfigError, SequenceAuthLayer, TokenSource};
//!
//! fn with_cookie(auth: SequenceAuthLayer) -> Result<SequenceAuthLayer, ConfigError> {
//!     // The bearer token first: a browser sends the cookie on its own.
//!     Ok(auth.sources([TokenSource::bearer(), TokenSource::cookie("__Host-token")?]))
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let issuer = LocalIssuer::new();
//! #     let auth = with_cookie(issuer.layer(13639))?;
//! #     let app = Router::new().route("/", post("Hello")).layer(auth);
//! #     let status = async |site: &str| {
//! #         let request = Request::post("/").header("sec-fetch-site", site);
//! #         let request = request.header("cookie", format!("__Host-token={}", issuer.token().mint()));
//! #         app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
//! #     };
//! #     assert_eq!(status("same-origin").await, StatusCode::OK);
//! #     assert_eq!(status("cross-site").await, StatusCode::FORBIDDEN);
//! #     Ok::<(), ConfigError>(())
//! # }).unwrap();
//! # }
//! ```
//!
//! | source | the token is | next source if | 400 if |
//! |---|---|---|---|
//! | [`bearer()`](crate::TokenSource::bearer) | in `Authorization`, after `Bearer` in any case | the header is absent, or has another scheme such as `Basic` | two headers; no token; characters outside of RFC 6750 §2.1 |
//! | [`header(name)`](crate::TokenSource::header) | in a header of your own, bare or after `Bearer` | the header is absent or blank | two headers; `Bearer` without a token; characters outside of RFC 6750 §2.1 |
//! | [`cookie(name)`](crate::TokenSource::cookie) | the value of the cookie | the cookie is absent or empty | two cookies of the name; more than 16 KiB of cookies; `name=` in them more than 128 times; characters outside of RFC 6750 §2.1 |
//! | [`subprotocol(prefix)`](crate::TokenSource::subprotocol) | in `Sec-WebSocket-Protocol`, after the prefix | no entry has the prefix | two entries with the prefix; no token; more than 16 KiB of entries; the prefix in them more than 128 times; characters outside of RFC 6750 §2.1 |
//! | [`json_field(name)`](crate::TokenSource::json_field) | a string in the JSON object of the body | the body is [not searched](#json-bodies), is empty, or lacks the field | the body is not JSON or breaks off; the field comes twice or is not a string |
//! | [`from_fn(f)`](crate::TokenSource::from_fn) | the text that your function returns | the function returns `None` | never: a text that is not a token is 401 |
//!
//! The order matters:
//!
//! - The **first source with credentials decides**. If these are bad, the request is refused, even if a later source holds
//!   a good token.
//! - Put `json_field` **last**. A body that is too large to search is refused before later sources are tried.
//! - All JSON fields are searched at once, when the layer reaches the first JSON field in the order of the sources. Two
//!   of the fields in one body are 400.
//! - If no source holds credentials, the request has no token: 401, or an anonymous pass with
//!   [`optional`](crate::SequenceAuthLayer::optional).
//! - With an empty list of sources, no request has a token.
//!
//! # Cookies
//!
//! A browser sends cookies with requests that other sites cause. The layer refuses such a request with 403
//! ([`CrossSiteCookie`](crate::AuthErrorKind::CrossSiteCookie)) if all of this is true:
//!
//! - The token comes from the cookie.
//! - The method is not `GET`, `HEAD`, `OPTIONS` or `TRACE`, or the request has an `Upgrade` header, as WebSockets do.
//! - `Sec-Fetch-Site` is present and is neither `same-origin` nor `none`, or `Origin` is present and is not the host of
//!   the request.
//!
//! Therefore:
//!
//! - `GET` must not change anything.
//! - A **reverse proxy** has to forward the host that the browser named (nginx: `proxy_set_header Host $http_host`).
//!   Otherwise every `Origin` counts as another one.
//! - Forms of pages with `Referrer-Policy: no-referrer` send `Origin: null`, and are refused.
//! - A page on **another host**, such as `https://play.example.com` for `https://api.example.com`, is refused, too. Send a
//!   bearer token from there.
//! - [`dangerous_accept_cross_site`](crate::TokenSource::dangerous_accept_cross_site) turns the check off. Any page that
//!   a player visits can then act in the player's name, unless you check the requests yourself.
//!
//! Set the cookie with the prefix `__Host-`, `Secure`, `HttpOnly`, `SameSite=Strict` or `Lax`, and a `Max-Age` that ends
//! with the token. An expired token is refused even if the layer is `optional`. A session of your own after a
//! [login](crate::guide::logins) usually serves browsers better than a token in a cookie.
//!
//! # WebSocket subprotocols
//!
//! A page cannot set headers for a WebSocket, except for its subprotocols. The client offers two, and the layer takes the
//! token out of the second:
//!
//! ```js
//! new WebSocket('wss://api.example.com/play', ['game.v1', `token.${idToken}`])
//! ```
//!
//! The layer always removes the entry before the inner service sees the request, so the server cannot choose it and echo
//! the token. The server has to choose `game.v1`: a browser closes the connection if the server chooses none of its
//! subprotocols. [`websockets`](crate::guide::websockets) has a whole example.
//!
//! # JSON bodies
//!
//! The layer reads a body only if no earlier source holds credentials and all of this is true. Otherwise the body streams
//! through.
//!
//! | | condition |
//! |---|---|
//! | method | any but `GET`, `HEAD`, `OPTIONS`, `TRACE` and `CONNECT` |
//! | `Content-Type` | present once: `application/json`, or a media type (RFC 9110 §8.3.1) that ends with `+json`. Streams are not searched: types that start with `grpc` or `connect`, or end with `stream`, `ndjson` or `jsonl` before `+json` |
//! | `Content-Encoding` | absent or `identity` |
//!
//! - The body has at most [`body_limit`](crate::SequenceAuthLayer::body_limit) bytes, 65,536 by default; a larger body is
//!   413. With 0, no body is ever read.
//! - The body arrives within [`body_timeout`](crate::SequenceAuthLayer::body_timeout), 5 seconds by default; a slower body
//!   is 408.
//! - The token is a string in the **top-level object**. A JSON document of another type, and an empty body, hold no token.
//! - The rest of the document only has to be valid JSON in UTF-8, without unpaired surrogates (`\ud800`) in the names of
//!   its members. These names may repeat, except for the token field.
//! - The inner service receives the body **byte for byte**, with its trailers and with the token. A type with
//!   `#[serde(deny_unknown_fields)]` needs a field for the token.
//! - A layer outside that decompresses or limits bodies works as usual: a limit that is hit while the layer reads is 413.
//! - With `optional`, a body that is not JSON, too large or too slow holds no token. Later sources are tried, and
//!   then the request passes as anonymous. A body that breaks off is still 400.
//! - A request holds at most four times `body_limit` in memory while its body is searched.
//!
//! To keep the layer away from all bodies, leave `json_field` out:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::{SequenceAuthLayer, TokenSource};
//!
//! let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer()]);
//! # }
//! ```
//!
//! A field of your own, in bodies of up to 4 KiB:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//!
//! use sequence_auth::{SequenceAuthLayer, TokenSource};
//!
//! let layer = SequenceAuthLayer::new(13639)
//!     .sources([TokenSource::bearer(), TokenSource::json_field("wallet_token")?])
//!     .body_limit(4 * 1024)
//!     .body_timeout(Duration::from_secs(2));
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! # Any other place
//!
//! [`from_fn`](crate::TokenSource::from_fn) reads the method, the URI and the headers. It runs for each request that no
//! earlier source has decided, and must not block. Here the token is the password of Basic credentials, for a client
//! that supports no other way:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # use axum::{Router, body::Body, http::{Request, StatusCode}, routing::get};
//! # use sequence_auth::testing::LocalIssuer;
//! # use tower::ServiceExt;
//! use base64::{Engine as _, engine::general_purpose::STANDARD};
//! use sequence_auth::TokenSource;
//!
//! fn basic() -> TokenSource {
//!     TokenSource::from_fn(|_method, _uri, headers| {
//!         let value = headers.get("authorization")?.to_str().ok()?;
//!         let decoded = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
//!         let credentials = String::from_utf8(decoded).ok()?;
//!         let (_user, token) = credentials.split_once(':')?;
//!         Some(token.to_owned())
//!     })
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     let issuer = LocalIssuer::new();
//! #     let auth = issuer.layer(13639).sources([TokenSource::bearer(), basic()]);
//! #     let app = Router::new().route("/", get("Hello")).layer(auth);
//! #     let credentials = STANDARD.encode(format!("player:{}", issuer.token().mint()));
//! #     let request = Request::get("/").header("authorization", format!("Basic {credentials}"));
//! #     let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
//! #     assert_eq!(response.status(), StatusCode::OK);
//! # });
//! # }
//! ```
//!
//! The function takes over what the other sources do:
//!
//! - **Headers that it reads are not marked as sensitive**, unless another source reads them, too. Mark them
//!   in a layer outside of this one with
//!   [`HeaderValue::set_sensitive`](http::HeaderValue::set_sensitive).
//! - **A cookie that it reads is not checked** against requests of other sites. Use `cookie` instead.
//! - **A token in a query string** ends up in the logs of servers and proxies, in the browser's history and in `Referer`.
//!   The crate has no source for it, and recommends against it.
//!
//! # Tokens in logs
//!
//! The layer marks the headers of all sources as sensitive before the inner service sees them: their `Debug` output is
//! `Sensitive`. `Debug` of the request body leaves its bytes out. A trace **outside** of the layer sees the headers
//! earlier: see [traces that print headers](crate::guide::middleware#traces-that-print-headers).

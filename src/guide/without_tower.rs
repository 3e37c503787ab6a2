//! How to use the layer's checks in servers that are not tower, such as actix-web and Rocket.
//!
//! # A token from a header
//!
//! A middleware or a handler of the framework passes the token to a [`TokenVerifier`](crate::TokenVerifier). The
//! verifier has the keys and the policy of the [layer that created it](crate::SequenceAuthLayer::verifier). This code
//! does not depend on any framework:
//!
//! ```
//! use sequence_auth::{AuthError, SequenceClaims, TokenVerifier};
//!
//! /// A refusal, independent of the framework.
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
//!         _ => None, // the header is missing, or comes several times
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
//!             retry_after: error.retry_after().map(|wait| wait.as_secs_f64().ceil().max(1.0) as u64),
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
//! In actix-web, the values are `request.headers().get_all("authorization")`, each by `to_str`. In Rocket, they are
//! `request.headers().get("authorization")`. If `to_str` fails for a value, refuse the request. Do not drop that value,
//! because it may be the second. This code refuses malformed credentials with 401 and without `error`; the layer uses
//! 400. The repository compiles and tests the code of this page without either framework.
//!
//! [`verify_and_load`](crate::TokenVerifier::verify_and_load) also returns the values that
//! [`load`](crate::SequenceAuthLayer::load) loads.
//!
//! If the layer has nonces, use one of these:
//!
//! - [`verify_with_headers`](crate::TokenVerifier::verify_with_headers) reads the binding of the nonce from the
//!   headers. It is the only way with [login cookies](crate::LoginCookies), because the name of the cookie depends on
//!   the nonce.
//! - [`verify_bound`](crate::TokenVerifier::verify_bound) takes the binding as an argument, for a cookie or header of
//!   your own ([`bound_by_cookie`](crate::NoncesBuilder::bound_by_cookie),
//!   [`bound_by_header`](crate::NoncesBuilder::bound_by_header)).
//!
//! To issue nonces, [`Nonces::respond_to`](crate::Nonces::respond_to) takes an `http::Request` with any body, such as
//! the `head` [below](#every-source-but-the-body). Copy the status, the headers and the text of its response.
//!
//! # Every source but the body
//!
//! A verifier only sees the token. It does not use the [sources](crate::SequenceAuthLayer::sources), does not check
//! that the same site sent a [cookie](crate::TokenSource::cookie), and does not create responses. The layer does all of
//! this with the head of a request:
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
//! /// Returns the claims and the loaded values, or the response to send.
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
//! `head` has the method, the URI and the headers of the request. Copy all headers: the layer cannot check a header
//! that is missing. actix-web uses the types of `http` 0.2, so copy names as text and values as bytes. (This follows
//! the documentation of actix-web, and is not compiled here.)
//!
//! ```text
//! let mut head = http::Request::builder()
//!     .method(request.method().as_str())
//!     .uri(request.uri().to_string());
//! for (name, value) in request.headers() {
//!     head = head.header(name.as_str(), value.as_bytes());
//! }
//! let head = head.body(())?;
//! ```
//!
//! With [`optional`](crate::SequenceAuthLayer::optional), extensions without claims belong to an anonymous request.

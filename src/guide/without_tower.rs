//! Servers that are not tower, such as actix-web and Rocket.
//!
//! # A token from a header
//!
//! Middleware or a handler of theirs gives the text of headers to a [`TokenVerifier`](crate::TokenVerifier), which has
//! the keys and the policy of the [layer that made it](crate::SequenceAuthLayer::verifier). Independent of
//! any framework:
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
//!         _ => None, // None, or several: no token.
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
//! In actix-web the values are `request.headers().get_all("authorization")`, each by `to_str`; in Rocket
//! `request.headers().get("authorization")`. Refuse the request if one fails in `to_str`, and do not drop that value: it
//! may be the second one. Malformed credentials are a 401 without `error` here; the layer answers them with 400.
//! The code of this page is compiled and tested without either framework.
//!
//! What [loads](crate::SequenceAuthLayer::load) make comes from
//! [`verify_and_load`](crate::TokenVerifier::verify_and_load).
//!
//! Where a layer has nonces, [`verify_with_headers`](crate::TokenVerifier::verify_with_headers) reads what they are bound to
//! from the headers. [`verify_bound`](crate::TokenVerifier::verify_bound) is for a binding of your own
//! ([`bound_by_cookie`](crate::NoncesBuilder::bound_by_cookie),
//! [`bound_by_header`](crate::NoncesBuilder::bound_by_header)); with [login cookies](crate::LoginCookies) no caller knows
//! the name of the cookie. [`Nonces::respond_to`](crate::Nonces::respond_to) takes an `http::Request` with any body, such
//! as the `head` [below](#every-source-but-the-body): copy the status, the headers and the text of its answer.
//!
//! # Every source but the body
//!
//! A verifier knows nothing of requests: neither the [sources](crate::SequenceAuthLayer::sources), nor the check that
//! no other site sent the [cookie](crate::TokenSource::cookie), nor the layer's answers. The layer does, and needs no
//! more than the head of a request:
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
//! `head` has the method, the URI and the headers of the request. Copy them completely: a header that is left out is
//! not checked. actix-web has them in the types of `http` 0.2, so copy names and values as texts and bytes (as
//! documented, and not compiled here):
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
//! Behind [`optional`](crate::SequenceAuthLayer::optional), extensions without claims are those of an anonymous request.

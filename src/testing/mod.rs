//! Tokens for tests, without Sequence and without a network (feature `testing`).
//!
//! A [`LocalIssuer`] signs tokens in the shape of the real issuer's, with a key that it generates at run time.
//! Its layers trust these tokens:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use http::{Request, Response, StatusCode};
//! use http_body_util::Empty;
//! use sequence_auth::{RequestBody, SequenceClaims, testing::LocalIssuer};
//! use tower::{BoxError, ServiceExt, service_fn};
//! use tower_layer::Layer;
//!
//! type Body = Empty<bytes::Bytes>;
//!
//! async fn handler(request: Request<RequestBody<Body>>) -> Result<Response<Body>, BoxError> {
//!     let claims: &SequenceClaims = request.extensions().get().expect("the layer ran");
//!     assert_eq!(claims.email(), Some("player@example.com"));
//!     Ok(Response::default())
//! }
//!
//! let issuer = LocalIssuer::new();
//! let service = issuer.layer(13639).layer(service_fn(handler));
//!
//! let token = issuer.token().email("player@example.com").mint();
//! let request = Request::get("/")
//!     .header("authorization", format!("Bearer {token}"))
//!     .body(Body::new())
//!     .expect("a request");
//! let response = service.oneshot(request).await.expect("a response");
//! assert_eq!(response.status(), StatusCode::OK);
//! # }
//! ```
//!
//! To test a handler alone, without a token, build its claims with [`SequenceClaims::builder`].
//!
//! [`SequenceClaims::builder`]: crate::SequenceClaims::builder

mod claim_map;
mod claims_builder;
mod local_issuer;
mod signing_key;
mod token_builder;

pub use claims_builder::SequenceClaimsBuilder;
pub use local_issuer::LocalIssuer;
pub use token_builder::TokenBuilder;

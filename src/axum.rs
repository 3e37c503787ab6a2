//! Extractors for axum.

use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use crate::{
    claims::SequenceClaims,
    error::AuthError,
    middleware::{AnonymousAnswer, http_answer},
    observe,
};

/// Extracts the claims that the layer has put into the request (feature `axum`).
///
/// A request that an [`optional`](crate::SequenceAuthLayer::optional) layer let pass without a token is answered with 401,
/// as the layer answers it; extract an `Option<SequenceClaims>` to accept it. Without a layer the answer is 500, and an
/// `error` event names the line that is missing.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// use axum::{Router, routing::get};
/// use sequence_auth::{SequenceAuthLayer, SequenceClaims};
///
/// async fn me(claims: SequenceClaims) -> String {
///     format!("Hello {}", claims.wallet())
/// }
///
/// async fn lobby(claims: Option<SequenceClaims>) -> String {
///     claims.map_or("Hello".to_owned(), |claims| format!("Hello {}", claims.wallet()))
/// }
///
/// let auth = SequenceAuthLayer::new(13639);
/// let app: Router = Router::new()
///     .route("/me", get(me).layer(auth.clone()))
///     .route("/lobby", get(lobby).layer(auth.optional()));
/// # }
/// ```
impl<S: Sync> FromRequestParts<S> for SequenceClaims {
    type Rejection = ClaimsRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ClaimsRejection> {
        match parts.extensions.get::<Self>() {
            Some(claims) => Ok(claims.clone()),
            None => Err(ClaimsRejection::of(parts)),
        }
    }
}

/// Extracts the claims, or `None` from a request that an [`optional`](crate::SequenceAuthLayer::optional) layer let pass
/// without a token (feature `axum`). Without a layer the answer is 500, never an anonymous pass.
impl<S: Sync> OptionalFromRequestParts<S> for SequenceClaims {
    type Rejection = ClaimsRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ClaimsRejection> {
        match parts.extensions.get::<Self>() {
            Some(claims) => Ok(Some(claims.clone())),
            None if parts.extensions.get::<AnonymousAnswer>().is_some() => Ok(None),
            None => Err(ClaimsRejection::of(parts)),
        }
    }
}

/// Answers a request whose claims cannot be extracted.
#[derive(Debug)]
pub struct ClaimsRejection(Box<Response>);

impl ClaimsRejection {
    fn of(parts: &Parts) -> Self {
        let response = match parts.extensions.get::<AnonymousAnswer>() {
            Some(answer) => answer.to_missing_token().map(Body::from),
            None => {
                observe::layer_missing();
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        };
        Self(Box::new(response))
    }
}

impl IntoResponse for ClaimsRejection {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// The layer's default answer over HTTP (feature `axum`), which a handler can return when it verifies a token itself:
/// without [`on_reject`](crate::SequenceAuthLayer::on_reject), and without the `Connection: close` that the layer adds to
/// a 408 over HTTP/1, because an error does not tell the version. The error is in the extensions of the response.
impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let mut response = http_answer(&self, None).map(Body::from);
        response.extensions_mut().insert(self);
        response
    }
}

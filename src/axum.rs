//! Extractors and responses for axum.

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
/// Behind an [`optional`](crate::SequenceAuthLayer::optional) layer, a request without a token is answered with 401, in
/// the same form as the layer's own response. Extract an `Option<SequenceClaims>` to accept such a request. On a route
/// without a layer the response is 500, and an event at `error` names the missing line.
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
            None => Err(ClaimsRejection::of(parts, "SequenceClaims")),
        }
    }
}

/// Extracts the claims, or `None` from a request without a token (feature `axum`).
///
/// Such requests exist only behind an [`optional`](crate::SequenceAuthLayer::optional) layer. On a route without a
/// layer the response is 500: a forgotten layer cannot make a request anonymous.
impl<S: Sync> OptionalFromRequestParts<S> for SequenceClaims {
    type Rejection = ClaimsRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ClaimsRejection> {
        match parts.extensions.get::<Self>() {
            Some(claims) => Ok(Some(claims.clone())),
            None if parts.extensions.get::<AnonymousAnswer>().is_some() => Ok(None),
            None => Err(ClaimsRejection::of(parts, "Option<SequenceClaims>")),
        }
    }
}

/// The response to a request from which [`SequenceClaims`] cannot be extracted (feature `axum`).
///
/// | cause | response |
/// |---|---|
/// | a request without a token, behind an [`optional`](crate::SequenceAuthLayer::optional) layer | 401, in the form of the layer's own response |
/// | a route without a layer | 500, and an event at `error` |
///
/// # Example
///
/// An extractor of your own that requires an email, for a layer with
/// [`EmailPolicy::Optional`](crate::EmailPolicy::Optional):
///
/// ```
/// use axum::{extract::FromRequestParts, http::{StatusCode, request::Parts}, response::{IntoResponse, Response}};
/// use sequence_auth::{ClaimsRejection, SequenceClaims};
///
/// struct Email(String);
///
/// impl<S: Send + Sync> FromRequestParts<S> for Email {
///     type Rejection = Response;
///
///     async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
///         let claims = <SequenceClaims as FromRequestParts<S>>::from_request_parts(parts, state).await;
///         let claims = claims.map_err(ClaimsRejection::into_response)?;
///         match claims.email() {
///             Some(email) => Ok(Self(email.to_owned())),
///             None => Err(StatusCode::FORBIDDEN.into_response()),
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct ClaimsRejection(Box<Response>);

impl ClaimsRejection {
    fn of(parts: &Parts, extractor: &'static str) -> Self {
        let response = match parts.extensions.get::<AnonymousAnswer>() {
            Some(answer) => answer.to_missing_token().map(Body::from),
            None => {
                observe::layer_missing(extractor);
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

/// Returns the layer's default HTTP response to this error, for handlers that verify a token themselves (feature
/// `axum`).
///
/// The error is in the extensions of the response. Unlike the layer's own response, it is not passed to
/// [`on_reject`](crate::SequenceAuthLayer::on_reject), and a 408 lacks `Connection: close`, because the version of HTTP
/// is not known here.
///
/// # Example
///
/// ```
/// use axum::extract::State;
/// use sequence_auth::{AuthError, TokenVerifier};
///
/// async fn verify(State(verifier): State<TokenVerifier>, token: String) -> Result<String, AuthError> {
///     let claims = verifier.verify(&token).await?;
///     Ok(claims.wallet().to_string())
/// }
/// # let _: axum::Router<TokenVerifier> = axum::Router::new().route("/verify", axum::routing::post(verify));
/// ```
impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let mut response = http_answer(&self, None).map(Body::from);
        response.extensions_mut().insert(self);
        response
    }
}

//! Applications of axum: the layer around routes and routers, and its extractors in handlers.

mod anonymous;
mod around_router;
mod bodies;
mod error_response;
mod extractors;
mod middleware;
mod missing_layer;
mod nested_layers;
mod reach;
mod router;
mod stacks;
mod switched_off;
mod timeouts;

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{HeaderMap, Request, Response, StatusCode};
use sequence_auth::{AuthError, AuthErrorKind, SequenceClaims};
use tower::ServiceExt;

/// The response of an application.
#[derive(Debug, PartialEq)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
    error: Option<AuthErrorKind>,
    /// Everything that the error holds.
    details: Option<String>,
}

impl Reply {
    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let error: Option<&AuthError> = parts.extensions.get();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
            error: error.map(AuthError::kind),
            details: error.map(|error| format!("{error:?}")),
        }
    }

    #[track_caller]
    fn assert_ok(&self, body: &str) {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        assert_eq!(self.body, body);
    }

    #[track_caller]
    fn assert_refused(&self, kind: AuthErrorKind) {
        assert_eq!(self.error, Some(kind));
        assert_eq!(self.status, AuthError::from(kind).status());
    }
}

async fn call(app: &Router, request: Request<Body>) -> Reply {
    Reply::of(app.clone().oneshot(request).await.unwrap()).await
}

fn without_token(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn with_bearer(path: &str, token: &str) -> Request<Body> {
    Request::get(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

fn json_request(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn with_field(path: &str, token: &str) -> Request<Body> {
    json_request(path, format!(r#"{{"sequenceToken":"{token}"}}"#))
}

/// A handler that requires a player.
async fn me(claims: SequenceClaims) -> String {
    claims.email().unwrap_or_default().to_owned()
}

/// A handler for every request.
async fn lobby(claims: Option<SequenceClaims>) -> String {
    match claims {
        Some(claims) => claims.email().unwrap_or_default().to_owned(),
        None => "nobody".to_owned(),
    }
}

const EMAIL: &str = "player@example.com";

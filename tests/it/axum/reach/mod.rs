//! The routes that the layer guards, by its place in a router. All others are open to requests without a token.

mod fallbacks;
mod later_routes;
mod methods;
mod nested;

use axum::{Router, body::Body, routing::get};
use http::{Request, StatusCode};

use super::{call, me};

const GUARDED: StatusCode = StatusCode::UNAUTHORIZED;
const OPEN: StatusCode = StatusCode::OK;
const NO_PATH: StatusCode = StatusCode::NOT_FOUND;
const NO_METHOD: StatusCode = StatusCode::METHOD_NOT_ALLOWED;

/// Checks the responses to requests without a token, each a method and a target.
async fn assert_without_token<const N: usize>(app: &Router, expected: [(&str, StatusCode); N]) {
    for (line, status) in expected {
        let (method, target) = line.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(target);
        let reply = call(app, request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, status, "{line}");
    }
}

/// The routes to guard: `GET /me`.
fn players() -> Router {
    Router::new().route("/me", get(me))
}

/// Routes that do not use claims: `GET /open`.
fn open() -> Router {
    Router::new().route("/open", get("open"))
}

/// A fallback that serves everybody, like a proxy or a page.
async fn fallback() -> &'static str {
    "fallback"
}

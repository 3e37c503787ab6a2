//! The demo issuer.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod oms_tokens;
mod pages;
mod sign_in;
mod switches;
mod tokens;
mod waas;

use axum::{Router, body::to_bytes};
use demo::issuer::{self, DemoIssuer};
use http::{Request, StatusCode};
use sequence_auth::testing::LocalIssuer;
use serde_json::Value;
use test_support::{Answer, ISSUER, PROJECT, json, layer, send};
use tower::ServiceExt;

fn router() -> Router {
    router_of(&ISSUER)
}

fn router_of(issuer: &LocalIssuer) -> Router {
    issuer::router(&DemoIssuer::new(issuer.clone(), PROJECT))
}

async fn call(router: Router, request: Request<String>) -> (StatusCode, Value) {
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn get(path: &str) -> Request<String> {
    Request::get(path).body(String::new()).unwrap()
}

async fn post(router: &Router, path: &str, body: impl ToString) -> (StatusCode, Value) {
    let request = Request::post(path).body(body.to_string()).unwrap();
    call(router.clone(), request).await
}

/// Sends a body with a token to a layer that trusts the issuer.
async fn verify(body: &Value) -> Answer {
    send(&layer(), json(body.to_string())).await
}

/// Asserts that a layer that trusts the issuer refuses the token in a body, for a reason that mentions something.
async fn assert_refused(body: &Value, mentions: &str) {
    let answer = verify(body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let refusal: Value = serde_json::from_slice(&answer.body).unwrap();
    let description = refusal["error_description"].as_str().unwrap();
    assert!(description.contains(mentions), "{description}");
}

//! Body extractors behind the layer, with the token in the body and in the header.

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::DefaultBodyLimit,
    routing::post,
};
use http::{Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use serde::Deserialize;

use super::{Reply, call, json_request};
use crate::support::{ISSUER, layer};

#[derive(Deserialize)]
struct Move {
    field: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictMove {
    field: String,
}

fn app(auth: SequenceAuthLayer) -> Router {
    Router::new()
        .route("/bytes", post(async |body: Bytes| body))
        .route("/text", post(async |body: String| body))
        .route("/move", post(async |Json(next): Json<Move>| next.field))
        .route(
            "/strict",
            post(async |Json(next): Json<StrictMove>| next.field),
        )
        .layer(auth)
}

fn with_token(path: &str, body: &str) -> Request<Body> {
    let mut request = json_request(path, body.to_owned());
    let bearer = format!("Bearer {}", ISSUER.token().mint());
    let headers = request.headers_mut();
    headers.insert("authorization", bearer.parse().unwrap());
    request
}

fn move_with_token(padding: usize) -> String {
    let token = ISSUER.token().mint();
    format!(
        r#"{{"field":"e4","sequenceToken":"{token}"{}}}"#,
        " ".repeat(padding)
    )
}

#[tokio::test]
async fn extractors_get_the_whole_body() {
    let app = app(layer());
    let in_body = move_with_token(0);
    for path in ["/bytes", "/text"] {
        let reply = call(&app, json_request(path, in_body.clone())).await;
        reply.assert_ok(&in_body);
        let reply = call(&app, with_token(path, "no json")).await;
        reply.assert_ok("no json");
    }
    let reply = call(&app, json_request("/move", in_body.clone())).await;
    reply.assert_ok("e4");
    let reply = call(&app, with_token("/move", r#"{"field":"e4"}"#)).await;
    reply.assert_ok("e4");
}

/// The field with the token is still in the body.
#[tokio::test]
async fn type_that_denies_unknown_fields_refuses_the_token() {
    let app = app(layer());
    let reply = call(&app, json_request("/strict", move_with_token(0))).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.body.contains("unknown field `sequenceToken`"),
        "{reply:?}"
    );
    let reply = call(&app, with_token("/strict", r#"{"field":"e4"}"#)).await;
    reply.assert_ok("e4");
}

fn assert_too_large_for_the_handler(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(reply.error, None);
}

/// `DefaultBodyLimit` limits the extractors on either side of the layer.
#[tokio::test]
async fn limit_of_extractors_holds_behind_the_layer() {
    let limit = || DefaultBodyLimit::max(16);
    for app in [
        app(layer()).layer(limit()),
        Router::new()
            .route("/bytes", post(async |body: Bytes| body))
            .layer(limit())
            .layer(layer()),
    ] {
        let reply = call(&app, json_request("/bytes", move_with_token(0))).await;
        assert_too_large_for_the_handler(&reply);
        let reply = call(&app, with_token("/bytes", &" ".repeat(17))).await;
        assert_too_large_for_the_handler(&reply);
        call(&app, with_token("/bytes", " ")).await.assert_ok(" ");
    }
}

/// The layer has its own limit: 64 KiB for a body that it searches for a token.
#[tokio::test]
async fn larger_limit_of_extractors_is_not_one_of_the_layer() {
    const SIZE: usize = 128 * 1024;
    let app = |auth| app(auth).layer(DefaultBodyLimit::disable());
    let large = move_with_token(SIZE);
    let reply = call(&app(layer()), json_request("/bytes", large.clone())).await;
    reply.assert_refused(Kind::BodyTooLarge);
    let raised = app(layer().body_limit(2 * SIZE));
    let reply = call(&raised, json_request("/bytes", large.clone())).await;
    reply.assert_ok(&large);
    let reply = call(&app(layer()), with_token("/bytes", &large)).await;
    reply.assert_ok(&large);
}

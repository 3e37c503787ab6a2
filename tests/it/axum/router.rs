//! The layer protects an axum application.

use axum::{
    Extension, Json, Router,
    body::Body,
    routing::{get, post},
};
use http::{Request, StatusCode};
use sequence_auth::{EmailPolicy, SequenceClaims};
use serde_json::{Value, json};

use super::{call, json_request, with_bearer, without_token};
use crate::support::{ISSUER, layer};

async fn me(Extension(claims): Extension<SequenceClaims>) -> String {
    claims.wallet().to_string()
}

async fn login(
    Extension(claims): Extension<SequenceClaims>,
    Json(body): Json<Value>,
) -> Json<Value> {
    Json(json!({"email": claims.email(), "name": body["name"]}))
}

async fn status_of(app: &Router, request: Request<Body>) -> StatusCode {
    call(app, request).await.status
}

#[tokio::test]
async fn one_line_protects_a_router() {
    let app = Router::new().route("/me", get(me)).layer(layer());
    let reply = call(&app, with_bearer("/me", &ISSUER.token().mint())).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.body, "0x52908400098527886E0F7030069857D2E4169EE7");
    let status = status_of(&app, with_bearer("/me", "x.y.z")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let status = status_of(&app, without_token("/nowhere")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn route_layer_leaves_404_and_405_to_router() {
    let app = Router::new()
        .route("/me", get(me).route_layer(layer()))
        .route("/open", get("open"));
    for (request, expected) in [
        (Request::get("/me"), StatusCode::UNAUTHORIZED),
        (Request::post("/me"), StatusCode::METHOD_NOT_ALLOWED),
        (Request::get("/nowhere"), StatusCode::NOT_FOUND),
        (Request::get("/open"), StatusCode::OK),
    ] {
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(status_of(&app, request).await, expected);
    }
}

#[tokio::test]
async fn body_with_token_reaches_the_extractor() {
    let app = Router::new().route("/login", post(login)).layer(layer());
    let body = json!({"sequenceToken": ISSUER.token().mint(), "name": "Ann"});
    let reply = call(&app, json_request("/login", body.to_string())).await;
    assert_eq!(reply.status, StatusCode::OK);
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(body, json!({"email": "player@example.com", "name": "Ann"}));
}

#[tokio::test]
async fn each_route_may_have_its_policy() {
    let auth = layer();
    let guests_too = auth.clone().email_policy(EmailPolicy::Optional);
    let app = Router::new()
        .route("/me", get(me).layer(auth))
        .route("/play", get(me).layer(guests_too));
    let guest = ISSUER.token().guest().mint();
    let status = status_of(&app, with_bearer("/me", &guest)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let status = status_of(&app, with_bearer("/play", &guest)).await;
    assert_eq!(status, StatusCode::OK);
}

/// A nested router removes its prefix before its own layers run.
#[tokio::test]
async fn refused_request_has_the_path_that_its_layer_saw() {
    let auth = layer().on_reject_with(|request, _, mut response| {
        *response.body_mut() = request.uri().to_string().into();
        response
    });
    let inside = Router::new().route("/me", get(me)).layer(auth.clone());
    let app = Router::new().nest("/inside", inside);
    let reply = call(&app, without_token("/inside/me?a=1")).await;
    assert_eq!(reply.body, "/me?a=1");
    let outside = Router::new().route("/me", get(me));
    let app = Router::new().nest("/outside", outside).layer(auth);
    let reply = call(&app, without_token("/outside/me?a=1")).await;
    assert_eq!(reply.body, "/outside/me?a=1");
}

//! The layer protects an axum application.

use axum::{
    Extension, Json, Router,
    body::{Body, to_bytes},
    routing::{get, post},
};
use http::{Request, StatusCode};
use sequence_auth::{EmailPolicy, SequenceClaims};
use serde_json::{Value, json};
use tower::ServiceExt;

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

async fn call(app: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn get_me(token: &str) -> Request<Body> {
    Request::get("/me")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn one_line_protects_a_router() {
    let app = Router::new().route("/me", get(me)).layer(layer());
    let (status, body) = call(app.clone(), get_me(&ISSUER.token().mint())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body, "0x52908400098527886E0F7030069857D2E4169EE7");
    let (status, _) = call(app.clone(), get_me("x.y.z")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let nothing = Request::get("/nowhere").body(Body::empty()).unwrap();
    let (status, _) = call(app, nothing).await;
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
        let (status, _) = call(app.clone(), request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn body_with_token_reaches_the_extractor() {
    let app = Router::new().route("/login", post(login)).layer(layer());
    let body = json!({"sequenceToken": ISSUER.token().mint(), "name": "Ann"});
    let request = Request::post("/login")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, body) = call(app, request).await;
    assert_eq!(status, StatusCode::OK);
    let body: Value = serde_json::from_str(&body).unwrap();
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
    let (status, _) = call(app.clone(), get_me(&guest)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let mut request = get_me(&guest);
    *request.uri_mut() = "/play".parse().unwrap();
    let (status, _) = call(app, request).await;
    assert_eq!(status, StatusCode::OK);
}

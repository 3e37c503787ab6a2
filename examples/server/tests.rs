//! The routes.

#![allow(clippy::unwrap_used)]

use axum::{Router, body::to_bytes};
use http::{Request, Response, StatusCode};
use sequence_auth::SequenceAuthLayer;
use serde_json::{Value, json};
use test_support::{ISSUER, PROJECT, in_twelve_hours, layer};
use tower::ServiceExt;

use crate::app::app;

async fn call(router: Router, request: Request<String>) -> (StatusCode, Value) {
    let response: Response<_> = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn verify_wallet(body: String) -> (StatusCode, Value) {
    let request = Request::post("/api/verify-wallet")
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    call(app(&layer()), request).await
}

fn get(path: &str) -> Request<String> {
    Request::get(path).body(String::new()).unwrap()
}

#[tokio::test]
async fn a_wallet_is_verified_as_by_the_official_sample() {
    let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
    let expires_at = in_twelve_hours();
    let token = ISSUER
        .token()
        .wallet(wallet.to_lowercase())
        .claim("iat", expires_at - 50_000)
        .claim("exp", expires_at)
        .mint();
    let (status, answer) = verify_wallet(json!({"sequenceToken": token}).to_string()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        answer,
        json!({
            "message": "Wallet verified successfully",
            "wallet": {
                "walletAddress": wallet,
                "email": "player@example.com",
                "iat": expires_at - 50_000,
                "exp": expires_at,
            },
        })
    );
}

#[tokio::test]
async fn the_bearer_header_does_as_well_and_other_methods_are_not_allowed() {
    for (method, status) in [
        ("POST", StatusCode::OK),
        ("GET", StatusCode::METHOD_NOT_ALLOWED),
        ("PUT", StatusCode::METHOD_NOT_ALLOWED),
        ("DELETE", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = Request::builder()
            .method(method)
            .uri("/api/verify-wallet")
            .header("authorization", format!("Bearer {}", ISSUER.token().mint()))
            .body(String::new())
            .unwrap();
        assert_eq!(call(app(&layer()), request).await.0, status, "{method}");
    }
}

#[tokio::test]
async fn me_tells_the_claims() {
    let mut request = get("/me");
    let token = ISSUER.token().nonce("n-1").mint();
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", value);
    let (status, claims) = call(app(&layer()), request).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["project_id"], PROJECT.to_string());
    let (status, _) = call(app(&layer()), get("/me")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn healthz_follows_the_keys() {
    let (status, health) = call(app(&layer()), get("/healthz")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(health["state"], "fresh");
    let waiting = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(std::future::pending)
        .build()
        .unwrap();
    let (status, health) = call(app(&waiting), get("/healthz")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health["state"], "waiting");
}

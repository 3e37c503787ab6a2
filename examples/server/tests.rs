//! The routes.

#![allow(clippy::unwrap_used)]

mod metrics;

use axum::{Router, body::to_bytes};
use http::{Request, Response, StatusCode};
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
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

async fn verify_wallet(layer: &SequenceAuthLayer, body: &Value) -> (StatusCode, Value) {
    let request = Request::post("/api/verify-wallet")
        .header("content-type", "application/json")
        .body(body.to_string())
        .unwrap();
    call(app(layer), request).await
}

/// A layer that trusts both, and its issuer of OMS Wallet tokens.
fn with_oms_wallet() -> (SequenceAuthLayer, LocalIssuer) {
    let issuer = LocalIssuer::oms_wallet();
    (layer().or(issuer.layer("prj_7")).unwrap(), issuer)
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
    for layer in [layer(), with_oms_wallet().0] {
        let (status, answer) = verify_wallet(&layer, &json!({"sequenceToken": token})).await;
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
}

#[tokio::test]
async fn a_wallet_of_oms_wallet_is_verified_alike_and_has_no_issue_time() {
    let (layer, issuer) = with_oms_wallet();
    let wallet = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";
    let expires_at = in_twelve_hours();
    let token = issuer
        .token()
        .wallet(wallet.to_lowercase())
        .claim("exp", expires_at)
        .mint();
    for field in ["idToken", "sequenceToken"] {
        let (status, answer) = verify_wallet(&layer, &json!({field: token})).await;
        assert_eq!(status, StatusCode::OK, "{field}");
        assert_eq!(
            answer,
            json!({
                "message": "Wallet verified successfully",
                "wallet": {
                    "walletAddress": wallet,
                    "email": "player@example.com",
                    "iat": null,
                    "exp": expires_at,
                },
            })
        );
    }
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

#[tokio::test]
async fn me_tells_whose_token_it_is() {
    let (layer, issuer) = with_oms_wallet();
    for (token, issuer, project) in [
        (ISSUER.token(), ISSUER.url(), PROJECT.to_string()),
        (issuer.token(), issuer.url(), "prj_7".to_owned()),
    ] {
        let mut request = get("/me");
        let value = format!("Bearer {}", token.mint()).parse().unwrap();
        request.headers_mut().insert("authorization", value);
        let (_, claims) = call(app(&layer), request).await;
        assert_eq!(claims["issuer"], issuer);
        assert_eq!(claims["project_id"], project);
    }
}

#[tokio::test]
async fn healthz_tells_of_each_issuer() {
    let (layer, issuer) = with_oms_wallet();
    let (status, health) = call(app(&layer), get("/healthz")).await;
    assert_eq!(status, StatusCode::OK);
    for (index, issuer) in [&*ISSUER, &issuer].into_iter().enumerate() {
        let told = &health["issuers"][index];
        assert_eq!(told["issuer"], issuer.url());
        assert_eq!(told["state"], "fresh");
        assert_eq!(told["key_ids"], json!([issuer.key_id()]));
    }
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

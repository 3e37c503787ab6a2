//! Tokens of the OMS Wallet that is played.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use http::StatusCode;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use serde_json::{Value, json};
use test_support::{Answer, bearer, payload_of, send};

use super::{call, get, post, router};

const OMS_PROJECT: &str = "prj_demo";

async fn mint_at(router: &Router, request: &str) -> String {
    let (status, answer) = post(router, "/demo/oms-token", request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["idToken"].as_str().unwrap().to_owned()
}

async fn claims_of(request: &str) -> Value {
    serde_json::from_str(&payload_of(&mint_at(&router(), request).await)).unwrap()
}

/// A layer that trusts the OMS Wallet that a router plays, by the keys that it publishes.
async fn layer_of(router: &Router) -> SequenceAuthLayer {
    let (_, jwks) = call(router.clone(), get("/oms/.well-known/jwks.json")).await;
    SequenceAuthLayer::oms_wallet(OMS_PROJECT, "https://waas.sequence.test/oms")
        .static_keys(jwks.to_string())
        .build()
        .unwrap()
}

/// Sends a token to a layer that trusts its issuer.
async fn verify(request: &str) -> Answer {
    let router = router();
    let token = mint_at(&router, request).await;
    send(&layer_of(&router).await, bearer(&token)).await
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap().as_secs()
}

#[tokio::test]
async fn a_token_is_accepted_and_has_the_documented_claims() {
    let router = router();
    let request = r#"{"email":"ann@example.com","nonce":"n-1"}"#;
    let (_, answer) = post(&router, "/demo/oms-token", request).await;
    assert_eq!(answer["expiresIn"], 300);
    // Two names for the token would be two token fields in a body.
    assert_eq!(answer.as_object().unwrap().len(), 2);
    let token = answer["idToken"].as_str().unwrap();
    let answer = send(&layer_of(&router).await, bearer(token)).await;
    let claims = answer.claims();
    assert_eq!(claims.issuer(), "https://waas.sequence.test/oms");
    assert_eq!(claims.project_id(), OMS_PROJECT);
    assert_eq!(claims.email(), Some("ann@example.com"));
    assert_eq!(claims.nonce(), Some("n-1"));
    assert!(claims.wallet_id().unwrap().starts_with("wal_"));
    assert_eq!(claims.issued_at(), None);
    assert_eq!(claims.authenticated_at(), None);
}

#[tokio::test]
async fn each_player_has_a_wallet_and_it_is_not_that_of_embedded_wallet() {
    let ann = claims_of(r#"{"email":"ann@example.com"}"#).await;
    let again = claims_of(r#"{"email":"ann@example.com"}"#).await;
    let ben = claims_of(r#"{"email":"ben@example.com"}"#).await;
    let guest = claims_of("").await;
    for name in ["sub", "wallet_address"] {
        assert_eq!(ann[name], again[name]);
        assert_ne!(ann[name], ben[name]);
        assert_ne!(ann[name], guest[name]);
    }
    let (_, minted) = post(&router(), "/demo/token", r#"{"email":"ann@example.com"}"#).await;
    let embedded = payload_of(minted["idToken"].as_str().unwrap());
    let embedded: Value = serde_json::from_str(&embedded).unwrap();
    assert_ne!(ann["wallet_address"], embedded["sub"]);
}

#[tokio::test]
async fn the_client_chooses_how_long_a_token_lives() {
    let began = now();
    for (request, ttl) in [("{}", 300), (r#"{"ttlSeconds":60}"#, 60)] {
        let expiry = claims_of(request).await["exp"].as_u64().unwrap();
        assert!((began + ttl..=now() + ttl).contains(&expiry), "{expiry}");
    }
    claims_of(&json!({"ttlSeconds": u32::MAX}).to_string()).await;
}

#[tokio::test]
async fn the_client_chooses_further_claims() {
    let request = r#"{"customClaims":{"guild":["owls",7],"iat":1700000000}}"#;
    let claims = claims_of(request).await;
    assert_eq!(claims["guild"], json!(["owls", 7]));
    assert_eq!(claims["iat"], 1_700_000_000);
}

#[tokio::test]
async fn the_client_cannot_choose_the_issuers_own_claims() {
    let claims = claims_of(r#"{"nonce":"n-1","email":"ann@example.com"}"#).await;
    for name in claims.as_object().unwrap().keys() {
        let request = json!({"customClaims": {"guild": "owls", name: "mine"}});
        let (status, answer) = post(&router(), "/demo/oms-token", request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
        let error = answer["error"].as_str().unwrap();
        assert!(
            error.contains(&format!("customClaims has {name}")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn other_tokens_are_refused_for_what_they_are() {
    for (request, mentions) in [
        ("", "email"),
        (r#"{"email":"a@example.com","expired":true}"#, "expired"),
        (
            r#"{"email":"a@example.com","ttlSeconds":100000}"#,
            "lifetime",
        ),
        (
            r#"{"email":"a@example.com","projectId":"prj_7"}"#,
            "project",
        ),
        (
            r#"{"email":"a@example.com","wallet":"nobody"}"#,
            "wallet_address",
        ),
        (
            r#"{"email":"a@example.com","walletType":"solana"}"#,
            "wallet_type",
        ),
    ] {
        let answer = verify(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{request}");
        let refusal: Value = serde_json::from_slice(&answer.body).unwrap();
        let description = refusal["error_description"].as_str().unwrap();
        assert!(description.contains(mentions), "{description}");
    }
}

#[tokio::test]
async fn a_wallet_can_be_asked_for() {
    let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
    let request = json!({"email": "a@example.com", "wallet": wallet}).to_string();
    let answer = verify(&request).await;
    assert_eq!(answer.claims().wallet().to_checksum(None), wallet);
}

#[tokio::test]
async fn it_says_what_it_did_not_understand() {
    let nonce = json!({"nonce": "n".repeat(129)}).to_string();
    for (request, mentions) in [
        (r#"{"mail":"a@example.com"}"#, "mail"),
        (r#"{"projectId":13639}"#, "string"),
        (r#"{"ttlSeconds":-1}"#, "-1"),
        (r#"{"customClaims":[]}"#, "map"),
        ("{", "EOF"),
        (nonce.as_str(), "129"),
    ] {
        let (status, answer) = post(&router(), "/demo/oms-token", request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(mentions), "{error}");
    }
}

#[tokio::test]
async fn no_issuer_has_the_key_of_the_other() {
    let router = router();
    let (_, jwks) = call(router.clone(), get("/.well-known/jwks.json")).await;
    let (_, oms_jwks) = call(router, get("/oms/.well-known/jwks.json")).await;
    assert_eq!(jwks["keys"][0]["kty"], "RSA");
    assert_eq!(oms_jwks["keys"][0]["kty"], "EC");
    assert_ne!(jwks["keys"][0]["kid"], oms_jwks["keys"][0]["kid"]);
    assert_eq!(oms_jwks["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_trusts_both_takes_the_answers_as_they_are() {
    let issuer = LocalIssuer::new();
    let router = super::router_of(&issuer);
    let layer = issuer.layer(super::PROJECT);
    let layer = layer.or(layer_of(&router).await).unwrap();
    for path in ["/demo/sequence-token", "/demo/oms-token"] {
        let (_, answer) = post(&router, path, r#"{"email":"ann@example.com"}"#).await;
        let verified = send(&layer, test_support::json(answer.to_string())).await;
        assert_eq!(verified.claims().email(), Some("ann@example.com"), "{path}");
    }
}

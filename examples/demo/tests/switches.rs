//! Its key changes and its key endpoint fails on demand.

use std::time::Duration;

use axum::{Router, body::to_bytes};
use http::StatusCode;
use sequence_auth::{AuthErrorKind, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::{Value, json};
use test_support::{ISSUER, PROJECT, bearer, send};
use tokio::time::Instant;
use tower::ServiceExt;

use super::{call, get, post, router, router_of};

const JWKS: &str = "/.well-known/jwks.json";

async fn set_failure(router: &Router, mode: &str) {
    let (status, state) = post(router, "/demo/fail", json!({"mode": mode})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(state["mode"], mode);
}

async fn jwks(router: &Router) -> (StatusCode, String) {
    let response = router.clone().oneshot(get(JWKS)).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_rotation_replaces_the_key_at_once() {
    let issuer = LocalIssuer::new();
    let router = router_of(&issuer);
    let layer = issuer.layer(PROJECT);
    let old = issuer.token().mint();
    let old_id = issuer.key_id();
    send(&layer, bearer(&old)).await.claims();
    let (status, state) = post(&router, "/demo/rotate", "").await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(state["kid"], old_id);
    let (_, jwks) = call(router, get(JWKS)).await;
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 1);
    assert_eq!(jwks["keys"][0]["kid"], state["kid"]);
    send(&layer, bearer(&issuer.token().mint())).await.claims();
    let answer = send(&layer, bearer(&old)).await;
    answer.assert_refused(AuthErrorKind::UnknownKey);
}

#[tokio::test]
async fn a_rotation_can_keep_the_keys_id() {
    let issuer = LocalIssuer::new();
    let router = router_of(&issuer);
    let (_, before) = call(router.clone(), get(JWKS)).await;
    post(&router, "/demo/rotate", json!({"sameKid": true})).await;
    let (_, after) = call(router, get(JWKS)).await;
    assert_eq!(after["keys"][0]["kid"], before["keys"][0]["kid"]);
    assert_ne!(after["keys"][0]["n"], before["keys"][0]["n"]);
}

#[tokio::test]
async fn the_key_endpoint_fails_in_the_way_that_was_chosen() {
    let router = router();
    let (status, keys) = jwks(&router).await;
    assert_eq!(status, StatusCode::OK);
    set_failure(&router, "unavailable").await;
    assert_eq!(jwks(&router).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    set_failure(&router, "garbage").await;
    let (status, garbage) = jwks(&router).await;
    assert_eq!(status, StatusCode::OK);
    assert!(serde_json::from_str::<Value>(&garbage).is_err());
    set_failure(&router, "empty").await;
    let empty = (StatusCode::OK, r#"{"keys":[]}"#.to_owned());
    assert_eq!(jwks(&router).await, empty);
    set_failure(&router, "none").await;
    assert_eq!(jwks(&router).await, (StatusCode::OK, keys));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hangs_answers_later_than_anybody_waits_but_not_never() {
    let router = router();
    set_failure(&router, "hang").await;
    let start = Instant::now();
    let (status, _) = jwks(&router).await;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    // The layer gives a fetch five seconds.
    assert!(start.elapsed() > Duration::from_secs(5));
}

#[tokio::test]
async fn tokens_are_signed_while_the_key_endpoint_fails() {
    let router = router();
    set_failure(&router, "unavailable").await;
    let (status, answer) = post(&router, "/demo/token", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(answer["idToken"].is_string());
}

#[tokio::test]
async fn the_state_tells_what_is_switched_on() {
    let issuer = LocalIssuer::new();
    let router = router_of(&issuer);
    set_failure(&router, "empty").await;
    let (status, state) = call(router, get("/demo/state")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        state,
        json!({
            "notice": "NOT FOR PRODUCTION",
            "kid": issuer.key_id(),
            "mode": "empty",
            "modes": ["none", "unavailable", "hang", "garbage", "empty"],
        })
    );
}

#[tokio::test]
async fn what_a_switch_does_not_know_is_refused_with_what_it_knows() {
    for (path, body, mentions) in [
        ("/demo/fail", r#"{"mode":"boredom"}"#, "`unavailable`"),
        ("/demo/fail", r#"{"mode":"boredom"}"#, "`none`"),
        ("/demo/fail", "", "mode"),
        ("/demo/fail", r#"{"mode":"none","for":3}"#, "for"),
        ("/demo/rotate", r#"{"samekid":true}"#, "sameKid"),
        ("/demo/rotate", r#"{"sameKid":1}"#, "boolean"),
    ] {
        let (status, answer) = post(&router(), path, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(mentions), "{error}");
    }
}

/// How the key endpoint of an issuer answers, and with which key.
async fn published(router: &Router, issuer: &str) -> (StatusCode, Value) {
    let (status, jwks) = call(router.clone(), get(&format!("{issuer}{JWKS}"))).await;
    (status, jwks["keys"][0]["kid"].clone())
}

#[tokio::test]
async fn each_issuer_has_switches_of_its_own() {
    let router = router_of(&LocalIssuer::new());
    for (issuer, other) in [("", "/oms"), ("/oms", "")] {
        let (before, of_other) = (
            published(&router, issuer).await,
            published(&router, other).await,
        );
        let (_, state) = post(&router, &format!("{issuer}/demo/rotate"), "").await;
        let rotated = published(&router, issuer).await;
        assert_eq!(rotated.1, state["kid"]);
        assert_ne!(rotated.1, before.1);
        let mode = r#"{"mode":"unavailable"}"#;
        post(&router, &format!("{issuer}/demo/fail"), mode).await;
        let failed = published(&router, issuer).await.0;
        assert_eq!(failed, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(published(&router, other).await, of_other);
        let (_, state) = call(router.clone(), get(&format!("{other}/demo/state"))).await;
        assert_eq!(state["mode"], "none");
        post(
            &router,
            &format!("{issuer}/demo/fail"),
            r#"{"mode":"none"}"#,
        )
        .await;
        assert_eq!(published(&router, issuer).await, rotated);
    }
}

#[tokio::test]
async fn tokens_of_oms_wallet_are_signed_by_its_new_key() {
    let router = router();
    let (_, state) = post(&router, "/oms/demo/rotate", r#"{"sameKid":true}"#).await;
    let (_, answer) = post(&router, "/demo/oms-token", r#"{"email":"a@example.com"}"#).await;
    let (_, jwks) = call(router, get("/oms/.well-known/jwks.json")).await;
    assert_eq!(jwks["keys"][0]["kid"], state["kid"]);
    let layer = SequenceAuthLayer::oms_wallet("prj_demo", &format!("{}/oms", ISSUER.url()))
        .static_keys(jwks.to_string())
        .build()
        .unwrap();
    let token = answer["idToken"].as_str().unwrap();
    send(&layer, bearer(token)).await.claims();
}

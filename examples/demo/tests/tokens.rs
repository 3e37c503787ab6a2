//! Tokens without signing in.

use http::StatusCode;
use serde_json::Value;

use super::{assert_refused, post, router, verify};

async fn mint(body: &str) -> (StatusCode, Value) {
    post(&router(), "/demo/token", body).await
}

#[tokio::test]
async fn it_signs_what_it_is_asked_to() {
    let (status, answer) = mint(r#"{"email":"ann@example.com","nonce":"n-1"}"#).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["idToken"], answer["sequenceToken"]);
    assert_eq!(answer["expiresIn"], 600);
    // The answer can be posted to the server as it is.
    let verified = verify(&answer).await;
    assert_eq!(verified.claims().email(), Some("ann@example.com"));
    let (_, again) = mint(r#"{"email":"ann@example.com"}"#).await;
    let same = verify(&again).await;
    assert_eq!(same.claims().wallet(), verified.claims().wallet());
}

#[tokio::test]
async fn other_tokens_are_refused_for_what_they_are() {
    for (request, mentions) in [
        ("", "email"),
        ("{}", "email"),
        (r#"{"email":"a@example.com","expired":true}"#, "expired"),
        (r#"{"email":"a@example.com","projectId":7}"#, "project"),
        (r#"{"email":"a@example.com","wallet":"nobody"}"#, "subject"),
    ] {
        let (_, token) = mint(request).await;
        assert_refused(&token, mentions).await;
    }
}

#[tokio::test]
async fn it_says_what_it_did_not_understand() {
    let nonce = format!(r#"{{"nonce":"{}"}}"#, "n".repeat(129));
    for (request, mentions) in [
        (r#"{"mail":"a@example.com"}"#, "mail"),
        ("{", "EOF"),
        (nonce.as_str(), "129"),
    ] {
        let (status, answer) = mint(request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(
            answer["error"].as_str().unwrap().contains(mentions),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let padding = " ".repeat(16 * 1024);
    let (status, _) = mint(&format!("{{}}{padding}")).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

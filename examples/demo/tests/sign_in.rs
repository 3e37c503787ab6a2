//! Signing in over the RPC, as the official SDK does it.

use std::time::UNIX_EPOCH;

use axum::Router;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use humantime::parse_rfc3339;
use serde_json::{Value, json};
use test_support::{ISSUER, PROJECT};

use super::{assert_refused, post, router, verify};

pub(super) const SESSION: &str = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF";

pub(super) async fn send_intent(router: &Router, name: &str, data: Value) -> (StatusCode, Value) {
    let request = json!({
        "intent": {
            "version": "1 (Web 2.3.43)",
            "issuedAt": 1_700_000_000,
            "expiresAt": 1_700_000_300,
            "name": name,
            "data": data,
            "signatures": [{"sessionId": SESSION, "signature": "0x00"}],
        },
    });
    post(router, "/rpc/WaasAuthenticator/SendIntent", request).await
}

pub(super) async fn register(router: &Router, data: Value) -> (StatusCode, Value) {
    let request = json!({"intent": {"name": "openSession", "data": data}, "friendlyName": "phone"});
    post(router, "/rpc/WaasAuthenticator/RegisterSession", request).await
}

pub(super) fn guest(session: &str) -> Value {
    json!({"sessionId": session, "identityType": "Guest", "verifier": session, "answer": "0x00"})
}

pub(super) fn player(email: &str) -> Value {
    let verifier = format!("{email};{SESSION}");
    json!({"sessionId": SESSION, "identityType": "Email", "verifier": verifier, "answer": "0x00"})
}

/// Signs in and returns what `RegisterSession` answered.
pub(super) async fn sign_in(router: &Router, data: Value) -> Value {
    let (status, initiated) = send_intent(router, "initiateAuth", data.clone()).await;
    assert_eq!(status, StatusCode::OK, "{initiated}");
    let (status, registered) = register(router, data).await;
    assert_eq!(status, StatusCode::OK, "{registered}");
    registered
}

pub(super) async fn id_token(router: &Router, registered: &Value, nonce: Option<&str>) -> String {
    let mut data = registered["response"]["data"].clone();
    if let Some(nonce) = nonce {
        data["nonce"] = nonce.into();
    }
    let (status, answer) = send_intent(router, "getIdToken", data).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["response"]["code"], "idToken");
    assert_eq!(answer["response"]["data"]["expiresIn"], 600);
    let token = answer["response"]["data"]["idToken"].as_str();
    token.unwrap().to_owned()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_sign_in_is_answered_with_a_challenge() {
    let (_, initiated) = send_intent(&router(), "initiateAuth", guest(SESSION)).await;
    let challenge = &initiated["response"]["data"]["challenge"];
    assert!(challenge.as_str().unwrap().starts_with("0x"));
    assert_eq!(
        initiated,
        json!({
            "response": {
                "code": "authInitiated",
                "data": {
                    "sessionId": SESSION,
                    "identityType": "Guest",
                    "expiresIn": 600,
                    "challenge": challenge,
                },
            },
        })
    );
    let (_, again) = send_intent(&router(), "initiateAuth", guest(SESSION)).await;
    assert_ne!(&again["response"]["data"]["challenge"], challenge);
}

#[tokio::test]
async fn a_session_is_told_as_the_sdk_reads_it() {
    let registered = sign_in(&router(), player("ann@example.com")).await;
    let session = &registered["session"];
    let wallet = &registered["response"]["data"]["wallet"];
    for time in ["createdAt", "refreshedAt", "expiresAt"] {
        assert!(parse_rfc3339(session[time].as_str().unwrap()).is_ok());
    }
    assert_eq!(
        registered,
        json!({
            "session": {
                "id": SESSION,
                "projectId": PROJECT,
                "userId": session["userId"],
                "identity": {
                    "type": "Email",
                    "iss": ISSUER.url(),
                    "sub": "ann@example.com",
                    "email": "ann@example.com",
                },
                "friendlyName": "phone",
                "createdAt": session["createdAt"],
                "refreshedAt": session["createdAt"],
                "expiresAt": session["expiresAt"],
            },
            "response": {
                "code": "sessionOpened",
                "data": {"sessionId": SESSION, "wallet": wallet},
            },
        })
    );
}

#[tokio::test]
async fn a_token_has_exactly_the_issuers_shape() {
    let router = router();
    let registered = sign_in(&router, player("a&b@example.com")).await;
    let token = id_token(&router, &registered, Some("n-1")).await;
    let kid = ISSUER.key_id();
    assert_eq!(
        part(&token, 0),
        json!({"alg": "RS256", "kid": kid, "typ": "JWT"})
    );
    let created_at = registered["session"]["createdAt"].as_str().unwrap();
    let created_at = parse_rfc3339(created_at).unwrap();
    let created_at = created_at.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = part(&token, 1);
    let iat = claims["iat"].as_u64().unwrap();
    assert!(iat >= created_at);
    let identity = format!("{}/identity", ISSUER.url());
    assert_eq!(
        claims,
        json!({
            "iss": ISSUER.url(),
            "aud": [format!("https://sequence.test/project/{PROJECT}")],
            "sub": registered["response"]["data"]["wallet"],
            "iat": iat,
            "exp": iat + 600,
            "auth_time": created_at,
            identity: registered["session"]["identity"],
            "email": "a&b@example.com",
            "nonce": "n-1",
        })
    );
}

#[tokio::test]
async fn a_player_with_an_email_is_verified_with_the_same_wallet_as_ever() {
    let router = router();
    let registered = sign_in(&router, player("ann@example.com")).await;
    let token = id_token(&router, &registered, None).await;
    let verified = verify(&json!({"sequenceToken": token})).await;
    let claims = verified.claims();
    assert_eq!(claims.email(), Some("ann@example.com"));
    let wallet = &registered["response"]["data"]["wallet"];
    assert_eq!(claims.wallet().to_checksum(None), *wallet);
    let (_, minted) = post(&router, "/demo/token", r#"{"email":"ann@example.com"}"#).await;
    assert_eq!(&part(minted["idToken"].as_str().unwrap(), 1)["sub"], wallet);
}

#[tokio::test]
async fn a_guest_has_a_wallet_and_no_email() {
    let router = router();
    let registered = sign_in(&router, guest(SESSION)).await;
    let identity = json!({"type": "Guest", "iss": ISSUER.url(), "sub": SESSION});
    assert_eq!(registered["session"]["identity"], identity);
    let token = id_token(&router, &registered, None).await;
    let claims = part(&token, 1);
    assert_eq!(claims.get("email"), None);
    assert_eq!(claims[format!("{}/identity", ISSUER.url())], identity);
    assert_refused(&json!({"sequenceToken": token}), "email").await;
    let another = sign_in(&router, guest("0x00")).await;
    assert_ne!(
        another["response"]["data"]["wallet"],
        registered["response"]["data"]["wallet"]
    );
}

#[tokio::test]
async fn a_guest_cannot_name_a_session_so_that_it_gets_a_players_wallet() {
    let router = router();
    let player = sign_in(&router, player("ann@example.com")).await;
    let guest = sign_in(&router, guest("ann@example.com")).await;
    assert_ne!(
        guest["response"]["data"]["wallet"],
        player["response"]["data"]["wallet"]
    );
}

#[tokio::test]
async fn there_is_a_nonce_only_where_one_was_asked_for() {
    let router = router();
    let registered = sign_in(&router, player("ann@example.com")).await;
    let longest = "n".repeat(128);
    for (asked, told) in [
        (None, None),
        (Some(""), None),
        (Some("n-1"), Some("n-1")),
        (Some(longest.as_str()), Some(longest.as_str())),
    ] {
        let token = id_token(&router, &registered, asked).await;
        let nonce = part(&token, 1).get("nonce").cloned();
        assert_eq!(nonce, told.map(Value::from));
    }
}

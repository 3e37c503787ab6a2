//! `SequenceClaims` has a getter for every claim.

use std::time::{Duration, SystemTime};

use sequence_auth::{EmailPolicy, SequenceClaims};
use serde_json::{Value, json};

use super::{accepted, seconds_from_now};
use crate::support::{IDENTITY, ISSUER, PROJECT, bearer, layer, send};

#[tokio::test]
async fn every_claim_has_a_getter() {
    let issued_at = SystemTime::UNIX_EPOCH
        + Duration::from_secs(u64::try_from(seconds_from_now(-100)).unwrap());
    let token = ISSUER
        .token()
        .issued_at(issued_at)
        .nonce("n-0S6_WzA2Mj")
        .claim(
            "https://game.example/guild",
            json!({"name": "Ravens & <co>"}),
        );
    let claims = accepted(token).await;
    assert_eq!(claims.issued_at(), Some(issued_at));
    assert_eq!(claims.expires_at(), issued_at + Duration::from_secs(600));
    assert_eq!(
        claims.authenticated_at(),
        Some(issued_at - Duration::from_secs(60))
    );
    assert_eq!(claims.nonce(), Some("n-0S6_WzA2Mj"));
    let custom: Value = claims.custom().unwrap();
    assert_eq!(
        custom["https://game.example/guild"]["name"],
        "Ravens & <co>"
    );
    assert!(claims.custom::<Vec<u8>>().is_err());
    let claims = accepted(ISSUER.token().without_claim("auth_time")).await;
    assert_eq!(claims.authenticated_at(), None);
    assert_eq!(claims.nonce(), None);
}

#[tokio::test]
async fn claims_serialize_under_getter_names() {
    let iat = seconds_from_now(0);
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(iat).unwrap());
    let token = ISSUER
        .token()
        .wallet("0x52908400098527886e0f7030069857d2e4169ee7")
        .issued_at(time)
        .nonce("n");
    let claims = serde_json::to_value(accepted(token).await).unwrap();
    assert_eq!(
        claims,
        json!({
            "wallet": "0x52908400098527886E0F7030069857D2E4169EE7",
            "project_id": PROJECT.to_string(),
            "email": "player@example.com",
            "identity": {
                "type": "Email",
                "iss": "https://waas.sequence.test",
                "sub": "player@example.com",
                "email": "player@example.com",
            },
            "issuer": "https://waas.sequence.test",
            "issued_at": iat,
            "expires_at": iat + 600,
            "authenticated_at": iat - 60,
            "nonce": "n",
        })
    );
    let layer = layer().email_policy(EmailPolicy::Optional);
    let token = ISSUER
        .token()
        .guest()
        .without_claim(IDENTITY)
        .without_claim("auth_time");
    let answer = send(&layer, bearer(&token.mint())).await;
    let claims = serde_json::to_value(answer.claims()).unwrap();
    let mut names: Vec<_> = claims.as_object().unwrap().keys().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["expires_at", "issued_at", "issuer", "project_id", "wallet"]
    );
}

#[test]
fn claims_can_be_built_without_token() {
    let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
    let claims = SequenceClaims::builder()
        .wallet(wallet.parse().unwrap())
        .project_id(7)
        .email("ann@example.com")
        .nonce("n")
        .claim("level", 3)
        .build();
    assert_eq!(claims.wallet().to_string(), wallet);
    assert_eq!(claims.project_id(), "7");
    assert_eq!(claims.email(), Some("ann@example.com"));
    assert_eq!(claims.issuer(), "https://waas.sequence.app");
    assert_eq!(claims.nonce(), Some("n"));
    let custom: Value = claims.custom().unwrap();
    assert_eq!(custom["level"], 3);
    assert_eq!(custom["aud"], json!(["https://sequence.build/project/7"]));
    assert_eq!(SequenceClaims::builder().guest().build().email(), None);
}

//! `SequenceClaims` has a getter for every claim, and prints and serializes only claims that are not secret, for both
//! issuers.

use std::time::{Duration, SystemTime};

use sequence_auth::{EmailPolicy, SequenceClaims};
use serde_json::{Value, json};

use crate::{
    claims::{self, seconds_from_now},
    oms_wallet::{ISSUER, PROJECT, accepted, layer, token},
    support::{self, bearer, send},
};

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

#[tokio::test]
async fn every_claim_has_a_getter() {
    let time = seconds_from_now(-100);
    let token = token()
        .wallet(WALLET.to_lowercase())
        .claim("sub", "wallet_7")
        .claim("iat", time)
        .claim("auth_time", time - 60)
        .claim("exp", time + 600)
        .nonce("n-0S6_WzA2Mj");
    let claims = accepted(token).await;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time.try_into().unwrap());
    assert_eq!(claims.wallet().to_string(), WALLET);
    assert_eq!(claims.wallet_id(), Some("wallet_7"));
    assert_eq!(claims.project_id(), PROJECT);
    assert_eq!(claims.project_number(), None);
    assert_eq!(claims.email(), Some("player@example.com"));
    assert!(claims.identity().is_none());
    assert_eq!(claims.issuer(), ISSUER.url());
    assert_eq!(claims.issued_at(), Some(time));
    assert_eq!(claims.expires_at(), time + Duration::from_secs(600));
    assert_eq!(
        claims.authenticated_at(),
        Some(time - Duration::from_secs(60))
    );
    assert_eq!(claims.nonce(), Some("n-0S6_WzA2Mj"));
}

#[tokio::test]
async fn project_is_a_text_and_a_number_for_embedded_wallet() {
    let claims = claims::accepted(support::ISSUER.token()).await;
    assert_eq!(claims.project_id(), support::PROJECT.to_string());
    assert_eq!(claims.project_number(), Some(support::PROJECT));
    assert_eq!(claims.wallet_id(), None);
    let largest = support::layer().also_project(u64::MAX);
    let token = support::ISSUER.token().project(u64::MAX).mint();
    let answer = send(&largest, bearer(&token)).await;
    assert_eq!(answer.claims().project_id(), "18446744073709551615");
    assert_eq!(answer.claims().project_number(), Some(u64::MAX));
}

#[tokio::test]
async fn claims_serialize_under_getter_names() {
    let time = seconds_from_now(-100);
    let token = token()
        .wallet(WALLET.to_lowercase())
        .claim("iat", time)
        .claim("auth_time", time - 60)
        .claim("exp", time + 600)
        .nonce("n");
    assert_eq!(
        written(&accepted(token).await),
        json!({
            "wallet": WALLET,
            "wallet_id": "wallet_01",
            "project_id": PROJECT,
            "email": "player@example.com",
            "issuer": "https://oms.sequence.test",
            "issued_at": time,
            "expires_at": time + 600,
            "authenticated_at": time - 60,
            "nonce": "n",
        })
    );
}

#[tokio::test]
async fn absent_claims_are_not_serialized() {
    let layer = layer().email_policy(EmailPolicy::Optional);
    let expires_at = seconds_from_now(600);
    let token = token().guest().claim("exp", expires_at).mint();
    let answer = send(&layer, bearer(&token)).await;
    assert_eq!(
        written(answer.claims()),
        json!({
            "wallet": WALLET,
            "wallet_id": "wallet_01",
            "project_id": PROJECT,
            "issuer": "https://oms.sequence.test",
            "expires_at": expires_at,
        })
    );
}

#[tokio::test]
async fn claims_of_embedded_wallet_have_no_wallet_id() {
    let written = written(&claims::accepted(support::ISSUER.token()).await);
    assert_eq!(written.get("wallet_id"), None);
    assert_eq!(written["project_id"], "13639");
    assert_eq!(written["identity"]["type"], "Email");
}

#[tokio::test]
async fn debug_holds_no_secret() {
    let secret = |builder: sequence_auth::testing::TokenBuilder| {
        builder
            .email("secret@example.com")
            .nonce("secret-nonce")
            .claim("custom", "secret-custom")
    };
    let oms_wallet = secret(token()).claim("sub", "wallet_7");
    let embedded_wallet = secret(support::ISSUER.token());
    for (claims, token, project) in [
        (
            accepted(oms_wallet.clone()).await,
            oms_wallet.mint(),
            PROJECT,
        ),
        (
            claims::accepted(embedded_wallet.clone()).await,
            embedded_wallet.mint(),
            "13639",
        ),
    ] {
        let text = format!("{claims:?} {claims:#?}");
        assert!(!text.contains("secret"), "{text}");
        for part in token.split('.') {
            assert!(!text.contains(part), "{text}");
        }
        for shown in [WALLET, project, claims.issuer()] {
            let is_shown = text.to_lowercase().contains(&shown.to_lowercase());
            assert!(is_shown, "{shown} is not in {text}");
        }
        assert_eq!(text.contains("wallet_7"), claims.wallet_id().is_some());
    }
}

fn written(claims: &SequenceClaims) -> Value {
    serde_json::to_value(claims).unwrap()
}

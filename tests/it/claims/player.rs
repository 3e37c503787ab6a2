//! `sub`, `email` and the identity have types.

use sequence_auth::{AuthErrorKind as Kind, EmailPolicy, IdentityType};
use serde_json::json;

use super::{accepted, assert_refused};
use crate::support::{IDENTITY, ISSUER, bearer, layer, send};

#[tokio::test]
async fn subject_is_a_wallet_address() {
    let digits = "52908400098527886E0F7030069857D2E4169EE7";
    for subject in [
        format!("0x{digits}"),
        format!("0x{}", digits.to_lowercase()),
        "0x52908400098527886e0F7030069857d2E4169eE7".to_owned(),
    ] {
        let claims = accepted(ISSUER.token().wallet(subject)).await;
        assert_eq!(claims.wallet().to_checksum(None), format!("0x{digits}"));
    }
    for subject in [
        json!(digits),
        json!(format!("0X{digits}")),
        json!(format!("0x{}", &digits[1..])),
        json!(format!("0x{digits}0")),
        json!(format!(" 0x{digits}")),
        json!(format!("0x{}g", &digits[1..])),
        json!(format!("0x0x{}", &digits[2..])),
        json!(format!("0x{}é", &digits[2..])),
        json!(""),
        json!(null),
        json!(1),
        json!([format!("0x{digits}")]),
    ] {
        assert_refused(ISSUER.token().claim("sub", subject), Kind::InvalidSubject).await;
    }
    assert_refused(ISSUER.token().without_claim("sub"), Kind::InvalidSubject).await;
}

#[tokio::test]
async fn missing_or_blank_email_is_refused() {
    for email in [json!(""), json!("  "), json!("\u{a0}\u{3000}")] {
        assert_refused(ISSUER.token().claim("email", email), Kind::MissingEmail).await;
    }
    assert_refused(ISSUER.token().without_claim("email"), Kind::MissingEmail).await;
    assert_refused(ISSUER.token().guest(), Kind::MissingEmail).await;
}

#[tokio::test]
async fn long_or_unprintable_email_is_refused() {
    let of = |bytes: usize| format!("{}é@example.com", "a".repeat(bytes - 14));
    let layers = [layer(), layer().email_policy(EmailPolicy::Optional)];
    for layer in layers {
        let token = ISSUER.token().email(&of(320)).mint();
        let answer = send(&layer, bearer(&token)).await;
        assert_eq!(answer.claims().email().map(str::len), Some(320));
        for email in [
            of(321),
            of(1_000),
            "ann@example.com\r\n".to_owned(),
            "\n".to_owned(),
            " ".repeat(321),
            "\u{1b}[2J@example.com".to_owned(),
        ] {
            let token = ISSUER.token().email(&email).mint();
            send(&layer, bearer(&token))
                .await
                .assert_refused(Kind::InvalidEmail);
        }
    }
}

#[tokio::test]
async fn guest_passes_where_email_is_optional() {
    let layer = layer().email_policy(EmailPolicy::Optional);
    for token in [
        ISSUER.token().guest(),
        ISSUER.token().claim("email", " "),
        ISSUER.token().without_claim("email"),
    ] {
        let answer = send(&layer, bearer(&token.mint())).await;
        assert_eq!(answer.claims().email(), None);
    }
    let token = ISSUER.token().claim("email", json!(null)).mint();
    send(&layer, bearer(&token))
        .await
        .assert_refused(Kind::InvalidEmail);
}

#[tokio::test]
async fn unknown_identity_type_is_other() {
    for (name, identity_type) in [
        ("None", IdentityType::None),
        ("Guest", IdentityType::Guest),
        ("OIDC", IdentityType::Oidc),
        ("Email", IdentityType::Email),
        ("PlayFab", IdentityType::PlayFab),
        ("Stytch", IdentityType::Stytch),
        ("Twitter", IdentityType::Twitter),
        ("Passkey", IdentityType::Other),
    ] {
        let value = json!({"type": name, "iss": "i", "sub": "s", "email": "e", "new": 1});
        let claims = accepted(ISSUER.token().claim(IDENTITY, value)).await;
        let identity = claims.identity().unwrap();
        assert_eq!(identity.identity_type(), identity_type);
        assert_eq!(identity.issuer(), Some("i"));
        assert_eq!(identity.subject(), Some("s"));
        assert_eq!(identity.email(), Some("e"));
    }
    let claims = accepted(ISSUER.token().without_claim(IDENTITY)).await;
    assert_eq!(claims.identity(), None);
    let elsewhere = ISSUER
        .token()
        .without_claim(IDENTITY)
        .claim("https://other.example/identity", 7);
    assert_eq!(accepted(elsewhere).await.identity(), None);
}

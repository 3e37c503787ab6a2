//! `email` and `nonce` must have their types. Only `custom` reads the other claims that a client may write.

use sequence_auth::{AuthErrorKind as Kind, EmailPolicy};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    oms_wallet::{ISSUER, PROJECT, accepted, assert_refused, layer, token, with_payload},
    support::{bearer, payload_of, send},
};

#[tokio::test]
async fn missing_or_blank_email_is_refused() {
    for email in ["", "  ", "\u{a0}\u{3000}"] {
        assert_refused(token().claim("email", email), Kind::MissingEmail).await;
    }
    assert_refused(token().without_claim("email"), Kind::MissingEmail).await;
    assert_refused(token().guest(), Kind::MissingEmail).await;
}

#[tokio::test]
async fn malformed_email_is_refused_under_either_policy() {
    let long = format!("{}@example.com", "a".repeat(309));
    for layer in [layer(), layer().email_policy(EmailPolicy::Optional)] {
        for email in [
            json!(null),
            json!(7),
            json!(["player@example.com"]),
            json!({ "email": "player@example.com" }),
            json!("player@example.com\r\n"),
            json!("\t"),
            json!("\u{1b}[2J@example.com"),
            json!(long),
        ] {
            let token = token().claim("email", email).mint();
            send(&layer, bearer(&token))
                .await
                .assert_refused(Kind::InvalidEmail);
        }
        let longest = token().email(&long[1..]).mint();
        let answer = send(&layer, bearer(&longest)).await;
        assert_eq!(answer.claims().email(), Some(&long[1..]));
    }
}

#[tokio::test]
async fn email_may_be_optional() {
    let layer = layer().email_policy(EmailPolicy::Optional);
    for token in [
        token().without_claim("email"),
        token().guest(),
        token().claim("email", " "),
    ] {
        let answer = send(&layer, bearer(&token.mint())).await;
        assert_eq!(answer.claims().email(), None);
    }
}

#[tokio::test]
async fn nonce_is_a_string_or_absent() {
    for nonce in ["", "n-0S6_WzA2Mj", &"n".repeat(500)] {
        let claims = accepted(token().nonce(nonce)).await;
        assert_eq!(claims.nonce(), Some(nonce));
    }
    assert_eq!(accepted(token()).await.nonce(), None);
    for nonce in [json!(null), json!(7), json!(["n"]), json!({}), json!(true)] {
        assert_refused(token().claim("nonce", nonce), Kind::InvalidNonce).await;
    }
}

/// OMS Wallet does not document such a claim, so a client could write it.
#[tokio::test]
async fn identity_claim_is_unknown() {
    let name = format!("{}/identity", ISSUER.url());
    for value in [
        json!({"type": "Email", "iss": "i", "sub": "s", "email": "admin@example.com"}),
        json!({"type": 7}),
        json!("Email"),
        json!(null),
        json!(1),
        json!([]),
    ] {
        let claims = accepted(token().claim(&name, &value)).await;
        assert!(claims.identity().is_none());
        let written = serde_json::to_value(&claims).unwrap();
        assert_eq!(written.get("identity"), None);
        assert_eq!(claims.custom::<Value>().unwrap()[&name], value);
    }
}

#[derive(Debug, Deserialize, PartialEq)]
struct Guild {
    guild: String,
    rank: u8,
}

#[tokio::test]
async fn custom_claims_are_read() {
    let token = token().claim("guild", "Ravens & <co>").claim("rank", 3);
    let claims = accepted(token).await;
    let guild = Guild {
        guild: "Ravens & <co>".to_owned(),
        rank: 3,
    };
    assert_eq!(claims.custom::<Guild>().unwrap(), guild);
    assert!(claims.custom::<Vec<u8>>().is_err());
    let all: Value = claims.custom().unwrap();
    assert_eq!(all["aud"], PROJECT);
    assert_eq!(all["wallet_type"], "ethereum");
}

/// A client's custom claims never change the claims that the layer knows.
#[tokio::test]
async fn custom_claims_do_not_stand_in_for_others() {
    let claims = accepted(
        token()
            .claim("wallet", "0x0000000000000000000000000000000000000001")
            .claim("project_id", "prj_02")
            .claim("wallet_id", "wallet_02")
            .claim("issuer", "https://waas.sequence.app")
            .claim("issued_at", 1)
            .claim("EMAIL", "admin@example.com")
            .claim("email_verified", true),
    )
    .await;
    assert_eq!(
        claims.wallet().to_checksum(None),
        "0x52908400098527886E0F7030069857D2E4169EE7"
    );
    assert_eq!(claims.project_id(), PROJECT);
    assert_eq!(claims.wallet_id(), Some("wallet_01"));
    assert_eq!(claims.issuer(), ISSUER.url());
    assert_eq!(claims.issued_at(), None);
    assert_eq!(claims.email(), Some("player@example.com"));
}

/// Go's encoder writes `&`, `<` and `>` as escapes.
#[tokio::test]
async fn escapes_are_resolved() {
    let token = token().email("a&b<c>@example.com").claim("sub", "<w&1>");
    let payload = payload_of(&token.mint());
    for escape in [r"\u0026", r"\u003c", r"\u003e"] {
        assert!(payload.contains(escape), "{payload}");
    }
    let claims = accepted(token).await;
    assert_eq!(claims.email(), Some("a&b<c>@example.com"));
    assert_eq!(claims.wallet_id(), Some("<w&1>"));
    let escaped = |text: &str| -> String {
        let units = text.encode_utf16();
        units.map(|unit| format!("\\u{unit:04x}")).collect()
    };
    let mut payload = payload_of(&crate::oms_wallet::token().mint());
    for text in ["wallet_type", "ethereum", "wallet_address", "aud", PROJECT] {
        payload = payload.replace(&format!("\"{text}\""), &format!("\"{}\"", escaped(text)));
    }
    assert!(!payload.contains("wallet_address"));
    let answer = send(&layer(), bearer(&with_payload(&payload))).await;
    assert_eq!(answer.claims().project_id(), PROJECT);
}

/// Two readers of a repeated claim may disagree.
#[tokio::test]
async fn repeated_claim_is_refused() {
    let payload = payload_of(&token().mint());
    for repeated in [
        r#""wallet_address":"0x0000000000000000000000000000000000000001""#,
        r#""wallet\u005ftype":"ethereum""#,
        r#""sub":"wallet_01""#,
        r#""guild":1,"guild":2"#,
    ] {
        let token = with_payload(&format!("{{{repeated},{}", &payload[1..]));
        send(&layer(), bearer(&token))
            .await
            .assert_refused(Kind::MalformedClaims);
    }
}

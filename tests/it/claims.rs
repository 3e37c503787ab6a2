//! The claims of a token whose signature is good.

use std::time::{Duration, SystemTime};

use sequence_auth::{
    AuthErrorKind as Kind, EmailPolicy, IdentityType, SequenceClaims, testing::TokenBuilder,
};
use serde_json::{Value, json};

use crate::support::{IDENTITY, ISSUER, PROJECT, bearer, layer, payload_of, send, with_payload};

fn audience(project: u64) -> String {
    format!("https://sequence.test/project/{project}")
}

fn seconds_from_now(seconds: i64) -> i64 {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

async fn accepted(token: TokenBuilder) -> SequenceClaims {
    send(&layer(), bearer(&token.mint())).await.claims().clone()
}

async fn assert_refused(token: TokenBuilder, kind: Kind) {
    let answer = send(&layer(), bearer(&token.mint())).await;
    answer.assert_refused(kind);
}

#[tokio::test]
async fn the_issuer_is_equal_letter_for_letter() {
    for issuer in [
        json!("https://waas.sequence.test/"),
        json!("https://WAAS.sequence.test"),
        json!("https://waas.sequence.test.evil.example"),
        json!("https://waas.sequence.tes"),
        json!(" https://waas.sequence.test"),
        json!("https://waas.sequence.app"),
        json!(""),
        json!(["https://waas.sequence.test"]),
        json!(null),
        json!(1),
    ] {
        assert_refused(ISSUER.token().claim("iss", issuer), Kind::InvalidIssuer).await;
    }
    assert_refused(ISSUER.token().without_claim("iss"), Kind::InvalidIssuer).await;
}

#[tokio::test]
async fn the_audience_holds_the_project() {
    let ours = audience(PROJECT);
    for value in [json!([ours]), json!(ours), json!(["other", ours])] {
        let claims = accepted(ISSUER.token().claim("aud", value)).await;
        assert_eq!(claims.project_id(), PROJECT);
    }
    for value in [
        json!([]),
        json!(""),
        json!(audience(1)),
        json!(PROJECT),
        json!([PROJECT]),
        json!([ours, 7]),
        json!([ours, null]),
        json!([[ours]]),
        json!({ "a": ours }),
        json!(null),
        json!(format!("{ours}0")),
        json!(format!("{ours}/")),
        json!(audience(1363)),
        json!("https://sequence.test/project/013639"),
        json!("https://sequence.build/project/13639"),
        json!("13639"),
    ] {
        assert_refused(ISSUER.token().claim("aud", value), Kind::InvalidAudience).await;
    }
    assert_refused(ISSUER.token().without_claim("aud"), Kind::InvalidAudience).await;
}

#[tokio::test]
async fn a_token_is_valid_until_its_expiry_and_the_leeway() {
    accepted(ISSUER.token().claim("exp", seconds_from_now(-20))).await;
    assert_refused(
        ISSUER.token().claim("exp", seconds_from_now(-31)),
        Kind::Expired,
    )
    .await;
    assert_refused(ISSUER.token().claim("exp", 0), Kind::Expired).await;
    assert_refused(ISSUER.token().expired(), Kind::Expired).await;
    let strict = ISSUER
        .builder(PROJECT)
        .leeway(Duration::ZERO)
        .build()
        .unwrap();
    let token = ISSUER.token().claim("exp", seconds_from_now(-1)).mint();
    send(&strict, bearer(&token))
        .await
        .assert_refused(Kind::Expired);
}

#[tokio::test]
async fn a_token_lives_a_day_at_most_unless_the_layer_says_otherwise() {
    const DAY: i64 = 24 * 60 * 60;
    let lasting = |seconds| ISSUER.token().claim("exp", seconds_from_now(seconds));
    accepted(lasting(DAY + 20)).await;
    assert_refused(lasting(DAY + 40), Kind::LifetimeTooLong).await;
    // However near its end is, and whatever it says of its issue.
    let old = lasting(60).claim("iat", seconds_from_now(-DAY));
    assert_refused(old, Kind::LifetimeTooLong).await;
    let limited = |seconds| {
        let builder = ISSUER.builder(PROJECT).leeway(Duration::ZERO);
        builder
            .max_token_lifetime(Duration::from_secs(seconds))
            .build()
            .unwrap()
    };
    let hour = lasting(3600).mint();
    send(&limited(3610), bearer(&hour)).await.claims();
    let short = limited(3590);
    send(&short, bearer(&hour))
        .await
        .assert_refused(Kind::LifetimeTooLong);
    send(&short, bearer(&lasting(3580).mint())).await.claims();
}

#[tokio::test]
async fn times_in_the_future_are_refused_past_the_leeway() {
    for (name, kind) in [
        ("iat", Kind::IssuedInFuture),
        ("nbf", Kind::NotYetValid),
        ("auth_time", Kind::InvalidAuthTime),
    ] {
        accepted(ISSUER.token().claim(name, seconds_from_now(20))).await;
        assert_refused(ISSUER.token().claim(name, seconds_from_now(60)), kind).await;
    }
    accepted(ISSUER.token().claim("nbf", seconds_from_now(-5))).await;
}

#[tokio::test]
async fn a_number_may_be_spelled_in_every_way_of_json() {
    let exp = seconds_from_now(600);
    let payload = payload_of(&ISSUER.token().without_claim("exp").mint());
    for spelling in [
        format!("{exp}"),
        format!("{exp}.0"),
        format!("{exp}.75"),
        format!("{exp}e0"),
        format!("{exp}0E-1"),
        format!("{}.{}e+1", exp / 10, exp % 10),
    ] {
        let token = with_payload(&format!("{{\"exp\":{spelling},{}", &payload[1..]));
        let answer = send(&layer(), bearer(&token)).await;
        let expires_at = answer.claims().expires_at();
        let since_epoch = expires_at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since_epoch.as_secs(), u64::try_from(exp).unwrap());
    }
}

#[tokio::test]
async fn the_subject_is_a_wallet_address_in_any_case() {
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
async fn an_email_is_required_and_not_blank() {
    for email in [json!(""), json!("  "), json!("\t\u{a0}\n")] {
        assert_refused(ISSUER.token().claim("email", email), Kind::MissingEmail).await;
    }
    assert_refused(ISSUER.token().without_claim("email"), Kind::MissingEmail).await;
    assert_refused(ISSUER.token().guest(), Kind::MissingEmail).await;
}

#[tokio::test]
async fn an_email_has_at_most_320_bytes_and_no_control_characters_whether_required_or_not() {
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
async fn a_guest_passes_where_the_email_is_optional() {
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
async fn the_identity_is_typed_and_an_unknown_type_is_other() {
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

#[tokio::test]
async fn every_claim_has_its_getter() {
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
    assert_eq!(claims.issued_at(), issued_at);
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
async fn claims_serialise_under_the_names_of_their_getters() {
    let time =
        SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds_from_now(0)).unwrap());
    let token = ISSUER
        .token()
        .wallet("0x52908400098527886e0f7030069857d2e4169ee7")
        .issued_at(time)
        .nonce("n");
    let seconds = seconds_from_now(0);
    let claims = serde_json::to_value(accepted(token).await).unwrap();
    let iat = claims["issued_at"].as_i64().unwrap();
    assert!((iat - seconds).abs() <= 1);
    assert_eq!(
        claims,
        json!({
            "wallet": "0x52908400098527886E0F7030069857D2E4169EE7",
            "project_id": PROJECT,
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
fn claims_for_a_handler_test_need_no_token() {
    let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
    let claims = SequenceClaims::builder()
        .wallet(wallet.parse().unwrap())
        .project_id(7)
        .email("ann@example.com")
        .nonce("n")
        .claim("level", 3)
        .build();
    assert_eq!(claims.wallet().to_string(), wallet);
    assert_eq!(claims.project_id(), 7);
    assert_eq!(claims.email(), Some("ann@example.com"));
    assert_eq!(claims.issuer(), "https://waas.sequence.app");
    assert_eq!(claims.nonce(), Some("n"));
    let custom: Value = claims.custom().unwrap();
    assert_eq!(custom["level"], 3);
    assert_eq!(custom["aud"], json!(["https://sequence.build/project/7"]));
    assert_eq!(SequenceClaims::builder().guest().build().email(), None);
}

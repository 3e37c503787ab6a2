//! Classes 4, 5, 17 and 24: missing, repeated or wrongly typed claims are refused, although the right key signed them.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, EmailPolicy};
use serde_json::{Value, json};

use super::{assert_accepted, assert_refused, payload, without_claim};
use crate::support::{IDENTITY, ISSUER, PROJECT, bearer, layer, send, with_payload};

const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The good claims, with one of them replaced by this text.
fn with_claim(name: &str, value: &str) -> String {
    let rest = without_claim(name);
    with_payload(&format!("{{\"{name}\":{value},{}", &rest[1..]))
}

/// Class 4: an unreadable time is refused. CVE-2026-25537 (jsonwebtoken for Rust) treated such a claim as missing.
#[tokio::test]
async fn times_are_json_numbers_in_range() {
    for (name, kind) in [
        ("exp", Kind::InvalidExpiry),
        ("iat", Kind::InvalidIssuedAt),
        ("nbf", Kind::InvalidNotBefore),
        ("auth_time", Kind::InvalidAuthTime),
    ] {
        for value in [
            "\"1900000000\"",
            "-1",
            "-1900000000",
            "-0.5",
            "1e400",
            "-1e400",
            "1e300",
            "1e99999999999999999999",
            "253402300800",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "340282366920938463463374607431768211456",
            "null",
            "true",
            "false",
            "[]",
            "[1900000000]",
            "{}",
            "{\"$serde_json::private::Number\":\"1900000000\"}",
            "\"NaN\"",
            "\"\"",
            // This is not JSON at all, and the refusal still names the claim.
            "NaN",
            "Infinity",
            "-Infinity",
            "+1900000000",
            "01900000000",
            "1900000000.",
            ".5",
        ] {
            assert_refused(&layer(), &with_claim(name, value), kind).await;
        }
        // A number followed by other text.
        for value in ["0x7fffffff", "1900000000_0"] {
            assert_refused(&layer(), &with_claim(name, value), Kind::MalformedClaims).await;
        }
    }
    let patient = ISSUER.builder(PROJECT).max_token_lifetime(CENTURY);
    let patient = patient.build().unwrap();
    assert_accepted(&patient, &with_claim("exp", "1.9e9")).await;
    assert_accepted(&patient, &with_claim("exp", "1900000000.75")).await;
    let year_9999 = with_claim("exp", "253402300799");
    assert_refused(&patient, &year_9999, Kind::LifetimeTooLong).await;
}

/// Class 4: every claim that the layer reads has a fixed type. The audience: CVE-2025-62610 (Hono). The others:
/// CVE-2026-25537 (jsonwebtoken for Rust).
#[tokio::test]
async fn claim_of_wrong_type_is_refused() {
    for value in [
        json!(1),
        json!(0.5),
        json!(null),
        json!(true),
        json!([]),
        json!(["a"]),
        json!([null]),
        json!({}),
        json!({"a": 1}),
    ] {
        for (name, kind) in [
            ("iss", Kind::InvalidIssuer),
            ("sub", Kind::InvalidSubject),
            ("email", Kind::InvalidEmail),
            ("nonce", Kind::InvalidNonce),
            ("aud", Kind::InvalidAudience),
        ] {
            let token = ISSUER.token().claim(name, &value).mint();
            assert_refused(&layer(), &token, kind).await;
        }
    }
    for value in [
        json!(1),
        json!(null),
        json!("Email"),
        json!([{"type": "Email"}]),
        json!({"type": 7}),
        json!({"type": null}),
        json!({"iss": 7}),
        json!({"sub": ["a"]}),
        json!({"email": {}}),
    ] {
        let token = ISSUER.token().claim(IDENTITY, value).mint();
        assert_refused(&layer(), &token, Kind::InvalidIdentity).await;
    }
}

/// Class 4: a good value inside an array is refused.
#[tokio::test]
async fn claim_in_array_is_refused() {
    let claims: Value = serde_json::from_str(&payload()).unwrap();
    for (name, kind) in [
        ("iss", Kind::InvalidIssuer),
        ("sub", Kind::InvalidSubject),
        ("email", Kind::InvalidEmail),
        ("exp", Kind::InvalidExpiry),
        ("iat", Kind::InvalidIssuedAt),
    ] {
        let token = ISSUER.token().claim(name, [&claims[name]]).mint();
        assert_refused(&layer(), &token, kind).await;
    }
    for odd in [json!(7), json!(null), json!([]), json!({})] {
        for audience in [
            json!([claims["aud"][0], odd]),
            json!([odd, claims["aud"][0]]),
        ] {
            let token = ISSUER.token().claim("aud", audience).mint();
            assert_refused(&layer(), &token, Kind::InvalidAudience).await;
        }
    }
}

/// Class 5: a missing value does not skip its check. CVE-2025-62610 (Hono).
#[tokio::test]
async fn missing_null_or_empty_claim_is_refused() {
    for (name, wrong, empty) in [
        ("iss", Kind::InvalidIssuer, Kind::InvalidIssuer),
        ("aud", Kind::InvalidAudience, Kind::InvalidAudience),
        ("sub", Kind::InvalidSubject, Kind::InvalidSubject),
        ("exp", Kind::InvalidExpiry, Kind::InvalidExpiry),
        ("iat", Kind::InvalidIssuedAt, Kind::InvalidIssuedAt),
        ("email", Kind::InvalidEmail, Kind::MissingEmail),
    ] {
        let absent = if name == "email" { empty } else { wrong };
        let token = ISSUER.token().without_claim(name).mint();
        assert_refused(&layer(), &token, absent).await;
        assert_refused(&layer(), &with_claim(name, "null"), wrong).await;
        assert_refused(&layer(), &with_claim(name, "\"\""), empty).await;
        // Names are case-sensitive (RFC 7519 §10.1.1).
        let token = ISSUER.token().without_claim(name);
        let claims: Value = serde_json::from_str(&payload()).unwrap();
        let token = token.claim(&name.to_uppercase(), &claims[name]).mint();
        assert_refused(&layer(), &token, absent).await;
    }
    let nothing = with_payload("{}");
    let lenient = layer().email_policy(EmailPolicy::Optional);
    assert_refused(&lenient, &nothing, Kind::InvalidIssuer).await;
}

/// Class 17: two readers of a repeated claim may disagree. CVE-2017-12635 (CouchDB), RFC 7519 §4.
#[tokio::test]
async fn claims_are_one_object_without_duplicates() {
    let payload = payload();
    let rest = &payload[1..];
    let beside = format!(" {{ \"x\": [{{\"a\":1,\"a\":1}}], {rest} ");
    assert_accepted(&layer(), &with_payload(&beside)).await;
    for payload in [
        format!(r#"{{"sub":"0x52908400098527886E0F7030069857D2E4169EE7",{rest}"#),
        format!(r#"{{"\u0073ub":"0x52908400098527886E0F7030069857D2E4169EE7",{rest}"#),
        format!(r#"{{"x":1,"x":2,{rest}"#),
        format!(r#"{{"x":1,"\u0078":2,{rest}"#),
        format!(r#"{{"\ud83d\ude00":1,"😀":2,{rest}"#),
        format!("[{payload}]"),
        format!("{payload}{payload}"),
        format!("{payload},"),
        format!("\u{feff}{payload}"),
        serde_json::to_string(&payload).unwrap(),
        "\"text\"".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{".to_owned(),
    ] {
        assert_refused(&layer(), &with_payload(&payload), Kind::MalformedClaims).await;
    }
    for twice in [
        r#"{"type":"Email","type":"Guest"}"#,
        r#"{"email":"ann@example.com","\u0065mail":"eve@example.com"}"#,
    ] {
        let token = with_claim(IDENTITY, twice);
        assert_refused(&layer(), &token, Kind::InvalidIdentity).await;
    }
}

/// Class 17: the number of claims and the positions of the two make no difference.
#[tokio::test]
async fn repeated_claim_among_many_is_refused() {
    let payload = payload();
    let many: String = (0..40).map(|number| format!("\"c{number}\":0,")).collect();
    let with = |more: &str| with_payload(&format!("{{{many}{more}{}", &payload[1..]));
    assert_accepted(&layer(), &with("")).await;
    for number in [0, 14, 15, 16, 17, 39] {
        let repeated = with(&format!("\"c{number}\":0,"));
        assert_refused(&layer(), &repeated, Kind::MalformedClaims).await;
    }
}

/// Class 24: two emails never become the same email. CVE-2019-19844 (Django): `ﬁ` and `fi`, `İ` and `i`.
#[tokio::test]
async fn email_is_never_normalized() {
    let alike = [
        "mike@example.com",
        "Mike@example.com",
        "mıke@example.com",
        "mike@example.com ",
        " mike@example.com",
        "mike\u{200b}@example.com",
        "mi\u{212a}e@example.com",
        "mike@example。com",
        "mike+1@example.com",
        "mik\u{e9}@example.com",
        "mike\u{301}@example.com",
        "mike@example.com\u{fffd}",
    ];
    for email in alike {
        let token = ISSUER.token().email(email).mint();
        let answer = send(&layer(), bearer(&token)).await;
        assert_eq!(answer.claims().email(), Some(email));
        let identity = answer.claims().identity().unwrap();
        assert_eq!(identity.email(), Some(email));
    }
    // Half a surrogate pair is invalid, and does not become the replacement character.
    for email in [
        r#""mike@example.com\ud800""#,
        r#""mike@example.com\udc00""#,
        r#""\ud800\u0041@example.com""#,
        r#""mike@example.com\x""#,
        "\"mike@example.com\n\"",
        r#""mike@example.com\u0000""#,
        r#""\rmike@example.com""#,
        r#""mike\u0085@example.com""#,
        r#""mike@example.com\u007f""#,
    ] {
        assert_refused(&layer(), &with_claim("email", email), Kind::InvalidEmail).await;
    }
}

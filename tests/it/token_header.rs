//! The form of a token and its JOSE header.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, testing::TokenBuilder};
use serde_json::json;

use crate::support::{ISSUER, bearer, layer, send, with_field};

async fn assert_refused(token: &str, kind: Kind) {
    let answer = send(&layer(), with_field(token)).await;
    assert_eq!(answer.kind(), Some(kind), "{token}");
    answer.assert_refused(kind);
}

async fn assert_accepted(token: &str) {
    send(&layer(), bearer(token)).await.claims();
}

fn payload() -> String {
    let token = ISSUER.token().mint();
    let part = token.split('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token with a header as written, signed by the right key.
fn with_header(header: &str) -> String {
    ISSUER.sign(header, payload())
}

#[tokio::test]
async fn a_token_is_exactly_three_parts_none_of_them_empty() {
    let token = ISSUER.token().mint();
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        panic!("three parts")
    };
    for text in [
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{header}.{payload}.{payload}.{payload}.{signature}"),
        "..".to_owned(),
        ".".repeat(8192),
    ] {
        assert_refused(&text, Kind::MalformedToken).await;
    }
}

#[tokio::test]
async fn every_part_is_strict_base64url() {
    let token = ISSUER.token().mint();
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    for index in 0..3 {
        let spoil = |spoiled: String| {
            let mut parts = parts.clone();
            parts[index] = spoiled;
            parts.join(".")
        };
        let part = &parts[index];
        for spoiled in [
            format!("{part}="),
            format!("{part}=="),
            format!(" {part}"),
            format!("{part} "),
            format!("{}+{}", &part[..4], &part[5..]),
            format!("{}/{}", &part[..4], &part[5..]),
            format!("{}~{}", &part[..4], &part[5..]),
            format!("{}\u{fc}{}", &part[..4], &part[5..]),
        ] {
            assert_refused(&spoil(spoiled), Kind::MalformedToken).await;
        }
        // A group of one character, and one whose last bits are not zero.
        let whole = part.len() / 4 * 4;
        assert_refused(&spoil(format!("{}A", &part[..whole])), Kind::MalformedToken).await;
        assert_refused(
            &spoil(format!("{}AB", &part[..whole])),
            Kind::MalformedToken,
        )
        .await;
    }
}

#[tokio::test]
async fn header_and_claims_are_utf_8() {
    let header = json!({"alg": "RS256", "kid": ISSUER.key_id()}).to_string();
    let mut bad_payload = payload().into_bytes();
    bad_payload.splice(2..2, *b"\xff");
    assert_refused(&ISSUER.sign(&header, bad_payload), Kind::MalformedToken).await;
    assert_refused(
        &ISSUER.sign(b"{\"\xff\":1}", payload()),
        Kind::MalformedToken,
    )
    .await;
}

#[tokio::test]
async fn a_token_of_8_kib_is_read_and_one_byte_more_is_not() {
    let (mut largest, mut fill) = (String::new(), 5200);
    loop {
        let token = ISSUER.token().claim("fill", "x".repeat(fill)).mint();
        if token.len() > 8192 {
            assert_refused(&token, Kind::TokenTooLarge).await;
            break;
        }
        largest = token;
        fill += 1;
    }
    assert!(largest.len() >= 8191);
    assert_accepted(&largest).await;
    assert_refused(&"x".repeat(8192), Kind::MalformedToken).await;
    assert_refused(&"x".repeat(8193), Kind::TokenTooLarge).await;
}

#[tokio::test]
async fn only_rs256_is_accepted() {
    for algorithm in [
        "none", "None", "nOnE", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256",
        "EdDSA", "rs256", "RS256 ", "", "RSA",
    ] {
        let token = ISSUER.token().header("alg", algorithm).mint();
        assert_refused(&token, Kind::UnsupportedAlgorithm).await;
    }
    let without = ISSUER.token().without_header("alg").mint();
    assert_refused(&without, Kind::UnsupportedAlgorithm).await;
    for algorithm in [
        json!(["RS256"]),
        json!(256),
        json!(null),
        json!({"RS256": 1}),
    ] {
        let token = ISSUER.token().header("alg", algorithm).mint();
        assert_refused(&token, Kind::MalformedHeader).await;
    }
}

#[tokio::test]
async fn the_type_is_jwt_in_any_case_or_absent() {
    for media_type in ["JWT", "jwt", "Jwt"] {
        assert_accepted(&ISSUER.token().header("typ", media_type).mint()).await;
    }
    assert_accepted(&ISSUER.token().without_header("typ").mint()).await;
    for media_type in [
        "at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "application/jwt",
        "JWE",
        "",
    ] {
        let token = ISSUER.token().header("typ", media_type).mint();
        assert_refused(&token, Kind::UnsupportedType).await;
    }
    let token = ISSUER.token().header("typ", json!(["JWT"])).mint();
    assert_refused(&token, Kind::MalformedHeader).await;
}

#[tokio::test]
async fn a_header_that_asks_for_an_extension_is_refused_whatever_it_says() {
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!("exp")),
        ("crit", json!(null)),
        ("crit", json!(["alg"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        let token = ISSUER.token().header(name, value).mint();
        assert_refused(&token, Kind::UnsupportedExtension).await;
    }
}

#[tokio::test]
async fn the_key_id_is_a_string_of_1_to_128_bytes() {
    let refused =
        |token: TokenBuilder, kind| async move { assert_refused(&token.mint(), kind).await };
    refused(ISSUER.token().without_header("kid"), Kind::MissingKeyId).await;
    refused(ISSUER.token().header("kid", ""), Kind::MissingKeyId).await;
    refused(
        ISSUER.token().header("kid", "x".repeat(129)),
        Kind::MissingKeyId,
    )
    .await;
    refused(
        ISSUER.token().header("kid", "x".repeat(128)),
        Kind::UnknownKey,
    )
    .await;
    refused(
        ISSUER.token().header("kid", "../../etc/passwd"),
        Kind::UnknownKey,
    )
    .await;
    for value in [json!(null), json!(1), json!([ISSUER.key_id()])] {
        refused(ISSUER.token().header("kid", value), Kind::MalformedHeader).await;
    }
}

#[tokio::test]
async fn keys_inside_the_header_are_neither_read_nor_followed() {
    for (name, value) in [
        ("jku", json!("http://127.0.0.1:9/jwks.json")),
        ("x5u", json!("http://127.0.0.1:9/cert")),
        ("jwk", json!({"kty": "RSA", "n": 1})),
        ("jwk", json!("no key at all")),
        ("x5c", json!(7)),
    ] {
        assert_accepted(&ISSUER.token().header(name, value.clone()).mint()).await;
        let stranger = sequence_auth::testing::LocalIssuer::at(ISSUER.url(), "x");
        let forged = stranger
            .token()
            .project(crate::support::PROJECT)
            .header("kid", ISSUER.key_id())
            .header(name, value)
            .mint();
        assert_refused(&forged, Kind::InvalidSignature).await;
    }
}

#[tokio::test]
async fn the_header_is_one_json_object_with_every_member_once() {
    let kid = ISSUER.key_id();
    assert_accepted(&with_header(&format!(
        r#" {{ "alg" : "RS256" , "ki\u0064":"{kid}", "other": {{"a":1,"a":[1e999]}} }} "#
    )))
    .await;
    for header in [
        format!(r#"{{"alg":"RS256","kid":"{kid}","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"RS256","kid":"{kid}","ki\u0064":"{kid}"}}"#),
        format!(r#"{{"alg":"none","alg":"RS256","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"RS256","kid":"{kid}","x":1,"x":1}}"#),
        format!(r#"{{"alg":"RS256","kid":"{kid}","jwk":1,"jw\u006b":1}}"#),
        format!(r#"{{"alg":"RS256","kid":"{kid}"}} {{}}"#),
        format!(r#"{{"alg":"RS256","kid":"{kid}",}}"#),
        format!(r#"[{{"alg":"RS256","kid":"{kid}"}}]"#),
        format!(r#"["RS256","{kid}"]"#),
        r#""RS256""#.to_owned(),
        "null".to_owned(),
        "{".to_owned(),
        "RS256".to_owned(),
    ] {
        assert_refused(&with_header(&header), Kind::MalformedHeader).await;
    }
}

#[tokio::test]
async fn a_signature_by_another_key_or_over_other_bytes_is_refused() {
    let token = ISSUER.token().mint();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut flipped = bytes.clone();
    flipped[0] ^= 1;
    let zeros = [&[0; 1][..], &bytes].concat();
    let longer = [&bytes[..], &[0]].concat();
    for signature in [
        &flipped[..],
        &zeros,
        &longer,
        &bytes[1..],
        &bytes[..255],
        &[0; 256],
        &[1],
    ] {
        let forged = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
        assert_refused(&forged, Kind::InvalidSignature).await;
    }
    let other_claims = ISSUER.token().email("eve@example.com").mint();
    let (other_input, _) = other_claims.rsplit_once('.').unwrap();
    assert_refused(
        &format!("{other_input}.{signature}"),
        Kind::InvalidSignature,
    )
    .await;
}

#[tokio::test]
async fn a_bad_signature_wins_over_whatever_is_wrong_with_the_claims() {
    let signature = ISSUER.token().mint();
    let (_, signature) = signature.rsplit_once('.').unwrap();
    for token in [
        ISSUER.token().expired(),
        ISSUER.token().claim("iss", "other"),
        ISSUER.token().guest(),
        ISSUER.token().claim("exp", "soon"),
    ] {
        let token = token.mint();
        let (input, _) = token.rsplit_once('.').unwrap();
        assert_refused(&format!("{input}.{signature}"), Kind::InvalidSignature).await;
    }
}

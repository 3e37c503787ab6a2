//! Classes 3, 6, 7 and 17: the header of a token (JOSE) is read strictly, and names a single key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, testing::TokenBuilder};
use serde_json::json;

use super::{
    assert_accepted, assert_refused, payload,
    signing_key::{KEY, Key, header, layer_with, signing_input},
};
use crate::support::{ISSUER, layer};

/// Class 3: an extension that changes how the token is read. CVE-2025-59420 (Authlib) and CVE-2026-32597 (PyJWT)
/// accepted an unknown `crit`. CVE-2024-28176 (jose) decompressed a `zip`.
#[tokio::test]
async fn crit_b64_and_zip_are_refused() {
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["https://evil.example/unknown"])),
        ("crit", json!([])),
        ("crit", json!("exp")),
        ("crit", json!("")),
        ("crit", json!(null)),
        ("crit", json!(7)),
        ("crit", json!({})),
        ("crit", json!(["alg"])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("b64", json!("false")),
        ("zip", json!("DEF")),
        ("zip", json!(null)),
    ] {
        let token = ISSUER.token().header(name, value).mint();
        assert_refused(&layer(), &token, Kind::UnsupportedExtension).await;
    }
}

/// Class 3: claims without an encoding (RFC 7797), signed as they are.
#[tokio::test]
async fn unencoded_claims_are_refused() {
    for crit in [None, Some(json!(["b64"]))] {
        let mut header = header();
        header["b64"] = json!(false);
        if let Some(crit) = crit {
            header["crit"] = crit;
        }
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        for payload in [payload(), URL_SAFE_NO_PAD.encode(payload())] {
            let token = KEY.sign(&format!("{header}.{}", payload.replace('.', "")));
            assert_refused(&KEY.layer(), &token, Kind::UnsupportedExtension).await;
        }
    }
}

/// Class 6: a token of another type, signed by the right key. RFC 8725 §3.11; CVE-2026-41164 (nuts-node).
#[tokio::test]
async fn type_is_jwt_or_absent() {
    for media_type in ["JWT", "jwt", "Jwt"] {
        let token = ISSUER.token().header("typ", media_type).mint();
        assert_accepted(&layer(), &token).await;
    }
    assert_accepted(&layer(), &ISSUER.token().without_header("typ").mint()).await;
    for media_type in [
        "at+jwt",
        "application/at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "secevent+jwt",
        "application/jwt",
        "JWE",
        "JWT ",
        "",
    ] {
        let token = ISSUER.token().header("typ", media_type).mint();
        assert_refused(&layer(), &token, Kind::UnsupportedType).await;
    }
    for media_type in [json!(["JWT"]), json!(null), json!(1)] {
        let token = ISSUER.token().header("typ", media_type).mint();
        assert_refused(&layer(), &token, Kind::MalformedHeader).await;
    }
}

/// Classes 7 and 15: a token without a key ID is refused. The `kid` is not used as a path or a query, as in the labs on
/// JWT of PortSwigger's Web Security Academy.
#[tokio::test]
async fn kid_is_a_name_of_1_to_128_bytes() {
    let refused = |token: TokenBuilder, kind| async move {
        assert_refused(&layer(), &token.mint(), kind).await;
    };
    refused(ISSUER.token().without_header("kid"), Kind::MissingKeyId).await;
    for (key_id, kind) in [
        (String::new(), Kind::MissingKeyId),
        ("x".repeat(127), Kind::UnknownKey),
        ("x".repeat(128), Kind::UnknownKey),
        ("x".repeat(129), Kind::MissingKeyId),
        ("é".repeat(64), Kind::UnknownKey),
        ("é".repeat(65), Kind::MissingKeyId),
        ("x".repeat(500), Kind::MissingKeyId),
        ("x".repeat(5_000), Kind::HeaderTooLarge),
        ("x".repeat(10_000), Kind::TokenTooLarge),
        (format!(" {}", ISSUER.key_id()), Kind::UnknownKey),
        (format!("{}\0", ISSUER.key_id()), Kind::UnknownKey),
        ("../../../../dev/null".to_owned(), Kind::UnknownKey),
        ("/etc/passwd\0.pem".to_owned(), Kind::UnknownKey),
        ("' OR 1=1 --".to_owned(), Kind::UnknownKey),
        ("x' UNION SELECT 'secret".to_owned(), Kind::UnknownKey),
        ("$(touch /tmp/x)|x".to_owned(), Kind::UnknownKey),
        ("http://127.0.0.1:9/jwks.json".to_owned(), Kind::UnknownKey),
    ] {
        refused(ISSUER.token().header("kid", key_id), kind).await;
    }
    for value in [json!(null), json!(1), json!([ISSUER.key_id()]), json!({})] {
        refused(ISSUER.token().header("kid", value), Kind::MalformedHeader).await;
    }
}

/// Class 7: a good signature by a key that the token does not name. Other libraries try all keys.
#[tokio::test]
async fn signature_by_unnamed_key_is_refused() {
    let longest = "x".repeat(128);
    let other = Key::generate();
    let mut other_jwk = other.jwk();
    other_jwk["kid"] = json!(longest);
    let layer = layer_with(&[KEY.jwk(), other_jwk]);
    let naming = |key_id: &str| signing_input(&json!({"alg": "RS256", "kid": key_id}));
    assert_accepted(&layer, &KEY.sign(&naming(Key::ID))).await;
    assert_accepted(&layer, &other.sign(&naming(&longest))).await;
    for token in [KEY.sign(&naming(&longest)), other.sign(&naming(Key::ID))] {
        assert_refused(&layer, &token, Kind::InvalidSignature).await;
    }
}

/// A token with this exact header, signed by the right key.
fn with_header(header: &str) -> String {
    ISSUER.sign(header, payload())
}

/// Class 17: two readers of a repeated member may disagree. CVE-2017-12635 (CouchDB), RFC 7515 §4.
#[tokio::test]
async fn header_is_one_object_without_duplicates() {
    let kid = ISSUER.key_id();
    let header =
        format!(r#" {{ "alg" : "RS256" , "ki\u0064":"{kid}", "other": {{"a":1,"a":[1e999]}} }} "#);
    assert_accepted(&layer(), &with_header(&header)).await;
    for header in [
        format!(r#"{{"alg":"RS256","kid":"{kid}","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"RS256","kid":"{kid}","ki\u0064":"{kid}"}}"#),
        format!(r#"{{"alg":"none","alg":"RS256","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"RS256","\u0061l\u0067":"none","kid":"{kid}"}}"#),
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
        assert_refused(&layer(), &with_header(&header), Kind::MalformedHeader).await;
    }
}

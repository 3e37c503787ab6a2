//! Tokens that others signed, most of them from RFCs. The parts are as printed, and the signatures are valid.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::{
    encoding::base64url,
    issuer::test_issuer::key_set,
    jwks::KeySet,
    token::{Algorithm, PublicKey},
};

/// The key document and the token of a vector.
fn vector(document: &str) -> (String, String) {
    let vector: Value = serde_json::from_str(document).expect("JSON");
    let jwks = json!({"keys": [vector["jwk"]]}).to_string();
    let token = vector["token"].as_str().expect("a string");
    (jwks, token.to_owned())
}

/// The reason why the token is refused, or `None` for a bad signature.
fn refusal(jwks: &str, token: &str) -> Option<AuthErrorKind> {
    let issuer = Issuer::fixed("joe", jwks, Duration::ZERO, Duration::MAX);
    match issuer.verify(token.as_bytes(), SystemTime::UNIX_EPOCH) {
        Err(Unverified::Refused(kind)) => Some(kind),
        Err(Unverified::OtherAlgorithm(_)) => Some(AuthErrorKind::UnsupportedAlgorithm),
        Err(Unverified::BadSignature) => None,
        Ok(_) | Err(Unverified::KeyMissing(_)) => unreachable!("no vector holds our claims"),
    }
}

/// The token with another character near the end of a part.
fn spoil(token: &str, part: usize) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let position = parts[part].len() - 3;
    let other = if parts[part].as_bytes()[position] == b'A' {
        "B"
    } else {
        "A"
    };
    parts[part].replace_range(position..=position, other);
    parts.join(".")
}

/// The token of RFC 7520 §4.1 has the required form. Its payload is a sentence instead of claims.
#[test]
fn signature_over_a_sentence_holds() {
    let (jwks, token) = vector(include_str!("../../../tests/data/rfc7520-4.1.json"));
    let parsed = Token::split(token.as_bytes()).expect("three parts");
    let key_id = parsed.key_id(Algorithm::Rs256).expect("a good header");
    assert_eq!(key_id, "bilbo.baggins@hobbiton.example");
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let signed = parsed.decode(&mut buffer).expect("base64url");
    let keys = key_set(&jwks);
    let payload = signed.verify(keys.get(&key_id).expect("the key"));
    let text = payload.expect("a good signature").into_json();
    let text = text.expect("UTF-8");
    assert!(text.starts_with("It\u{2019}s a dangerous business, Frodo"));
    assert_eq!(refusal(&jwks, &token), Some(AuthErrorKind::MalformedClaims));
    for part in [1, 2] {
        assert_eq!(refusal(&jwks, &spoil(&token, part)), None);
    }
}

/// A signature by a key of 8192 bits. The private key was discarded.
#[test]
fn largest_signature_holds_and_a_larger_one_is_refused() {
    let (jwks, token) = vector(include_str!("../../../tests/data/rsa-8192.json"));
    assert_eq!(refusal(&jwks, &token), Some(AuthErrorKind::MalformedClaims));
    assert_eq!(refusal(&jwks, &spoil(&token, 2)), None);
    for (more, expected) in [("AA", None), ("A=", Some(AuthErrorKind::MalformedToken))] {
        assert_eq!(refusal(&jwks, &format!("{token}{more}")), expected);
    }
}

/// Asserts that a signature is valid for this key, and invalid after a change in any part.
fn assert_holds(key: &PublicKey, token: &str) {
    let holds = |token: &str| {
        let (signing_input, signature) = token.rsplit_once('.').expect("three parts");
        let signature = base64url::decode(signature.as_bytes()).expect("base64url");
        key.verify(signing_input.as_bytes(), &signature)
    };
    assert!(holds(token));
    assert!((0..3).all(|part| !holds(&spoil(token, part))));
}

/// The token of RFC 7515 §A.2 has no `kid`, which is its only defect. The test checks its signature separately.
#[test]
fn signature_of_a_token_without_kid_holds() {
    let document = include_str!("../../../tests/data/rfc7515-a2.json");
    let (jwks, token) = vector(&document.replace(r#""kty""#, r#""kid":"A.2","kty""#));
    assert_eq!(refusal(&jwks, &token), Some(AuthErrorKind::MissingKeyId));
    let keys = key_set(&jwks);
    assert_holds(keys.get("A.2").expect("the key"), &token);
}

/// The token of RFC 7515 §A.3 has no `kid` either.
#[test]
fn signature_by_a_p256_key_holds() {
    let document = include_str!("../../../tests/data/rfc7515-a3.json");
    let (jwks, token) = vector(&document.replace(r#""kty""#, r#""kid":"A.3","kty""#));
    let keys = KeySet::parse(jwks.as_bytes(), Algorithm::Es256, None).expect("a usable key");
    assert_holds(keys.get("A.3").expect("the key"), &token);
    let parsed = Token::split(token.as_bytes()).expect("three parts");
    let key_id = parsed.key_id(Algorithm::Es256);
    assert_eq!(key_id, Err(AuthErrorKind::MissingKeyId));
    let key_id = parsed.key_id(Algorithm::Rs256);
    assert_eq!(key_id, Err(AuthErrorKind::UnsupportedAlgorithm));
}

//! Tokens that others signed, most of them in RFCs: the splitter takes them apart as printed, and their signatures hold.

use serde_json::{Value, json};

use super::*;
use crate::token::Signed;

fn vector(document: &str) -> (KeySet, String) {
    let vector: Value = serde_json::from_str(document).expect("JSON");
    let keys = json!({"keys": [vector["jwk"]]}).to_string();
    let keys = KeySet::parse(keys.as_bytes(), None).expect("a usable key");
    let token = vector["token"].as_str().expect("a string");
    (keys, token.to_owned())
}

fn verify(keys: &KeySet, token: &str) -> Option<AuthErrorKind> {
    let token = Token::split(token.as_bytes()).expect("three parts");
    let verifier = Verifier::new("joe", "", Duration::ZERO, Duration::MAX);
    let verified = verifier.verify(keys, &token, SystemTime::UNIX_EPOCH);
    verified.err()
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

/// RFC 7520 §4.1 has all that we ask of a token's form. What it signs is a sentence, and no claims.
#[test]
fn the_signature_over_a_sentence_holds_and_a_sentence_is_no_claims() {
    let (keys, token) = vector(include_str!("../../../tests/data/rfc7520-4.1.json"));
    let parsed = Token::split(token.as_bytes()).expect("three parts");
    let key_id = parsed.key_id().expect("a good header");
    assert_eq!(key_id, "bilbo.baggins@hobbiton.example");
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let payload = parsed.decode(&mut buffer).and_then(Signed::into_claims);
    let payload = payload.expect("UTF-8");
    assert!(payload.starts_with("It\u{2019}s a dangerous business, Frodo"));
    assert_eq!(verify(&keys, &token), Some(AuthErrorKind::MalformedClaims));
    for part in [1, 2] {
        let spoiled = spoil(&token, part);
        assert_eq!(
            verify(&keys, &spoiled),
            Some(AuthErrorKind::InvalidSignature)
        );
    }
}

/// By a key of 8192 bits, whose private part was never kept.
#[test]
fn the_largest_signature_is_checked_and_a_larger_one_is_refused_for_what_it_is() {
    let (keys, token) = vector(include_str!("../../../tests/data/rsa-8192.json"));
    assert_eq!(verify(&keys, &token), Some(AuthErrorKind::MalformedClaims));
    let spoiled = spoil(&token, 2);
    assert_eq!(
        verify(&keys, &spoiled),
        Some(AuthErrorKind::InvalidSignature)
    );
    for (more, refusal) in [
        ("AA", AuthErrorKind::InvalidSignature),
        ("A=", AuthErrorKind::MalformedToken),
    ] {
        assert_eq!(verify(&keys, &format!("{token}{more}")), Some(refusal));
    }
}

/// RFC 7515 §A.2 names no key and is refused for that alone, so that its signature is checked by itself.
#[test]
fn the_signature_of_a_token_that_names_no_key_holds_too() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    let document = include_str!("../../../tests/data/rfc7515-a2.json");
    let (keys, token) = vector(&document.replace(r#""kty""#, r#""kid":"A.2","kty""#));
    assert_eq!(verify(&keys, &token), Some(AuthErrorKind::MissingKeyId));
    let key = keys.get("A.2").expect("the key");
    let holds = |token: &str| {
        let (signing_input, signature) = token.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        key.verify(signing_input.as_bytes(), &signature)
    };
    assert!(holds(&token));
    assert!((0..3).all(|part| !holds(&spoil(&token, part))));
}

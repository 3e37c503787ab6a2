//! From key documents to key sets.

mod es256;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::*;

const PRODUCTION: &str = include_str!("../../../../tests/data/production-jwks.json");
const DEV: &str = include_str!("../../../../tests/data/dev-jwks.json");

fn key(document: &str) -> Value {
    let document: Value = serde_json::from_str(document).expect("JSON");
    document["keys"][0].clone()
}

/// The production key with some members replaced.
fn key_with(members: &Value) -> Value {
    let mut key = key(PRODUCTION);
    for (name, value) in members.as_object().expect("an object") {
        key[name] = value.clone();
    }
    key
}

fn parse(keys: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::parse(
        json!({ "keys": keys }).to_string().as_bytes(),
        Algorithm::Rs256,
        None,
    )
}

#[test]
fn the_production_key_verifies_what_production_signed() {
    let sample = include_str!("../../../../tests/data/production-signature.json");
    let sample: Value = serde_json::from_str(sample).expect("JSON");
    let text = |name: &str| sample[name].as_str().expect("a string");
    let signature = STANDARD.decode(text("signature_base64")).expect("base64");
    let keys = KeySet::parse(PRODUCTION.as_bytes(), Algorithm::Rs256, None).expect("a usable key");
    let key = keys.get(text("kid")).expect("the key that signed");
    assert!(key.verify(text("message").as_bytes(), &signature));
    assert!(!key.verify(b"another message", &signature));
    let other = KeySet::parse(DEV.as_bytes(), Algorithm::Rs256, None).expect("a usable key");
    let other = other.keys.values().next().expect("one key");
    assert!(!other.verify(text("message").as_bytes(), &signature));
}

#[test]
fn unusable_keys_are_skipped_one_by_one() {
    let good = key(PRODUCTION);
    let unusable = [
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "a"}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "a"}),
        json!({"kty": "oct", "k": "AA", "kid": "a"}),
        json!({"kty": "new", "kid": "a"}),
        key_with(&json!({"kid": null})),
        key_with(&json!({"kid": ""})),
        key_with(&json!({"kid": 7})),
        key_with(&json!({"kid": "a", "kty": "rsa"})),
        key_with(&json!({"kid": "a", "use": "enc"})),
        key_with(&json!({"kid": "a", "key_ops": ["sign"]})),
        key_with(&json!({"kid": "a", "key_ops": []})),
        key_with(&json!({"kid": "a", "alg": "RS512"})),
        key_with(&json!({"kid": "a", "alg": "PS256"})),
        key_with(&json!({"kid": "a", "alg": "new"})),
        key_with(&json!({"kid": "a", "d": "AQAB"})),
        key_with(&json!({"kid": "a", "d": null, "e": "AQAC"})),
        key_with(&json!({"kid": "a", "e": "AQ"})),
        key_with(&json!({"kid": "a", "e": ""})),
        key_with(&json!({"kid": "a", "e": "AAAA"})),
        key_with(&json!({"kid": "a", "e": "AgAAAAE"})),
        key_with(&json!({"kid": "a", "e": "AQAAAAAAAAAAAQ"})),
        key_with(&json!({"kid": "a", "e": "AQAAAAAAAAAD"})),
        key_with(&json!({"kid": "a", "e": "AQAB="})),
        key_with(&json!({"kid": "a", "n": "not base64!"})),
        key_with(&json!({"kid": "a", "n": ""})),
    ];
    let keys = parse(&[&unusable[..], &[good]].concat()).expect("one usable key");
    assert_eq!(
        keys.key_ids(),
        [key(PRODUCTION)["kid"].as_str().expect("a string")]
    );
    for entry in unusable {
        let error = parse(std::slice::from_ref(&entry))
            .map(|_| entry)
            .expect_err("no key");
        assert_eq!(error, KeySetError::NoUsableKey(Algorithm::Rs256));
    }
}

/// A plausible modulus of `bits` bits: its highest and lowest bits are set.
fn modulus(bits: usize) -> String {
    let mut bytes = vec![0xff; bits.div_ceil(8)];
    bytes[0] >>= bytes.len() * 8 - bits;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn the_modulus_has_2048_to_8192_bits_and_is_odd() {
    for (bits, is_usable) in [
        (1024, false),
        (2047, false),
        (2048, true),
        (4096, true),
        (8192, true),
        (8193, false),
        (16384, false),
    ] {
        let parsed = parse(&[key_with(&json!({"n": modulus(bits)}))]);
        assert_eq!(parsed.is_ok(), is_usable, "{bits}");
    }
    let mut even = vec![0xff; 256];
    even[255] = 0xfe;
    let even = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(even);
    parse(&[key_with(&json!({"n": even}))]).expect_err("an even modulus");
}

#[test]
fn purpose_is_optional_and_leading_zeros_are_dropped() {
    let plain = key(PRODUCTION);
    let (e, n) = (&plain["e"], &plain["n"]);
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut zeros = vec![0, 0];
    zeros.extend(
        url_safe
            .decode(n.as_str().expect("a string"))
            .expect("base64"),
    );
    for entry in [
        json!({"kty": "RSA", "kid": "a", "e": e, "n": n}),
        key_with(&json!({"kid": "a", "key_ops": ["verify"], "x5c": ["AA"], "new": {"a": 1}})),
        key_with(&json!({"kid": "a", "n": url_safe.encode(zeros), "e": "AAEAAQ"})),
        key_with(&json!({"kid": "a", "e": "Af____8"})),
    ] {
        assert_eq!(parse(&[entry]).expect("a usable key").key_ids(), ["a"]);
    }
}

#[test]
fn what_a_key_does_not_need_is_not_judged_and_no_member_comes_twice() {
    let key = key(PRODUCTION).to_string();
    for (members, is_usable) in [
        (r#""new":1e400"#, true),
        (r#""new":{"a":1,"a":2}"#, true),
        (r#""crv":7,"x":[],"y":null"#, true),
        (r#""n":"AQAB""#, false),
        (r#""\u006bid":"b""#, false),
        (r#""new":1,"new":1"#, false),
    ] {
        let document = format!(r#"{{"keys":[{{{members},{}]}}"#, &key[1..]);
        let parsed = KeySet::parse(document.as_bytes(), Algorithm::Rs256, None);
        assert_eq!(parsed.is_ok(), is_usable, "{members}");
    }
}

#[test]
fn repeated_key_is_one_key() {
    let once = key_with(&json!({"kid": "a"}));
    let mut zeros = vec![0];
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let modulus = once["n"].as_str().expect("a string");
    zeros.extend(url_safe.decode(modulus).expect("base64"));
    // The same key in another encoding, and with other members.
    for again in [
        once.clone(),
        key_with(&json!({"kid": "a", "n": url_safe.encode(zeros)})),
        json!({"kty": "RSA", "kid": "a", "n": modulus, "e": once["e"], "x5t": "AA"}),
    ] {
        let keys = parse(&[once.clone(), again.clone(), again]).expect("a key");
        assert_eq!(keys.key_ids(), ["a"]);
        assert!(keys.ambiguous().is_empty());
    }
}

#[test]
fn different_keys_with_the_same_id_are_not_used_and_others_are() {
    let first = key_with(&json!({"kid": "a"}));
    let mut second = key(DEV);
    second["kid"] = json!("a");
    let other_exponent = key_with(&json!({"kid": "a", "e": "Aw"}));
    let alone = key_with(&json!({"kid": "b"}));
    for keys in [
        [&first, &second, &alone, &alone],
        [&first, &first, &second, &alone],
        [&first, &second, &first, &alone],
        [&alone, &second, &first, &first],
        [&first, &other_exponent, &alone, &alone],
    ] {
        let keys = parse(&keys.map(Value::clone)).expect("one usable key");
        assert_eq!(keys.key_ids(), ["b"]);
        assert_eq!(keys.ambiguous(), ["a"]);
    }
    assert_eq!(
        parse(&[first, second]).expect_err("no key"),
        KeySetError::NoUsableKey(Algorithm::Rs256)
    );
}

#[test]
fn a_document_has_up_to_128_keys() {
    let keys: Vec<_> = (0..129)
        .map(|number| key_with(&json!({"kid": number.to_string()})))
        .collect();
    assert_eq!(parse(&keys[1..]).expect("128 keys").keys.len(), 128);
    assert_eq!(
        parse(&keys).expect_err("129 keys"),
        KeySetError::TooManyKeys
    );
}

#[test]
fn document_without_a_key_set_is_refused() {
    for (document, error) in [
        ("", KeySetError::NotJson),
        ("null", KeySetError::NotJson),
        ("[]", KeySetError::NotJson),
        ("<html></html>", KeySetError::NotJson),
        (r#"{"keys":{}}"#, KeySetError::NotJson),
        (r#"{"keys":null}"#, KeySetError::NotJson),
        (r#"{"keys":[]"#, KeySetError::NotJson),
        (r#"{"keys":[],"keys":[]}"#, KeySetError::NotJson),
        (r#"{"keys":[]} {}"#, KeySetError::NotJson),
        ("{}", KeySetError::NoKeys),
        (r#"{"keys":[]}"#, KeySetError::NoUsableKey(Algorithm::Rs256)),
    ] {
        let refused =
            KeySet::parse(document.as_bytes(), Algorithm::Rs256, None).expect_err(document);
        assert_eq!(refused, error, "{document}");
    }
    KeySet::parse(b"{\"keys\":[\"\xff\"]}", Algorithm::Rs256, None).expect_err("no UTF-8");
}

#[test]
fn unchanged_key_stays_the_same_object() {
    let first = parse(&[key_with(&json!({"kid": "a"}))]).expect("a key");
    let document = json!({"keys": [key_with(&json!({"kid": "a"})), key(DEV)]}).to_string();
    let second =
        KeySet::parse(document.as_bytes(), Algorithm::Rs256, Some(&first)).expect("two keys");
    assert!(Arc::ptr_eq(&first.keys["a"], &second.keys["a"]));
    let mut changed = key(DEV);
    changed["kid"] = json!("a");
    let document = json!({ "keys": [changed] }).to_string();
    let third = KeySet::parse(document.as_bytes(), Algorithm::Rs256, Some(&second)).expect("a key");
    assert!(!Arc::ptr_eq(&second.keys["a"], &third.keys["a"]));

    let dev = || vec![key(DEV)["kid"].as_str().expect("a string").to_owned()];
    let a = || vec!["a".to_owned()];
    assert!(second.changes_from(&second).is_empty());
    let added = second.changes_from(&first);
    assert_eq!(
        (added.added, added.removed, added.replaced),
        (dev(), vec![], vec![])
    );
    let changed = third.changes_from(&second);
    assert_eq!(
        (changed.added, changed.removed, changed.replaced),
        (vec![], dev(), a())
    );
}

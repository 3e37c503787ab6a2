//! From key documents to keys for ES256.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key")
}

/// The point of a key, uncompressed.
fn point(pair: &EcdsaKeyPair) -> Vec<u8> {
    pair.public_key().as_ref().to_vec()
}

fn jwk(pair: &EcdsaKeyPair) -> Value {
    let point = point(pair);
    let [x, y] = [&point[1..33], &point[33..]].map(|number| URL_SAFE_NO_PAD.encode(number));
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "a", "x": x, "y": y})
}

/// A key with some members replaced, or removed by null.
fn with(jwk: &Value, members: &Value) -> Value {
    let mut jwk = jwk.clone();
    let jwk_members = jwk.as_object_mut().expect("an object");
    for (name, value) in members.as_object().expect("an object") {
        jwk_members.insert(name.clone(), value.clone());
    }
    jwk_members.retain(|_, value| !value.is_null());
    jwk
}

fn parse_for(algorithm: Algorithm, keys: &[Value]) -> Result<KeySet, KeySetError> {
    let document = json!({ "keys": keys }).to_string();
    KeySet::parse(document.as_bytes(), algorithm, None)
}

fn parse(keys: &[Value]) -> Result<KeySet, KeySetError> {
    parse_for(Algorithm::Es256, keys)
}

fn verifies(keys: &KeySet, pair: &EcdsaKeyPair) -> bool {
    let signature = pair.sign(&SystemRandom::new(), b"message");
    let signature = signature.expect("a signature");
    let key = keys.get("a").expect("the key");
    key.verify(b"message", signature.as_ref())
}

/// Asserts that a key is skipped beside a good one, for this reason.
fn assert_skipped(unusable: &Value, reason: &str) {
    let entry = unusable.to_string();
    let read = crate::jwks::jwk::read(&entry, Algorithm::Es256);
    assert_eq!(read.err(), Some(reason), "{entry}");
    let alone = parse(std::slice::from_ref(unusable)).expect_err("no key");
    assert_eq!(alone, KeySetError::NoUsableKey(Algorithm::Es256), "{entry}");
    let good = new_key();
    let keys = parse(&[unusable.clone(), jwk(&good)]).expect("one usable key");
    assert!(
        verifies(&keys, &good) && keys.ambiguous().is_empty(),
        "{entry}"
    );
}

#[test]
fn key_verifies_what_it_signed_and_its_purpose_is_optional() {
    let pair = new_key();
    let key = jwk(&pair);
    for members in [
        json!({}),
        json!({"use": null, "alg": null}),
        json!({"key_ops": ["verify"], "x5c": ["AA"], "new": {"a": 1}}),
        // Members of other key types are ignored.
        json!({"n": 7, "e": [], "k": "AA"}),
    ] {
        let keys = parse(&[with(&key, &members)]).expect("a usable key");
        assert!(verifies(&keys, &pair), "{members}");
        assert!(!verifies(&keys, &new_key()), "{members}");
    }
}

#[test]
fn keys_for_other_uses_are_skipped() {
    let key = jwk(&new_key());
    for (members, reason) in [
        (json!({"use": "enc"}), "its use is not sig"),
        (json!({"key_ops": ["sign"]}), "its key_ops lack verify"),
        (json!({"key_ops": []}), "its key_ops lack verify"),
        (json!({"d": "AA"}), "its private part is published with it"),
        (json!({"kid": null}), "it has no kid"),
        (json!({"kid": ""}), "it has no kid"),
        (json!({"kid": 7}), "it is not a well-formed JWK"),
        (json!({"x": 7}), "it is not a well-formed JWK"),
        (json!({"alg": "ES384"}), "its alg is not ES256"),
        (json!({"alg": "ES256K"}), "its alg is not ES256"),
        (json!({"alg": "RS256"}), "its alg is not ES256"),
        (json!({"alg": "ECDH-ES"}), "its alg is not ES256"),
        (json!({"alg": "new"}), "its alg is not ES256"),
    ] {
        assert_skipped(&with(&key, &members), reason);
    }
}

#[test]
fn keys_of_other_types_and_curves_are_skipped() {
    let key = jwk(&new_key());
    for members in [
        json!({"kty": null}),
        json!({"kty": "ec"}),
        json!({"kty": "RSA"}),
        json!({"kty": "new"}),
        json!({"kty": "OKP", "crv": "Ed25519", "alg": null}),
        json!({"kty": "oct", "k": "AA", "alg": null}),
    ] {
        assert_skipped(&with(&key, &members), "it is not an EC key");
    }
    assert_skipped(
        &with(&super::key(PRODUCTION), &json!({"kid": "a"})),
        "it is not an EC key",
    );
    for curve in [
        json!(null),
        json!(""),
        json!("p-256"),
        json!("P-384"),
        json!("P-521"),
        json!("secp256k1"),
    ] {
        assert_skipped(
            &with(&key, &json!({"crv": curve})),
            "its curve is not P-256",
        );
    }
    for jwk in [
        key,
        json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": "AA", "y": "AA"}),
    ] {
        let read = crate::jwks::jwk::read(&jwk.to_string(), Algorithm::Rs256);
        assert_eq!(read.err(), Some("it is not an RSA key"));
    }
}

#[test]
fn coordinates_have_32_bytes() {
    let pair = new_key();
    let (key, point) = (jwk(&pair), point(&pair));
    for (name, number) in [("x", &point[1..33]), ("y", &point[33..])] {
        let reason = format!("its {name} is not 32 bytes in base64url");
        let encoded = URL_SAFE_NO_PAD.encode(number);
        for other in [
            json!(null),
            json!(""),
            json!(URL_SAFE_NO_PAD.encode(&number[..31])),
            json!(URL_SAFE_NO_PAD.encode(&number[1..])),
            json!(URL_SAFE_NO_PAD.encode([&[0], number].concat())),
            json!(URL_SAFE_NO_PAD.encode([number, &[0]].concat())),
            // Compressed and uncompressed points instead of coordinates.
            json!(URL_SAFE_NO_PAD.encode([&[2], number].concat())),
            json!(URL_SAFE_NO_PAD.encode([&[3], number].concat())),
            json!(URL_SAFE_NO_PAD.encode(&point)),
            json!(format!("{encoded}=")),
            json!(format!("{encoded} ")),
            json!(STANDARD.encode([0xff; 32])),
            json!("not base64!"),
        ] {
            assert_skipped(&with(&key, &json!({ name: other })), &reason);
        }
    }
}

/// These are keys of Project Wycheproof.
#[test]
fn leading_zeros_of_coordinates_belong_to_them() {
    for (x, y, name, stripped) in [
        (
            "AAAAA_oV-WOUnV8DpvXH-G-eABXusjrrv_EXOTe6dI4",
            "EJmHIHDo6HxVX6E2Wcyl1_rc_LACPqiJVIykivK6fnE",
            "x",
            "A_oV-WOUnV8DpvXH-G-eABXusjrrv_EXOTe6dI4",
        ),
        (
            "vLspFMefBF6qbsu8YSgWs75dLWeWcH2BJen4UcGK8BU",
            "AAAAABNSu0oPoupMzrmrY91oSt5aESe88wCmmKcZO8I",
            "y",
            "E1K7Sg-i6kzOuatj3WhK3loRJ7zzAKaYpxk7wg",
        ),
    ] {
        let key = json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": x, "y": y});
        assert_eq!(
            parse(std::slice::from_ref(&key)).expect("a key").key_ids(),
            ["a"]
        );
        let reason = format!("its {name} is not 32 bytes in base64url");
        assert_skipped(&with(&key, &json!({ name: stripped })), &reason);
    }
}

#[test]
fn point_that_is_not_on_the_curve_is_skipped() {
    let key = jwk(&new_key());
    let zero = URL_SAFE_NO_PAD.encode([0; 32]);
    for members in [
        json!({"x": key["y"]}),
        json!({"x": key["y"], "y": key["x"]}),
        json!({"x": zero, "y": zero}),
        json!({"x": zero}),
    ] {
        assert_skipped(&with(&key, &members), "its point is not on the curve");
    }
}

#[test]
fn repeated_key_is_one_key_and_two_are_none() {
    let (pair, alone) = (new_key(), with(&jwk(&new_key()), &json!({"kid": "b"})));
    let once = jwk(&pair);
    let again = with(&once, &json!({"use": null, "alg": null, "x5t": "AA"}));
    let keys = parse(&[once.clone(), again.clone(), alone.clone()]).expect("two keys");
    assert_eq!(keys.key_ids(), ["a", "b"]);
    assert!(verifies(&keys, &pair) && keys.ambiguous().is_empty());
    for second in [
        jwk(&new_key()),
        // The negative point, which has the same `x`.
        with(&once, &json!({"y": negative(&point(&pair)[33..])})),
    ] {
        let keys = parse(&[once.clone(), second, again.clone(), alone.clone()]);
        let keys = keys.expect("one key");
        assert_eq!(
            (keys.key_ids(), keys.ambiguous()),
            (vec!["b".to_owned()], &["a".to_owned()][..])
        );
    }
}

/// The prime of the field minus `y`, encoded.
fn negative(y: &[u8]) -> String {
    let prime = URL_SAFE_NO_PAD.decode("_____wAAAAEAAAAAAAAAAAAAAAD_______________8");
    let mut borrow = 0;
    let mut difference = prime.expect("base64url");
    for (digit, other) in difference.iter_mut().zip(y).rev() {
        let less = i16::from(*digit) - i16::from(*other) - borrow;
        borrow = i16::from(less < 0);
        *digit = less.rem_euclid(256).to_le_bytes()[0];
    }
    URL_SAFE_NO_PAD.encode(difference)
}

#[test]
fn document_of_both_types_gives_each_algorithm_its_own_key() {
    let pair = new_key();
    let keys = [with(&key(PRODUCTION), &json!({"kid": "a"})), jwk(&pair)];
    for keys in [keys.clone(), [keys[1].clone(), keys[0].clone()]] {
        let [rsa, ec] = [Algorithm::Rs256, Algorithm::Es256].map(|algorithm| {
            let set = parse_for(algorithm, &keys).expect("one key");
            assert_eq!(set.key_ids(), ["a"]);
            assert!(set.ambiguous().is_empty());
            set
        });
        assert!(verifies(&ec, &pair) && !verifies(&rsa, &pair));
        assert!(!rsa.holds_all(&ec) && !ec.holds_all(&rsa));
    }
}

#[test]
fn unchanged_key_stays_the_same_object_and_a_new_one_replaces_it() {
    let key = jwk(&new_key());
    let first = parse(std::slice::from_ref(&key)).expect("a key");
    let next = |key: &Value| {
        let document = json!({ "keys": [key] }).to_string();
        KeySet::parse(document.as_bytes(), Algorithm::Es256, Some(&first)).expect("a key")
    };
    assert!(Arc::ptr_eq(&first.keys["a"], &next(&key).keys["a"]));
    let pair = new_key();
    let changed = next(&jwk(&pair));
    assert!(!Arc::ptr_eq(&first.keys["a"], &changed.keys["a"]));
    assert!(verifies(&changed, &pair));
}

#[test]
fn key_is_found_by_the_header_of_its_own_algorithm() {
    let keys = parse(&[jwk(&new_key())]).expect("a key");
    let header = |algorithm| token::issuer_header(algorithm, "a").expect("a header");
    assert!(keys.by_header(&header(Algorithm::Es256)).is_some());
    assert!(keys.by_header(&header(Algorithm::Rs256)).is_none());
}

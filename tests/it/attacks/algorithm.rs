//! Classes 1 and 2: a token cannot choose the algorithm of its own check.

use aws_lc_rs::{
    hmac::{self, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
        RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use sequence_auth::AuthErrorKind as Kind;
use serde_json::json;

use super::{
    assert_accepted, assert_refused,
    signing_key::{KEY, Key, header, layer_with, signing_input, with_signature},
};
use crate::support::{ISSUER, layer};

const HMACS: [(&str, hmac::Algorithm); 3] = [
    ("HS256", HMAC_SHA256),
    ("HS384", HMAC_SHA384),
    ("HS512", HMAC_SHA512),
];

/// Every public text about the key that a verifier could confuse with a shared secret.
fn public_texts() -> Vec<Vec<u8>> {
    let (jwk, modulus) = (KEY.jwk(), KEY.modulus());
    let mut texts = vec![
        Vec::new(),
        vec![0],
        URL_SAFE_NO_PAD.encode(&modulus).into(),
        modulus,
        jwk.to_string().into(),
        json!({ "keys": [jwk] }).to_string().into(),
        Key::ID.into(),
    ];
    let [pkcs1, x509] = KEY.public_der();
    for (label, der) in [("RSA PUBLIC KEY", pkcs1), ("PUBLIC KEY", x509)] {
        let pem = pem(label, &der);
        texts.extend([der, pem.trim_end().into(), pem.into()]);
    }
    texts
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

/// A token with an HMAC, under the right key's id.
fn forged(name: &str, algorithm: hmac::Algorithm, secret: &[u8]) -> String {
    let mut header = header();
    header["alg"] = json!(name);
    let input = signing_input(&header);
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
    with_signature(&input, tag.as_ref())
}

/// Class 1: the public key as the secret of an HMAC. CVE-2022-29217 (PyJWT), CVE-2024-33663
/// (python-jose), CVE-2023-48223 (fast-jwt).
#[tokio::test]
async fn hmac_keyed_with_public_key_is_refused() {
    let mut without_algorithm = KEY.jwk();
    without_algorithm.as_object_mut().unwrap().remove("alg");
    for layer in [KEY.layer(), layer_with(&[without_algorithm])] {
        for secret in public_texts() {
            for (name, algorithm) in HMACS {
                let token = forged(name, algorithm, &secret);
                assert_refused(&layer, &token, Kind::UnsupportedAlgorithm).await;
            }
        }
    }
}

/// Class 1: a shared secret in the key document itself. CVE-2026-22817 (Hono).
#[tokio::test]
async fn symmetric_key_in_jwks_verifies_nothing() {
    let secret = b"published by mistake";
    let oct =
        json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode(secret), "kid": "oct", "alg": "HS256"});
    let layer = layer_with(&[KEY.jwk(), oct]);
    for (name, kind) in [
        ("HS256", Kind::UnsupportedAlgorithm),
        ("RS256", Kind::UnknownKey),
    ] {
        let input = signing_input(&json!({"alg": name, "kid": "oct"}));
        let tag = hmac::sign(&hmac::Key::new(HMAC_SHA256, secret), input.as_bytes());
        assert_refused(&layer, &with_signature(&input, tag.as_ref()), kind).await;
    }
}

/// Class 1: the right key, used in a way in which the issuer never uses it. RFC 8725 §3.1.
#[tokio::test]
async fn other_rsa_signatures_are_refused() {
    let layer = KEY.layer();
    assert_accepted(&layer, &KEY.sign(&signing_input(&header()))).await;
    let encodings: [(&str, &'static dyn RsaEncoding); 5] = [
        ("RS384", &RSA_PKCS1_SHA384),
        ("RS512", &RSA_PKCS1_SHA512),
        ("PS256", &RSA_PSS_SHA256),
        ("PS384", &RSA_PSS_SHA384),
        ("PS512", &RSA_PSS_SHA512),
    ];
    for (name, encoding) in encodings {
        // Under its own name, and under the accepted name.
        for (name, kind) in [
            (name, Kind::UnsupportedAlgorithm),
            ("RS256", Kind::InvalidSignature),
        ] {
            let mut header = header();
            header["alg"] = json!(name);
            let input = signing_input(&header);
            let token = with_signature(&input, &KEY.signature(encoding, &input));
            assert_refused(&layer, &token, kind).await;
        }
    }
}

/// Class 1: a key of another type under the right key's id. CVE-2022-23539 (jsonwebtoken for Node).
#[tokio::test]
async fn ecdsa_signature_is_refused() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    for (name, kind) in [
        ("ES256", Kind::UnsupportedAlgorithm),
        ("RS256", Kind::InvalidSignature),
    ] {
        let input = signing_input(&json!({"alg": name, "kid": Key::ID}));
        let signature = pair.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        let token = with_signature(&input, signature.as_ref());
        assert_refused(&KEY.layer(), &token, kind).await;
    }
}

/// Classes 1 and 2: every `alg` except exactly `RS256` is refused, including every spelling of `none`, although the
/// right key signed the token. CVE-2015-9235 and CVE-2022-23540 (jsonwebtoken for Node).
#[tokio::test]
async fn algorithm_is_exactly_rs256() {
    for algorithm in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        "HS256",
        "HS384",
        "HS512",
        "RS384",
        "RS512",
        "PS256",
        "ES256",
        "EdDSA",
        "rs256",
        "Rs256",
        "RS256 ",
        " RS256",
        "RS256\0",
        "ＲＳ256",
        "",
        "RSA",
        "sha256WithRSAEncryption",
    ] {
        let token = ISSUER.token().header("alg", algorithm).mint();
        assert_refused(&layer(), &token, Kind::UnsupportedAlgorithm).await;
    }
    let without = ISSUER.token().without_header("alg").mint();
    assert_refused(&layer(), &without, Kind::UnsupportedAlgorithm).await;
    for algorithm in [
        json!(["RS256"]),
        json!(256),
        json!(null),
        json!(true),
        json!({"RS256": 1}),
    ] {
        let token = ISSUER.token().header("alg", algorithm).mint();
        assert_refused(&layer(), &token, Kind::MalformedHeader).await;
    }
}

//! The key document: a layer that is built from it has only keys for its algorithm, under the ids that `health` lists,
//! and none of them accepts a forged signature.

#![no_main]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use sequence_auth::{AuthErrorKind, SequenceAuthLayer, SequenceAuthLayerBuilder};
use sequence_auth_fuzz::{OMS_ISSUER_URL, OMS_PROJECT, PROJECT, run};
use serde_json::{Value, json};

fuzz_target!(|document: &[u8]| {
    let embedded_wallet = SequenceAuthLayer::builder(PROJECT);
    check(document, embedded_wallet, "RS256", "RSA");
    let oms_wallet = SequenceAuthLayer::oms_wallet(OMS_PROJECT, OMS_ISSUER_URL);
    check(document, oms_wallet, "ES256", "EC");
});

fn check(document: &[u8], builder: SequenceAuthLayerBuilder, algorithm: &str, key_type: &str) {
    let Ok(layer) = builder.static_keys(document).build() else {
        return;
    };
    let key_ids = layer.health().key_ids().to_vec();
    assert!((1..=128).contains(&key_ids.len()));
    let document: Option<Value> = serde_json::from_slice(document).ok();
    for key_id in &key_ids {
        if let Some(document) = &document {
            assert!(publishes(document, key_id, key_type), "{key_id}");
        }
        let header = json!({"alg": algorithm, "kid": key_id}).to_string();
        let header = URL_SAFE_NO_PAD.encode(header);
        let refused = run(layer.verifier().verify(&format!("{header}.e30.AAAA")));
        let kind = refused.expect_err("nobody has signed").kind();
        if key_id.len() <= 128 {
            assert_eq!(kind, AuthErrorKind::InvalidSignature);
        }
    }
}

fn publishes(document: &Value, key_id: &str, key_type: &str) -> bool {
    let keys = document["keys"].as_array().expect("an array of keys");
    keys.iter()
        .any(|key| key["kid"] == key_id && key["kty"] == key_type && key["d"].is_null())
}

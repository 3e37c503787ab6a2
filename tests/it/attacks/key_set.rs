//! Classes 8 and 13: without keys every token is refused, and weak or hostile keys verify nothing.

use sequence_auth::{AuthErrorKind as Kind, FetchError, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::{Value, json};

use super::{
    assert_accepted, assert_refused,
    signing_key::{KEY, Key, header, layer_with, signing_input},
};
use crate::support::PROJECT;

/// Class 8: if the layer never received keys, it has no keys to fall back to. CVE-2026-31837 (Istio).
#[tokio::test(start_paused = true)]
async fn no_token_passes_without_keys() {
    let issuer = LocalIssuer::new();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .key_fetcher(|| async { Err(FetchError::new("the issuer is down")) })
        .build()
        .unwrap();
    for layer in [layer.clone(), layer.optional()] {
        for token in [
            issuer.token(),
            LocalIssuer::new().token(),
            issuer.token().header("kid", "0"),
            issuer.token().header("kid", "default"),
        ] {
            assert_refused(&layer, &token.mint(), Kind::KeysUnavailable).await;
        }
        let none = issuer.token().header("alg", "none").mint();
        assert_refused(&layer, &none, Kind::UnsupportedAlgorithm).await;
    }
}

/// Class 13: keys that verify any signature, or that anyone can break, beside a good key. The tests of `jwks::key_set`
/// have more of them, with the reason why each is skipped. RFC 8725 §3.5.
#[tokio::test]
async fn weak_or_hostile_key_verifies_nothing() {
    let with = |name: &str, value: Value| {
        let mut jwk = Key::jwk(&KEY);
        jwk["kid"] = json!("hostile");
        jwk[name] = value;
        jwk
    };
    let good = Key::generate();
    for hostile in [
        // With the exponent 1, every message is its own signature.
        with("e", json!("AQ")),
        with("e", json!("AA")),
        with("e", json!("")),
        with("n", json!("AQ")),
        with("n", json!("")),
        with("kty", json!("oct")),
        with("use", json!("enc")),
        with("alg", json!("none")),
        with("alg", json!("HS256")),
        with("key_ops", json!(["encrypt"])),
        with("d", json!("AQAB")),
    ] {
        let layer = layer_with(&[hostile, good.jwk()]);
        assert_accepted(&layer, &good.sign(&signing_input(&header()))).await;
        let input = signing_input(&json!({"alg": "RS256", "kid": "hostile"}));
        assert_refused(&layer, &KEY.sign(&input), Kind::UnknownKey).await;
    }
    let input = signing_input(&json!({"alg": "RS256", "kid": "hostile"}));
    let sound = layer_with(&[with("use", json!("sig")), good.jwk()]);
    assert_accepted(&sound, &KEY.sign(&input)).await;
}

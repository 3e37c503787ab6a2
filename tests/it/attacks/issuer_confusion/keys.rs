//! Class 31: a key of one issuer never verifies a token for the other issuer, even if both keys have the same ID.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};
use serde_json::{Value, json};

use super::{EmbeddedWallet, Issuer, LAYERS, Layers, OmsWallet, jwk};
use crate::support::{ISSUER, PROJECT};
use crate::two_issuers::{OMS_ISSUER, OMS_PROJECT, joined};

const SHARED: &str = "shared";

fn header(algorithm: &str, key_id: &str) -> Value {
    json!({"alg": algorithm, "kid": key_id, "typ": "JWT"})
}

/// Tokens with the header and claims of one issuer, signed with the other issuer's key.
fn signed_by_other(issuer: Issuer, key_id: &str) -> String {
    let header = header(issuer.algorithm(), key_id);
    issuer.other().sign(&header, &issuer.payload())
}

/// The header is the one for the other issuer's key, so that issuer checks the token and its claims.
fn for_other(issuer: Issuer, key_id: &str) -> String {
    let header = header(issuer.other().algorithm(), key_id);
    issuer.other().sign(&header, &issuer.payload())
}

#[tokio::test]
async fn key_of_other_issuer_is_unknown() {
    for issuer in Issuer::ALL {
        let other_key = issuer.other().local().key_id();
        let token = signed_by_other(issuer, &other_key);
        LAYERS
            .assert_refused_by(issuer, &token, Kind::UnknownKey)
            .await;
        let own_key = issuer.local().key_id();
        let token = signed_by_other(issuer, &own_key);
        let kind = Kind::InvalidSignature;
        LAYERS.assert_refused_by(issuer, &token, kind).await;
        let token = for_other(issuer, &own_key);
        let other = issuer.other();
        LAYERS
            .assert_refused_by(other, &token, Kind::UnknownKey)
            .await;
        // A good signature by the right key, with the other issuer's `alg`.
        let header = header(issuer.other().algorithm(), &own_key);
        let token = issuer.sign(&header, &issuer.payload());
        LAYERS
            .assert_refused_by(other, &token, Kind::UnknownKey)
            .await;
    }
}

/// CVE-2025-59936 (get-jwks) and CVE-2026-49998 (Centrifugo) used one issuer's cached key for the other's token,
/// because both had the same `kid`.
#[tokio::test]
async fn same_kid_in_both_documents_is_two_keys() {
    let layers = Layers::with_keys(&[jwk(&ISSUER, SHARED)], &[jwk(&OMS_ISSUER, SHARED)]);
    assert_each_judged_by_its_own_key(&layers).await;
}

/// RFC 7515 §4.1.4: a `kid` is a hint, and has no meaning outside of its issuer's document.
async fn assert_each_judged_by_its_own_key(layers: &Layers) {
    for issuer in Issuer::ALL {
        let header = header(issuer.algorithm(), SHARED);
        let good = issuer.sign(&header, &issuer.payload());
        // With and without the token in the cache.
        for _ in 0..2 {
            layers.assert_accepted_by(issuer, &good).await;
            let forged = signed_by_other(issuer, SHARED);
            let kind = Kind::InvalidSignature;
            layers.assert_refused_by(issuer, &forged, kind).await;
            let other = issuer.other();
            let token = for_other(issuer, SHARED);
            layers
                .assert_refused_by(other, &token, Kind::InvalidIssuer)
                .await;
        }
    }
}

/// Documents with a key for the other algorithm beside the right key. The other key verifies nothing.
#[tokio::test]
async fn key_for_other_algorithm_in_document_is_not_used() {
    let [rsa, p256] = [LocalIssuer::new(), LocalIssuer::oms_wallet()];
    let embedded = [jwk(&ISSUER, "good"), jwk(&p256, "foreign")];
    let oms = [jwk(&OMS_ISSUER, "good"), jwk(&rsa, "foreign")];
    let layers = Layers::with_keys(&embedded, &oms);
    for (issuer, foreign) in [(EmbeddedWallet, &p256), (OmsWallet, &rsa)] {
        let good = issuer.sign(&header(issuer.algorithm(), "good"), &issuer.payload());
        layers.assert_accepted_by(issuer, &good).await;
        for key_id in ["foreign", "good"] {
            let kind = match key_id {
                "good" => Kind::InvalidSignature,
                _ => Kind::UnknownKey,
            };
            // Under its own name, and under the name of the other algorithm.
            for by in Issuer::ALL {
                for payload in Issuer::ALL.map(Issuer::payload) {
                    let header = header(by.algorithm(), key_id).to_string();
                    let token = foreign.sign(header, payload);
                    layers.assert_refused_by(by, &token, kind).await;
                }
            }
        }
    }
}

/// The same document for both, with both keys, even under the same id.
#[tokio::test]
async fn mixed_document_has_one_key_for_each_issuer() {
    for reversed in [false, true] {
        let mut keys = vec![jwk(&ISSUER, SHARED), jwk(&OMS_ISSUER, SHARED)];
        if reversed {
            keys.reverse();
        }
        assert_each_judged_by_its_own_key(&Layers::with_keys(&keys, &keys)).await;
    }
    let keys = [jwk(&ISSUER, "rsa"), jwk(&OMS_ISSUER, "p256")];
    let layers = Layers::with_keys(&keys, &keys);
    for (issuer, own, other) in [(EmbeddedWallet, "rsa", "p256"), (OmsWallet, "p256", "rsa")] {
        let good = issuer.sign(&header(issuer.algorithm(), own), &issuer.payload());
        layers.assert_accepted_by(issuer, &good).await;
        for signer in Issuer::ALL {
            let header = header(issuer.algorithm(), other);
            let token = signer.sign(&header, &issuer.payload());
            layers
                .assert_refused_by(issuer, &token, Kind::UnknownKey)
                .await;
        }
    }
}

/// The members of a JWK cannot turn the key into a key for another algorithm.
#[tokio::test]
async fn algorithm_named_by_jwk_is_not_taken() {
    let with_algorithm = |mut jwk: Value, algorithm: &str| {
        jwk["kid"] = json!("named");
        jwk["alg"] = json!(algorithm);
        jwk
    };
    let embedded = [
        jwk(&ISSUER, "good"),
        with_algorithm(jwk(&OMS_ISSUER, ""), "RS256"),
    ];
    let oms = [
        jwk(&OMS_ISSUER, "good"),
        with_algorithm(jwk(&ISSUER, ""), "ES256"),
    ];
    let layers = Layers::with_keys(&embedded, &oms);
    for issuer in Issuer::ALL {
        let header = header(issuer.algorithm(), "named");
        for signer in Issuer::ALL {
            let token = signer.sign(&header, &issuer.payload());
            layers
                .assert_refused_by(issuer, &token, Kind::UnknownKey)
                .await;
        }
    }
}

/// Also class 10: the key in the token belongs to its sender or to the other issuer.
#[tokio::test]
async fn key_in_header_is_not_used() {
    for issuer in Issuer::ALL {
        let strangers = [LocalIssuer::new(), LocalIssuer::oms_wallet()];
        let signers = strangers.iter().chain([issuer.other().local()]);
        for signer in signers {
            let mut header = issuer.header();
            header["jwk"] = jwk(signer, &issuer.local().key_id());
            let token = signer.sign(header.to_string(), issuer.payload());
            let kind = Kind::InvalidSignature;
            LAYERS.assert_refused_by(issuer, &token, kind).await;
            header["kid"] = json!(signer.key_id());
            header["jwk"] = jwk(signer, &signer.key_id());
            let token = signer.sign(header.to_string(), issuer.payload());
            LAYERS
                .assert_refused_by(issuer, &token, Kind::UnknownKey)
                .await;
        }
        // Beside a good signature, the key is ignored.
        let mut header = issuer.header();
        header["jwk"] = jwk(issuer.other().local(), "x");
        let token = issuer.sign(&header, &issuer.payload());
        LAYERS.assert_accepted_by(issuer, &token).await;
    }
}

/// The selected issuer fetches its own keys. The same `kid` in the other issuer's document is ignored.
#[tokio::test]
async fn fetched_key_of_other_issuer_is_not_used() {
    let [embedded, oms] = [LocalIssuer::new(), LocalIssuer::oms_wallet()];
    let keys = [jwk(&embedded, SHARED), jwk(&oms, SHARED)];
    let document = json!({ "keys": keys }).to_string();
    let fetch = |document: String| {
        move || {
            let document = document.clone();
            async move { Ok(document.into()) }
        }
    };
    let layers = [
        embedded
            .builder(PROJECT)
            .key_fetcher(fetch(document.clone())),
        oms.builder(OMS_PROJECT).key_fetcher(fetch(document)),
    ];
    let both = joined(&layers.map(|builder| builder.build().unwrap()));
    let tokens = [(&embedded, "RS256"), (&oms, "ES256")];
    for layer in &both {
        for (issuer, algorithm) in tokens {
            let token = issuer.token().header("kid", SHARED);
            super::assert_accepted(layer, &token.mint()).await;
            let (_, other) = tokens
                .into_iter()
                .find(|(_, other)| *other != algorithm)
                .unwrap();
            let swapped = token.header("alg", other).mint();
            super::assert_refused(layer, &swapped, Kind::InvalidSignature).await;
        }
    }
    let empty = URL_SAFE_NO_PAD.encode(header("ES256", SHARED).to_string()) + ".e30.";
    super::assert_refused(&both[0], &empty, Kind::MalformedToken).await;
}

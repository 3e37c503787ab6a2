//! `LocalIssuer::oms_wallet` issues tokens in the documented shape, and its layers follow its keys.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, SystemTime},
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};
use serde_json::{Value, json};

use crate::{
    claims::seconds_from_now,
    jwks::{assert_accepted, assert_refused},
    support::{bearer, payload_of, send},
};

const PROJECT: &str = "prj_01hx";

fn header_of(token: &str) -> Value {
    let part = token.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn claims_of(token: &str) -> Value {
    serde_json::from_str(&payload_of(token)).unwrap()
}

#[test]
fn token_has_the_documented_shape() {
    let issuer = LocalIssuer::oms_wallet();
    let token = issuer.token().project(PROJECT).mint();
    let header = json!({"alg": "ES256", "kid": issuer.key_id(), "typ": "JWT"});
    assert_eq!(header_of(&token), header);
    let claims = claims_of(&token);
    assert_eq!(
        claims,
        json!({
            "iss": "https://oms.sequence.test",
            "aud": PROJECT,
            "sub": "wallet_01",
            "wallet_address": "0x52908400098527886E0F7030069857D2E4169EE7",
            "wallet_type": "ethereum",
            "email": "player@example.com",
            "exp": claims["exp"],
        })
    );
    let lifetime = claims["exp"].as_i64().unwrap() - seconds_from_now(0);
    assert!((590..=600).contains(&lifetime), "{lifetime}");
    let signature = token.rsplit('.').next().unwrap();
    assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap().len(), 64);
}

#[test]
fn token_follows_its_builder() {
    let issuer = LocalIssuer::oms_wallet_at("https://issuer.example");
    let time = std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let token = issuer
        .token()
        .project(PROJECT.to_owned())
        .wallet("any text")
        .email("ann@example.com")
        .nonce("n")
        .issued_at(time);
    assert_eq!(
        claims_of(&token.mint()),
        json!({
            "iss": "https://issuer.example",
            "aud": PROJECT,
            "sub": "wallet_01",
            "wallet_address": "any text",
            "wallet_type": "ethereum",
            "email": "ann@example.com",
            "nonce": "n",
            "iat": 1_700_000_000,
            "exp": 1_700_000_600,
        })
    );
    let guest = claims_of(&token.guest().mint());
    assert_eq!(guest.get("email"), None);
}

#[test]
fn token_is_for_the_project_of_first_layer() {
    let issuer = LocalIssuer::oms_wallet();
    assert_eq!(claims_of(&issuer.token().mint())["aud"], "prj_01");
    let _ = (issuer.layer(PROJECT), issuer.layer("prj_02"));
    assert_eq!(claims_of(&issuer.clone().token().mint())["aud"], PROJECT);
}

#[test]
fn key_document_holds_one_p256_key() {
    let issuer = LocalIssuer::oms_wallet();
    let document: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    let key = &document["keys"][0];
    let [x, y] = ["x", "y"].map(|name| key[name].as_str().unwrap());
    assert_eq!(
        document,
        json!({"keys": [{
            "alg": "ES256",
            "crv": "P-256",
            "kid": issuer.key_id(),
            "kty": "EC",
            "use": "sig",
            "x": x,
            "y": y,
        }]})
    );
    for coordinate in [x, y] {
        assert_eq!(URL_SAFE_NO_PAD.decode(coordinate).unwrap().len(), 32);
    }
    assert_eq!(URL_SAFE_NO_PAD.decode(issuer.key_id()).unwrap().len(), 16);
}

#[tokio::test]
async fn layer_follows_rotation() {
    let issuer = LocalIssuer::oms_wallet();
    let layer = issuer.layer(PROJECT);
    let (old, old_id) = (issuer.token().mint(), issuer.key_id());
    assert_accepted(&layer, &old).await;
    issuer.rotate();
    assert_ne!(issuer.key_id(), old_id);
    assert_accepted(&layer, &issuer.token().mint()).await;
    assert_refused(&layer, &old, Kind::UnknownKey).await;
}

#[tokio::test(start_paused = true)]
async fn layer_follows_rotation_under_same_id() {
    let issuer = LocalIssuer::oms_wallet();
    let layer = issuer.layer(PROJECT);
    let (old, id) = (issuer.token().mint(), issuer.key_id());
    assert_accepted(&layer, &old).await;
    issuer.rotate_under_same_id();
    assert_eq!(issuer.key_id(), id);
    let new = issuer.token().mint();
    // The bad signature causes a fetch in the background.
    assert_refused(&layer, &new, Kind::InvalidSignature).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_accepted(&layer, &new).await;
    assert_refused(&layer, &old, Kind::InvalidSignature).await;
}

#[tokio::test]
async fn anything_can_be_signed() {
    let issuer = LocalIssuer::oms_wallet();
    let layer = issuer.layer(PROJECT);
    let header = json!({"alg": "ES256", "kid": issuer.key_id()}).to_string();
    let payload = payload_of(&issuer.token().mint());
    assert_accepted(&layer, &issuer.sign(&header, &payload)).await;
    for (header, payload, kind) in [
        (&*header, "no JSON", Kind::MalformedClaims),
        ("no JSON", &*payload, Kind::MalformedHeader),
        ("{}", &*payload, Kind::UnsupportedAlgorithm),
    ] {
        assert_refused(&layer, &issuer.sign(header, payload), kind).await;
    }
}

#[tokio::test]
async fn layer_with_settings_is_built() {
    let issuer = LocalIssuer::oms_wallet_at("https://issuer.example");
    let builder = issuer.builder(PROJECT).leeway(Duration::ZERO);
    let layer = builder.build().unwrap();
    let answer = send(&layer, bearer(&issuer.token().mint())).await;
    assert_eq!(answer.claims().issuer(), "https://issuer.example");
}

#[test]
#[should_panic(expected = "the project belongs to the other kind of issuer")]
fn layer_of_oms_wallet_for_a_number_panics() {
    let _ = LocalIssuer::oms_wallet().layer(13639);
}

#[test]
#[should_panic(expected = "the project belongs to the other kind of issuer")]
fn layer_of_embedded_wallet_for_a_text_panics() {
    let _ = LocalIssuer::new().layer(PROJECT);
}

#[test]
#[should_panic(expected = "valid settings: ConfigError")]
fn layer_for_a_publishable_key_panics() {
    let _ = LocalIssuer::oms_wallet().layer("pk_01hx");
}

#[test]
#[should_panic(expected = "valid settings: ConfigError")]
fn layer_for_project_zero_panics() {
    let _ = LocalIssuer::new().layer(0);
}

#[test]
fn token_names_the_key_that_signed_it_even_during_a_rotation() {
    let issuer = LocalIssuer::oms_wallet();
    let mut documents = HashMap::from([(issuer.key_id(), issuer.jwks())]);
    let (tokens, is_over) = (issuer.token().project(PROJECT), AtomicBool::new(false));
    let minted: Vec<_> = thread::scope(|scope| {
        let minter = scope.spawn(|| {
            let more = || (!is_over.load(Ordering::Relaxed)).then(|| tokens.mint());
            std::iter::from_fn(more).collect()
        });
        for _ in 0..1000 {
            issuer.rotate();
            documents.insert(issuer.key_id(), issuer.jwks());
        }
        is_over.store(true, Ordering::Relaxed);
        minter.join().unwrap()
    });
    assert!(!minted.is_empty());
    for token in minted {
        let key_id = header_of(&token)["kid"].as_str().unwrap().to_owned();
        assert!(is_signed_by(&token, &documents[&key_id]), "{key_id}");
    }
}

/// Returns `true` if the only key of a document has signed the token.
fn is_signed_by(token: &str, document: &str) -> bool {
    let document: Value = serde_json::from_str(document).unwrap();
    let coordinate = |name: &str| {
        let text = document["keys"][0][name].as_str().unwrap();
        URL_SAFE_NO_PAD.decode(text).unwrap()
    };
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    key.verify(signed.as_bytes(), &signature).is_ok()
}

#[test]
fn debug_holds_no_secret() {
    let issuer = LocalIssuer::oms_wallet();
    let text = format!(
        "{issuer:?} {:?}",
        issuer.token().email("secret@example.com")
    );
    assert!(text.contains(&issuer.key_id()), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

/// A test of a bad claim mints a bad token, whatever it sets afterwards.
#[test]
fn any_claim_is_overridden_in_any_order() {
    let builder = LocalIssuer::new().token();
    let builder = builder.claim("exp", 1).claim("email", 7).claim("nonce", 8);
    let builder = builder.without_claim("sub").claim("aud", "x").claim("x", 1);
    let later = SystemTime::now() + Duration::from_secs(3600);
    let builder = builder.issued_at(later).email("ann@example.com");
    let builder = builder.nonce("n").project(7_u64).claim("x", 2);
    let token = builder
        .wallet("0x0000000000000000000000000000000000000001")
        .mint();
    let claims = claims_of(&token);
    for (name, value) in [
        ("exp", json!(1)),
        ("email", json!(7)),
        ("nonce", json!(8)),
        ("sub", Value::Null),
        ("aud", json!("x")),
        ("x", json!(2)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
}

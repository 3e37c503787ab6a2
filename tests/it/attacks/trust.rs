//! Classes 6, 8, 9 and 13: whose keys, and whose tokens.

use sequence_auth::{
    AuthErrorKind as Kind, Environment, FetchError, SequenceAuthLayer, testing::LocalIssuer,
};
use serde_json::{Value, json};

use super::{
    assert_accepted, assert_refused,
    key::{KEY, Key, header, layer_with, signing_input},
};
use crate::support::{ISSUER, PROJECT, layer};

const ENVIRONMENTS: [Environment; 3] =
    [Environment::Production, Environment::Next, Environment::Dev];

/// Class 6: the environments do not know each other's players, whoever's keys they are. RFC 8725 §3.8.
#[tokio::test]
async fn a_token_of_one_environment_is_refused_in_the_others() {
    for environment in ENVIRONMENTS {
        let issuer = LocalIssuer::at(environment.issuer(), environment.audience_prefix());
        let token = issuer.token().project(PROJECT);
        for layers in ENVIRONMENTS {
            let layer = SequenceAuthLayer::builder(PROJECT)
                .environment(layers)
                .static_keys(issuer.jwks())
                .build()
                .unwrap();
            if layers == environment {
                assert_accepted(&layer, &token.mint()).await;
                continue;
            }
            assert_refused(&layer, &token.mint(), Kind::InvalidIssuer).await;
            let of_issuer = token.clone().claim("iss", layers.issuer()).mint();
            assert_refused(&layer, &of_issuer, Kind::InvalidAudience).await;
        }
    }
}

/// Class 6: another project, and texts that begin or end like ours. CVE-2025-62610 (Hono).
#[tokio::test]
async fn an_audience_that_begins_or_ends_like_ours_is_another_one() {
    let ours = format!("https://sequence.test/project/{PROJECT}");
    for audience in [
        ours[..ours.len() - 1].to_owned(),
        format!("{ours}9"),
        format!("{ours}.0"),
        format!("{ours}/"),
        format!("{ours}/../{PROJECT}"),
        format!("{ours}?"),
        format!("{ours}#"),
        format!("{ours} "),
        format!("{ours}\0"),
        format!(" {ours}"),
        format!("{ours},{ours}"),
        format!("https://evil.example/?{ours}"),
        format!("https://sequence.test/project/+{PROJECT}"),
        format!("https://sequence.test/project/0{PROJECT}"),
        format!("https://sequence.test/project//{PROJECT}"),
        // As many more as 64 bits can tell apart.
        format!(
            "https://sequence.test/project/{}",
            (1_u128 << 64) + u128::from(PROJECT)
        ),
        format!("https://SEQUENCE.test/project/{PROJECT}"),
        format!("https://sequence.test.evil.example/project/{PROJECT}"),
        "https://sequence.test/project/１３６３９".to_owned(),
        "https://sequence.test/project/*".to_owned(),
        "https://sequence.test/project/".to_owned(),
        PROJECT.to_string(),
    ] {
        for value in [json!(audience), json!([audience])] {
            let token = ISSUER.token().claim("aud", value).mint();
            assert_refused(&layer(), &token, Kind::InvalidAudience).await;
        }
    }
}

/// Class 6: the same for the issuer. RFC 8725 §3.8.
#[tokio::test]
async fn an_issuer_that_begins_or_ends_like_ours_is_another_one() {
    let ours = ISSUER.url();
    for issuer in [
        ours[..ours.len() - 1].to_owned(),
        format!("{ours}/"),
        format!("{ours}."),
        format!("{ours}:443"),
        format!("{ours}.evil.example"),
        format!("{ours}@evil.example"),
        format!("{ours}#"),
        format!("{ours}\0"),
        format!(" {ours}"),
        format!("https://evil.example/{ours}"),
        ours.replace("https", "http"),
        ours.to_uppercase(),
        ours.replace("sequence", "ѕequence"),
    ] {
        let token = ISSUER.token().claim("iss", issuer).mint();
        assert_refused(&layer(), &token, Kind::InvalidIssuer).await;
    }
}

/// Class 8: where no keys ever came there is none to fall back to. CVE-2026-31837 (Istio).
#[tokio::test(start_paused = true)]
async fn without_keys_no_token_passes_whoever_has_signed_it() {
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

/// Class 9: two layers in one process, two issuers, one `kid`. CVE-2025-59936 (get-jwks) and
/// CVE-2026-49998 (Centrifugo) took one issuer's key out of the cache for the other's token.
#[tokio::test]
async fn two_issuers_with_the_same_key_id_do_not_vouch_for_each_other() {
    for urls in [
        ["https://one.example", "https://two.example"],
        // Even under one name: the keys are the layer's.
        ["https://one.example"; 2],
    ] {
        let issuers = urls.map(|url| LocalIssuer::at(url, "https://sequence.test/project/"));
        let layers = issuers.each_ref().map(|issuer| {
            let jwks = issuer.jwks().replace(&issuer.key_id(), "shared");
            issuer
                .builder(PROJECT)
                .initial_keys(&jwks)
                .key_fetcher(move || {
                    let jwks = jwks.clone();
                    async move { Ok(jwks.into()) }
                })
                .build()
                .unwrap()
        });
        let tokens = issuers
            .each_ref()
            .map(|issuer| issuer.token().header("kid", "shared").mint());
        for _ in 0..3 {
            for (layer, [own, foreign]) in [
                (&layers[0], [&tokens[0], &tokens[1]]),
                (&layers[1], [&tokens[1], &tokens[0]]),
            ] {
                assert_accepted(layer, own).await;
                assert_refused(layer, foreign, Kind::InvalidSignature).await;
            }
        }
    }
}

/// Class 13: keys in the set that would sign anything, or that anybody can break, beside a good one. More
/// of them in `jwks::key_set`, whose tests say why each is skipped. RFC 8725 §3.5.
#[tokio::test]
async fn a_weak_or_hostile_key_in_the_set_verifies_nothing() {
    let with = |name: &str, value: Value| {
        let mut jwk = Key::jwk(&KEY);
        jwk["kid"] = json!("hostile");
        jwk[name] = value;
        jwk
    };
    let good = Key::generate();
    for hostile in [
        // With the exponent 1 every message is its own signature.
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

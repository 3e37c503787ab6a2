//! Classes 6 and 9: tokens of another environment, project or issuer are refused.

use sequence_auth::{AuthErrorKind as Kind, Environment, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::json;

use super::{assert_accepted, assert_refused};
use crate::support::{ISSUER, PROJECT, layer};

const ENVIRONMENTS: [Environment; 3] =
    [Environment::Production, Environment::Next, Environment::Dev];

/// Class 6: an environment refuses players of other environments, even if both use the same keys. RFC 8725 §3.8.
#[tokio::test]
async fn token_of_other_environment_is_refused() {
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

/// Class 6: another project, and audiences that begin or end like ours. CVE-2025-62610 (Hono).
#[tokio::test]
async fn lookalike_audience_is_refused() {
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
        // Audiences that differ from the project only beyond 64 bits.
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
async fn lookalike_issuer_is_refused() {
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

/// Class 9: two layers in one process for two issuers with the same `kid`. CVE-2025-59936 (get-jwks) and CVE-2026-49998
/// (Centrifugo) used one issuer's cached key for the other's token.
#[tokio::test]
async fn issuers_with_same_kid_are_kept_apart() {
    for urls in [
        ["https://one.example", "https://two.example"],
        // Even with the same URL: the keys belong to the layer.
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

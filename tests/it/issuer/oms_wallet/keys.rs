//! OMS Wallet only has P-256 keys, and Embedded Wallet only RSA keys.

use std::error::Error as _;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};

use super::{URL, at};
use crate::{
    issuer::token_cache::cached_tokens,
    jwks,
    middleware::builder::{assert_refused, builder as embedded_wallet},
    oms_wallet::{ISSUER, PROJECT, token},
    support,
};

#[test]
fn keys_of_another_type_are_refused() {
    let (rsa, p256) = (support::ISSUER.jwks(), ISSUER.jwks());
    for (builder, setting) in [
        (at(URL).static_keys(&rsa), "static_keys"),
        (at(URL).initial_keys(&rsa), "initial_keys"),
    ] {
        assert_refused(builder, setting, "it holds no usable ES256 key");
    }
    for (builder, setting) in [
        (embedded_wallet().static_keys(&p256), "static_keys"),
        (embedded_wallet().initial_keys(&p256), "initial_keys"),
    ] {
        assert_refused(builder, setting, "it holds no usable RS256 key");
    }
    at(URL).initial_keys(&p256).build().unwrap();
    embedded_wallet().initial_keys(&rsa).build().unwrap();
}

#[tokio::test(start_paused = true)]
async fn fetched_keys_of_another_type_are_not_used() {
    for (builder, keys, told) in [
        (at(URL), &*support::ISSUER, "it holds no usable ES256 key"),
        (embedded_wallet(), &*ISSUER, "it holds no usable RS256 key"),
    ] {
        let layer = builder.key_fetcher(keys.clone()).build().unwrap();
        let error = layer.ready().await.unwrap_err();
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error} {cause}").contains(told), "{error} {cause}");
        assert!(!layer.health().is_ready());
        assert!(layer.health().to_string().contains(told));
    }
}

#[tokio::test]
async fn keys_may_be_fixed() {
    let issuer = LocalIssuer::oms_wallet();
    let fixed = SequenceAuthLayer::oms_wallet(PROJECT, issuer.url()).static_keys(issuer.jwks());
    let layer = fixed.build().unwrap();
    let token = issuer.token().project(PROJECT);
    jwks::assert_accepted(&layer, &token.mint()).await;
    issuer.rotate();
    jwks::assert_refused(&layer, &token.mint(), Kind::UnknownKey).await;
}

#[tokio::test]
async fn token_cache_can_be_set() {
    let token = token().mint();
    for (size, cached) in [(0, None), (8, Some(1))] {
        let layer = ISSUER.builder(PROJECT).token_cache(size).build().unwrap();
        for _ in 0..3 {
            jwks::assert_accepted(&layer, &token).await;
        }
        assert_eq!(cached_tokens(&layer), cached);
    }
}

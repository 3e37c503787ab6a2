//! Class 11: a cache of tokens belongs to a single issuer, and does not help in a layer that does not trust that
//! issuer.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::sleep;

use crate::{
    jwks::{assert_accepted, assert_refused},
    login::nonces,
    support::{PROJECT, bearer, send},
    two_issuers::{Endpoints, OMS_PROJECT, joined},
};

/// The number of cached tokens of each issuer, in the order of the kinds, from `Debug`.
fn cached_by_issuer(layer: &SequenceAuthLayer) -> Vec<usize> {
    let shown = format!("{layer:?}");
    let counts = shown.split("TokenCache(Some(").skip(1);
    let counts = counts.map(|rest| rest.split_once(')').unwrap().0.parse().unwrap());
    counts.collect()
}

async fn accept_twice(layer: &SequenceAuthLayer, token: &str) {
    for _ in 0..2 {
        assert_accepted(layer, token).await;
    }
}

/// Two issuers of each kind, a layer for each, and a token of each.
struct Fixture {
    layers: [SequenceAuthLayer; 2],
    tokens: [String; 2],
}

impl Fixture {
    fn new() -> Self {
        Self::of([LocalIssuer::new(), LocalIssuer::oms_wallet()])
    }

    fn of([embedded, oms]: [LocalIssuer; 2]) -> Self {
        Self {
            layers: [embedded.layer(PROJECT), oms.layer(OMS_PROJECT)],
            tokens: [embedded.token().mint(), oms.token().mint()],
        }
    }
}

#[tokio::test]
async fn each_issuer_has_its_own_cache() {
    let Fixture { layers, tokens } = Fixture::new();
    let both = joined(&layers);
    accept_twice(&both[0], &tokens[0]).await;
    for layer in &both {
        assert_eq!(cached_by_issuer(layer), [1, 0]);
    }
    assert_eq!(cached_by_issuer(&layers[0]), [1]);
    assert_eq!(cached_by_issuer(&layers[1]), [0]);
    accept_twice(&both[1], &tokens[1]).await;
    for layer in &both {
        assert_eq!(cached_by_issuer(layer), [1, 1]);
    }
}

#[tokio::test]
async fn token_cached_by_combined_layer_is_refused_by_the_other_issuers() {
    let Fixture { layers, tokens } = Fixture::new();
    for layer in joined(&layers) {
        for token in &tokens {
            accept_twice(&layer, token).await;
        }
        assert_eq!(cached_by_issuer(&layer), [1, 1]);
        for (own, other) in [(0, 1), (1, 0)] {
            let kind = Kind::UnsupportedAlgorithm;
            assert_refused(&layers[own], &tokens[other], kind).await;
            assert_accepted(&layers[own], &tokens[own]).await;
        }
    }
}

/// Another issuer of the same kind, at another URL or at the same.
#[tokio::test]
async fn token_cached_by_combined_layer_is_refused_by_issuers_of_its_kind() {
    let Fixture { layers, tokens } = Fixture::new();
    let [both, _] = joined(&layers);
    for token in &tokens {
        accept_twice(&both, token).await;
    }
    let elsewhere = [
        LocalIssuer::at("https://a.test", "https://sequence.test/project/"),
        LocalIssuer::oms_wallet_at("https://b.test"),
    ];
    for others in [Fixture::new(), Fixture::of(elsewhere)] {
        let mut all = joined(&others.layers).to_vec();
        let [embedded, oms] = others.layers;
        // The layers share one of their two issuers.
        let [_, shared_oms] = layers.clone();
        all.push(embedded.clone().or(shared_oms).unwrap());
        for layer in all.iter().chain([&embedded]) {
            assert_refused(layer, &tokens[0], Kind::UnknownKey).await;
        }
        let [shared_embedded, _] = layers.clone();
        all[2] = shared_embedded.or(oms.clone()).unwrap();
        for layer in all.iter().chain([&oms]) {
            assert_refused(layer, &tokens[1], Kind::UnknownKey).await;
        }
    }
}

#[tokio::test]
async fn policy_of_another_layer_is_asked_of_cached_tokens() {
    let Fixture { layers, tokens } = Fixture::new();
    let [both, _] = joined(&layers);
    for token in &tokens {
        accept_twice(&both, token).await;
    }
    type Ask = fn(SequenceAuthLayer) -> SequenceAuthLayer;
    let asks: [(Ask, Kind); 2] = [
        (|layer| layer.authorize(|_| false), Kind::NotAuthorized),
        (|layer| layer.with_nonces(nonces()), Kind::MissingNonce),
    ];
    for (ask, kind) in asks {
        for asking in [0, 1] {
            let mut strict = layers.clone();
            strict[asking] = ask(strict[asking].clone());
            for layer in joined(&strict).iter().chain([&strict[asking]]) {
                assert_refused(layer, &tokens[asking], kind).await;
            }
            for layer in &joined(&strict) {
                assert_accepted(layer, &tokens[1 - asking]).await;
            }
        }
        for token in &tokens {
            assert_refused(&ask(both.clone()), token, kind).await;
            assert_accepted(&both, token).await;
        }
    }
    assert_eq!(cached_by_issuer(&both), [1, 1]);
}

/// A token is only looked up in the cache of the issuer that its `alg` selects.
#[tokio::test]
async fn cached_token_with_other_header_is_unknown() {
    let Fixture { layers, tokens } = Fixture::new();
    let [both, _] = joined(&layers);
    for token in &tokens {
        accept_twice(&both, token).await;
    }
    let [header, oms_header] = tokens
        .each_ref()
        .map(|token| token.split('.').next().unwrap());
    for (token, own, other) in [
        (&tokens[0], header, oms_header),
        (&tokens[1], oms_header, header),
    ] {
        let swapped = token.replace(own, other);
        assert_refused(&both, &swapped, Kind::InvalidSignature).await;
        assert_accepted(&both, token).await;
    }
}

#[tokio::test(start_paused = true)]
async fn replaced_key_forgets_the_tokens_of_its_issuer_alone() {
    for change in [LocalIssuer::rotate, LocalIssuer::rotate_under_same_id] {
        for endpoints in Endpoints::with_own_keys() {
            let Endpoints {
                failing: changing,
                healthy: other,
                layer,
            } = endpoints;
            let [old, kept] = [changing.token(), other.token()];
            for token in [&old, &kept] {
                accept_twice(&layer, token).await;
            }
            assert_eq!(cached_by_issuer(&layer), [1, 1]);
            change(&changing.issuer);
            sleep(Duration::from_secs(331)).await;
            assert_eq!(cached_by_issuer(&layer).iter().sum::<usize>(), 1);
            let refused = send(&layer, bearer(&old)).await.kind();
            let kinds = [Some(Kind::UnknownKey), Some(Kind::InvalidSignature)];
            assert!(kinds.contains(&refused), "{refused:?}");
            assert_accepted(&layer, &kept).await;
            assert_eq!(cached_by_issuer(&layer).iter().sum::<usize>(), 1);
        }
    }
}

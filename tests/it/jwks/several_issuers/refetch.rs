//! A token only causes fetches of its own issuer, within that issuer's allowance.

use sequence_auth::AuthErrorKind as Kind;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::assert_accepted_at_once;
use crate::{
    jwks::{SECOND, assert_accepted, assert_refused, assert_unavailable},
    key_endpoint::{Endpoint, Mode},
    support::{bearer, send},
    two_issuers::Endpoints,
};

#[tokio::test(start_paused = true)]
async fn rotation_fetches_the_keys_of_its_issuer_alone() {
    for endpoints in Endpoints::with_own_keys() {
        let Endpoints {
            failing: rotating,
            healthy: other,
            layer,
        } = &endpoints;
        layer.ready().await.unwrap();
        let [old, kept] = [rotating.token(), other.token()];
        for attempts in [2, 3] {
            rotating.issuer.rotate();
            assert_accepted_at_once(&endpoints, &rotating.token()).await;
            assert_eq!(rotating.attempts(), attempts);
        }
        assert_refused(layer, &old, Kind::UnknownKey).await;
        assert_accepted_at_once(&endpoints, &kept).await;
        assert_eq!(other.attempts(), 1);
        // Its allowance is unspent.
        for attempts in [2, 3] {
            other.issuer.rotate();
            assert_accepted_at_once(&endpoints, &other.token()).await;
            assert_eq!(other.attempts(), attempts);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn flood_of_unknown_keys_is_its_issuers_alone() {
    for mode in [Mode::Good, Mode::Hangs, Mode::Fails] {
        for endpoints in Endpoints::with_own_keys() {
            let Endpoints {
                failing: flooded,
                healthy: other,
                layer,
            } = &endpoints;
            layer.ready().await.unwrap();
            flooded.set(mode);
            let (mut flood, forged) = (JoinSet::new(), flooded.forged("forged"));
            for _ in 0..300 {
                let (layer, forged) = (layer.clone(), forged.clone());
                flood.spawn(async move { send(&layer, bearer(&forged)).await });
            }
            sleep(SECOND / 1000).await;
            assert!(flooded.attempts() > 1);
            assert_eq!(other.attempts(), 1);
            other.issuer.rotate();
            assert_accepted_at_once(&endpoints, &other.token()).await;
            assert_accepted_at_once(&endpoints, &flooded.token()).await;
            while let Some(answer) = flood.join_next().await {
                assert!(answer.unwrap().kind().is_some());
            }
            assert_eq!(other.attempts(), 2);
            flooded.assert_tokens_cause_few(1);
            assert_refused(layer, &other.forged("forged"), Kind::UnknownKey).await;
            assert_eq!(other.attempts(), 3);
        }
    }
}

/// The first 64 requests wait for the flooded issuer's keys. Requests for the other issuer have their own places.
#[tokio::test(start_paused = true)]
async fn places_to_wait_for_a_key_are_each_issuers_own() {
    for endpoints in Endpoints::with_own_keys() {
        let Endpoints {
            failing: flooded,
            healthy: other,
            layer,
        } = &endpoints;
        layer.ready().await.unwrap();
        flooded.set(Mode::Hangs);
        let mut flood = JoinSet::new();
        for _ in 0..64 {
            let (layer, forged) = (layer.clone(), flooded.forged("forged"));
            flood.spawn(async move { assert_unavailable(&layer, &forged).await });
        }
        sleep(SECOND / 1000).await;
        assert_refused(layer, &flooded.forged("forged"), Kind::UnknownKey).await;
        other.set(Mode::Slow(SECOND));
        other.issuer.rotate();
        let mut waiting = JoinSet::new();
        for _ in 0..64 {
            let (layer, token) = (layer.clone(), other.token());
            waiting.spawn(async move { assert_accepted(&layer, &token).await });
        }
        for mut requests in [waiting, flood] {
            while let Some(request) = requests.join_next().await {
                request.unwrap();
            }
        }
    }
}

/// The claims of one token with the signature of another.
fn with_bad_signature(endpoint: &Endpoint) -> String {
    let (good, other) = (endpoint.token(), endpoint.issuer.token().guest().mint());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    format!("{signed}.{signature}")
}

#[tokio::test(start_paused = true)]
async fn bad_signature_fetches_the_keys_of_its_issuer_alone() {
    for endpoints in Endpoints::with_own_keys() {
        let Endpoints {
            failing: attacked,
            healthy: other,
            layer,
        } = &endpoints;
        layer.ready().await.unwrap();
        for _ in 0..10 {
            let bad = with_bad_signature(attacked);
            assert_refused(layer, &bad, Kind::InvalidSignature).await;
            sleep(SECOND / 10).await;
        }
        assert_eq!((attacked.attempts(), other.attempts()), (2, 1));
        other.issuer.rotate_under_same_id();
        let new = other.token();
        assert_refused(layer, &new, Kind::InvalidSignature).await;
        sleep(SECOND / 10).await;
        assert_accepted(layer, &new).await;
        assert_eq!((attacked.attempts(), other.attempts()), (2, 2));
    }
}

/// A token with the `alg` of neither issuer fetches nothing and does not wait.
#[tokio::test(start_paused = true)]
async fn token_of_no_issuer_fetches_nothing() {
    for mode in [Mode::Good, Mode::Hangs] {
        for endpoints in Endpoints::all(mode) {
            let Endpoints {
                failing,
                healthy,
                layer,
            } = &endpoints;
            let _ = layer.health();
            sleep(SECOND / 100).await;
            let attempts = [failing, healthy].map(Endpoint::attempts);
            let start = Instant::now();
            for (header, value, kind) in [
                ("alg", "HS256", Kind::UnsupportedAlgorithm),
                ("alg", "none", Kind::UnsupportedAlgorithm),
                ("alg", "ES384", Kind::UnsupportedAlgorithm),
                ("typ", "at+jwt", Kind::UnsupportedType),
                ("crit", "x", Kind::UnsupportedExtension),
            ] {
                for endpoint in [failing, healthy] {
                    let token = endpoint.issuer.token().header("kid", "unknown");
                    let token = token.header(header, value).mint();
                    assert_refused(layer, &token, kind).await;
                }
            }
            for malformed in [
                "x.y.z",
                "e30.e30.AA",
                "eyJhbGciOiJFUzI1NiIs",
                "eyJhbGciOiJSUzI1NiIs",
            ] {
                assert!(send(layer, bearer(malformed)).await.kind().is_some());
            }
            sleep(SECOND / 100).await;
            assert_eq!(start.elapsed(), SECOND / 100);
            assert_eq!([failing, healthy].map(Endpoint::attempts), attempts);
        }
    }
}

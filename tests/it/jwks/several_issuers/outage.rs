//! While one issuer is down, tokens of the other are still accepted.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, IssuerHealth, KeyState};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::assert_accepted_at_once;
use crate::{
    jwks::{HOUR, MINUTE, SECOND, assert_accepted, assert_unavailable},
    key_endpoint::{Endpoint, Mode},
    support::{bearer, send, with_field},
    two_issuers::Endpoints,
};

#[tokio::test(start_paused = true)]
async fn issuer_down_from_the_start_refuses_its_own_tokens_alone() {
    for mode in [Mode::Fails, Mode::Hangs, Mode::Panics, Mode::Says("<html>")] {
        for endpoints in Endpoints::all(mode) {
            let Endpoints {
                failing,
                healthy,
                layer,
            } = &endpoints;
            assert_accepted_at_once(&endpoints, &healthy.token()).await;
            for _ in 0..10 {
                let start = Instant::now();
                assert_unavailable(layer, &failing.token()).await;
                assert!(start.elapsed() <= Duration::from_millis(2001));
                assert_accepted_at_once(&endpoints, &healthy.token()).await;
                sleep(SECOND / 3).await;
            }
            assert_eq!(healthy.attempts(), 1);
            failing.set(Mode::Good);
            sleep(2 * SECOND).await;
            assert_accepted_at_once(&endpoints, &failing.token()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn requests_that_wait_for_one_issuer_take_no_place_of_the_other() {
    let layer = |endpoint: &Endpoint| endpoint.builder().max_waiting(3).build().unwrap();
    for endpoints in Endpoints::with_layers(Mode::Hangs, layer) {
        endpoints.healthy.set(Mode::Slow(SECOND));
        let mut waiting = JoinSet::new();
        for _ in 0..10 {
            let (layer, token) = (endpoints.layer.clone(), endpoints.failing.token());
            waiting.spawn(async move { assert_unavailable(&layer, &token).await });
        }
        tokio::task::yield_now().await;
        let start = Instant::now();
        assert_accepted(&endpoints.layer, &endpoints.healthy.token()).await;
        assert_eq!(start.elapsed(), SECOND);
        while let Some(request) = waiting.join_next().await {
            request.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn keys_of_one_issuer_expire_alone() {
    for endpoints in Endpoints::all(Mode::Good) {
        let Endpoints {
            failing,
            healthy,
            layer,
        } = &endpoints;
        layer.ready().await.unwrap();
        failing.set(Mode::Fails);
        sleep(24 * HOUR - MINUTE).await;
        assert_accepted(layer, &failing.token()).await;
        assert!(layer.health().issuers().iter().all(IssuerHealth::is_ready));
        sleep(2 * MINUTE).await;
        assert_unavailable(layer, &failing.token()).await;
        assert_accepted_at_once(&endpoints, &healthy.token()).await;
        let health = layer.health();
        assert!(health.is_ready());
        assert_eq!(health.state(), KeyState::Fresh);
        for issuer in health.issuers() {
            let is_failing = issuer.issuer() == failing.issuer.url();
            let state = if is_failing {
                KeyState::Expired
            } else {
                KeyState::Fresh
            };
            assert_eq!(issuer.state(), state);
            assert_eq!(issuer.is_ready(), !is_failing);
        }
        failing.set(Mode::Good);
        sleep(2 * SECOND).await;
        assert_accepted_at_once(&endpoints, &failing.token()).await;
    }
}

/// Requests that waited are checked against the requirements from before `or`, too.
#[tokio::test(start_paused = true)]
async fn token_that_waits_for_its_key_meets_the_policy_of_its_issuer() {
    let picky = |endpoint: &Endpoint| {
        let own = endpoint.issuer.url().to_owned();
        let builder = endpoint.builder().first_keys_timeout(MINUTE);
        builder.build().unwrap().authorize_async(move |claims| {
            let passes = claims.issuer() == own && claims.email() != Some("no@example.com");
            async move { passes }
        })
    };
    for endpoints in Endpoints::with_layers(Mode::Slow(SECOND), picky) {
        endpoints.healthy.set(Mode::Slow(2 * SECOND));
        let start = Instant::now();
        let mut requests = JoinSet::new();
        for (endpoint, seconds) in [(&endpoints.failing, 1), (&endpoints.healthy, 2)] {
            for (email, kind) in [
                ("yes@example.com", None),
                ("no@example.com", Some(Kind::NotAuthorized)),
            ] {
                let token = endpoint.issuer.token().email(email).mint();
                for request in [bearer(&token), with_field(&token)] {
                    let layer = endpoints.layer.clone();
                    requests.spawn(async move {
                        assert_eq!(send(&layer, request).await.kind(), kind);
                        assert_eq!(start.elapsed().as_secs(), seconds);
                    });
                }
            }
        }
        while let Some(request) = requests.join_next().await {
            request.unwrap();
        }
    }
}

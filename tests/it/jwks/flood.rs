//! A flood of tokens with unknown key IDs causes few fetches and delays no good token.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sequence_auth::AuthErrorKind as Kind;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::{assert_accepted, assert_refused};
use crate::{
    key_endpoint::{Endpoint, Mode},
    support::{bearer, send},
};

#[tokio::test(start_paused = true)]
async fn flood_causes_one_fetch_per_cooldown() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let good = endpoint.token();
    assert_accepted(&layer, &good).await;
    for second in 0..120 {
        for number in 0..20 {
            let forged = endpoint.forged(format!("{second}-{number}"));
            assert_refused(&layer, &forged, Kind::UnknownKey).await;
        }
        assert_accepted(&layer, &good).await;
        sleep(Duration::from_secs(1)).await;
    }
    // The first fetch, two at once, and those after 30, 60 and 90 seconds.
    assert_eq!(endpoint.attempts(), 6);
    endpoint.assert_tokens_cause_few(1);
}

#[tokio::test(start_paused = true)]
async fn at_most_64_requests_wait_for_new_key() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    assert_accepted(&layer, &endpoint.token()).await;
    sleep(Duration::from_secs(40)).await;
    endpoint.set(Mode::Hangs);
    endpoint.issuer.rotate();
    let token = endpoint.token();
    let answered_at_once = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let requests: Vec<_> = (0..200)
        .map(|_| {
            let (layer, token, at_once) = (layer.clone(), token.clone(), answered_at_once.clone());
            tokio::spawn(async move {
                let answer = send(&layer, bearer(&token)).await;
                if start.elapsed().is_zero() {
                    answer.assert_refused(Kind::UnknownKey);
                    at_once.fetch_add(1, Ordering::Relaxed);
                } else {
                    answer.assert_refused(Kind::KeysUnavailable);
                }
            })
        })
        .collect();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 2);
    assert_eq!(answered_at_once.load(Ordering::Relaxed), 200 - 64);
    assert_eq!(endpoint.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn flood_delays_new_key_by_one_cooldown() {
    for since_last_fetch in [0, 29, 31] {
        let endpoint = Endpoint::new(Mode::Good);
        let layer = endpoint.layer();
        layer.ready().await.unwrap();
        sleep(Duration::from_secs(since_last_fetch)).await;
        let forged = endpoint.forged("forged");
        let flood = tokio::spawn({
            let layer = layer.clone();
            async move {
                loop {
                    for _ in 0..70 {
                        let flooding = send(&layer, bearer(&forged));
                        // The client does not wait for the response.
                        let _ = timeout(Duration::ZERO, flooding).await;
                    }
                    sleep(Duration::from_millis(250)).await;
                }
            }
        });
        tokio::task::yield_now().await;
        endpoint.set(Mode::Slow(Duration::from_millis(200)));
        endpoint.issuer.rotate();
        let (new, start) = (endpoint.token(), Instant::now());
        while send(&layer, bearer(&new)).await.kind().is_some() {
            assert!(start.elapsed() <= Duration::from_secs(31));
            sleep(Duration::from_millis(100)).await;
        }
        flood.abort();
        endpoint.assert_tokens_cause_few(1);
    }
}

#[tokio::test(start_paused = true)]
async fn disconnected_request_frees_its_place() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    sleep(Duration::from_secs(31)).await;
    endpoint.set(Mode::Slow(Duration::from_secs(1)));
    endpoint.issuer.rotate();
    let (new, start) = (endpoint.token(), Instant::now());
    let request = || {
        let (layer, new) = (layer.clone(), new.clone());
        async move { send(&layer, bearer(&new)).await }
    };
    let mut leaving = JoinSet::new();
    for _ in 0..64 {
        leaving.spawn(request());
    }
    sleep(Duration::from_millis(1)).await;
    request().await.assert_refused(Kind::UnknownKey);
    leaving.shutdown().await;
    let staying: Vec<_> = (0..64).map(|_| tokio::spawn(request())).collect();
    for request in staying {
        request.await.unwrap().claims();
    }
    assert_eq!(start.elapsed().as_secs(), 1);
    assert_eq!(endpoint.attempts(), 2);
}

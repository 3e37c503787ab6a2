//! Before the first keys are there, and where they come from.

use std::time::Duration;

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, KeyState, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::{Instant, sleep};

use super::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable};
use crate::{
    keys::endpoint::{Endpoint, Mode},
    support::{PROJECT, bearer, send},
};

#[tokio::test(start_paused = true)]
async fn the_first_request_waits_for_the_first_keys() {
    let endpoint = Endpoint::new(Mode::Good);
    assert_accepted(&endpoint.layer(), &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn five_hundred_cold_requests_cause_one_fetch() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    let requests: Vec<_> = (0..500)
        .map(|_| {
            let (layer, token) = (layer.clone(), token.clone());
            tokio::spawn(async move { assert_accepted(&layer, &token).await })
        })
        .collect();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_max_waiting_requests_wait() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().max_waiting(3).build().unwrap();
    let token = endpoint.token();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let (layer, token) = (layer.clone(), token.clone());
            tokio::spawn(async move { assert_unavailable(&layer, &token).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let start = Instant::now();
    assert_unavailable(&layer, &token).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    for request in waiting {
        request.await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_request_that_goes_away_gives_its_place_back() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().max_waiting(1).build().unwrap();
    let token = endpoint.token();
    for _ in 0..3 {
        let waiting = tokio::spawn({
            let (layer, token) = (layer.clone(), token.clone());
            async move { send(&layer, bearer(&token)).await }
        });
        sleep(Duration::from_millis(100)).await;
        waiting.abort();
        waiting.await.unwrap_err();
    }
    let start = Instant::now();
    assert_unavailable(&layer, &token).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_down_issuer_at_the_start_is_503_and_used_within_two_seconds_of_its_return() {
    for mode in [Mode::Fails, Mode::Hangs, Mode::Panics, Mode::Says("<html>")] {
        let endpoint = Endpoint::new(mode);
        let layer = endpoint.layer();
        let token = endpoint.token();
        for _ in 0..20 {
            let start = Instant::now();
            assert_unavailable(&layer, &token).await;
            assert!(start.elapsed() <= Duration::from_millis(2001));
            sleep(Duration::from_millis(333)).await;
        }
        endpoint.set(Mode::Good);
        let back = Instant::now();
        while send(&layer, bearer(&token)).await.status != StatusCode::OK {
            assert!(back.elapsed() <= Duration::from_secs(2));
            sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cold_flood_on_a_failing_issuer_causes_one_attempt_a_second() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let token = endpoint.token();
    let _ = layer.health();
    sleep(10 * SECOND).await;
    let attempts = endpoint.attempts();
    for _ in 0..10 * 100 {
        assert_unavailable(&layer, &token).await;
        sleep(Duration::from_millis(10)).await;
    }
    let attempts = endpoint.attempts() - attempts;
    assert!((9..=11).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_fails_at_the_start_refuses_nobody() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let start = Instant::now();
    let waiting: Vec<_> = [0, 300, 999]
        .map(|arrival| {
            let (layer, token) = (layer.clone(), endpoint.token());
            tokio::spawn(async move {
                sleep(Duration::from_millis(arrival)).await;
                assert_accepted(&layer, &token).await;
            })
        })
        .into();
    sleep(SECOND / 2).await;
    endpoint.set(Mode::Good);
    for request in waiting {
        request.await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 1);
    assert_eq!(endpoint.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn for_ten_seconds_requests_wait_through_attempts_that_fail_and_then_are_answered_at_once() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.builder().max_waiting(3).build().unwrap();
    let token = endpoint.token();
    let first = Instant::now();
    while first.elapsed() < 10 * SECOND {
        let start = Instant::now();
        assert_unavailable(&layer, &token).await;
        assert_eq!(start.elapsed().as_secs(), 2);
    }
    sleep(SECOND / 2).await;
    let start = Instant::now();
    for _ in 0..10 {
        assert_unavailable(&layer, &token).await;
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_max_waiting_requests_wait_through_attempts_that_fail() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.builder().max_waiting(3).build().unwrap();
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let (layer, token) = (layer.clone(), endpoint.token());
            tokio::spawn(async move {
                let start = Instant::now();
                assert_unavailable(&layer, &token).await;
                start.elapsed().as_secs()
            })
        })
        .collect();
    let mut waited = Vec::new();
    for request in waiting {
        waited.push(request.await.unwrap());
    }
    waited.sort_unstable();
    assert_eq!(waited, [0, 0, 0, 0, 0, 0, 0, 2, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn initial_keys_serve_while_the_issuer_is_down_and_grow_old() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint
        .builder()
        .initial_keys(endpoint.issuer.jwks())
        .build()
        .unwrap();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    sleep(23 * HOUR).await;
    assert!(endpoint.attempts() > 1);
    assert_accepted(&layer, &token).await;
    sleep(2 * HOUR).await;
    assert_unavailable(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn static_keys_need_no_issuer_and_never_grow_old() {
    let issuer = LocalIssuer::new();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .static_keys(issuer.jwks())
        .build()
        .unwrap();
    let token = issuer.token().mint();
    assert_accepted(&layer, &token).await;
    sleep(48 * HOUR).await;
    assert_accepted(&layer, &token).await;
    layer.ready().await.unwrap();
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Fresh);
    assert_eq!(health.key_ids(), [issuer.key_id()]);
    assert_eq!(health.age(), None);
    assert_eq!(health.next_attempt_in(), None);
    issuer.rotate();
    let start = Instant::now();
    assert_refused(&layer, &issuer.token().mint(), Kind::UnknownKey).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn ready_waits_for_the_first_keys_and_tells_why_there_are_none() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let start = Instant::now();
    let error = layer.ready().await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 2);
    assert_eq!(
        error.to_string(),
        "no trustworthy keys are available: the key fetcher failed: the endpoint fails"
    );
    assert!(error.retry_after().unwrap() <= SECOND);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the key fetcher failed");
    endpoint.set(Mode::Good);
    layer.ready().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn ready_tells_that_the_issuer_has_not_answered_or_is_not_asked() {
    let layer = Endpoint::new(Mode::Hangs).layer();
    let error = layer.ready().await.unwrap_err();
    assert!(error.to_string().contains("has not answered yet"));
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
    layer.shutdown().await;
    let error = layer.ready().await.unwrap_err();
    assert!(error.to_string().contains("shutdown"), "{error}");
    assert_eq!(error.retry_after(), None);
}

#[tokio::test(start_paused = true)]
async fn a_long_fetch_timeout_does_not_hide_that_the_issuer_is_back() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().fetch_timeout(MINUTE).build().unwrap();
    assert_unavailable(&layer, &endpoint.token()).await;
    sleep(Duration::from_secs(20)).await;
    endpoint.set(Mode::Good);
    assert_accepted(&layer, &endpoint.token()).await;
}

#[test]
fn ready_does_not_need_a_runtime_where_it_does_not_need_to_wait() {
    let issuer = LocalIssuer::new();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .static_keys(issuer.jwks())
        .build()
        .unwrap();
    let mut ready = std::pin::pin!(layer.ready());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(ready.as_mut().poll(&mut context).is_ready());
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_does_not_take_the_first_fetch_from_those_who_wait() {
    let endpoint = Endpoint::new(Mode::Slow(Duration::from_millis(500)));
    let layer = endpoint.layer();
    let requests = [(); 2].map(|()| {
        let (layer, token) = (layer.clone(), endpoint.token());
        tokio::spawn(async move { assert_accepted(&layer, &token).await })
    });
    sleep(Duration::from_millis(100)).await;
    let [leaving, staying] = requests;
    leaving.abort();
    leaving.await.unwrap_err();
    staying.await.unwrap();
    assert_eq!(endpoint.attempts(), 1);
}

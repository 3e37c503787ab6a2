//! Requests wait for the first keys within bounds, whether they are fetched or configured.

use std::time::Duration;

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, KeyState, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::{Instant, sleep};

use super::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable};
use crate::{
    key_endpoint::{Endpoint, Mode},
    support::{PROJECT, bearer, send},
};

#[tokio::test(start_paused = true)]
async fn first_request_waits_for_first_keys() {
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
async fn max_waiting_limits_waiting_requests() {
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
async fn disconnected_request_frees_its_place() {
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
async fn issuer_down_at_start_is_503_until_back() {
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
async fn cold_flood_causes_one_fetch_a_second() {
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
async fn failed_first_fetch_refuses_nobody() {
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
async fn requests_stop_waiting_after_ten_seconds_of_failure() {
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
async fn max_waiting_holds_across_failed_fetches() {
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
async fn initial_keys_serve_until_they_expire() {
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
async fn static_keys_never_expire() {
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
async fn ready_waits_and_reports_the_failure() {
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
async fn ready_reports_silent_issuer_and_shutdown() {
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
async fn client_that_retries_when_it_may_does_not_spin() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let (layer, token) = (endpoint.layer(), endpoint.token());
    let retry_after = async || {
        let error = layer.verifier().verify(&token).await.unwrap_err();
        error.retry_after()
    };
    assert_eq!(retry_after().await, Some(SECOND));
    layer.shutdown().await;
    assert_eq!(retry_after().await, Some(SECOND));
}

#[tokio::test(start_paused = true)]
async fn long_fetch_timeout_does_not_delay_recovery() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.builder().fetch_timeout(MINUTE).build().unwrap();
    assert_unavailable(&layer, &endpoint.token()).await;
    sleep(Duration::from_secs(20)).await;
    endpoint.set(Mode::Good);
    assert_accepted(&layer, &endpoint.token()).await;
}

#[test]
fn ready_with_static_keys_needs_no_runtime() {
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
async fn disconnect_does_not_cancel_first_fetch() {
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

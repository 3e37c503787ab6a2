//! Ending the background task, for those who want to wait for it.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, KeyState};
use tokio::time::{Instant, sleep};

use super::{
    HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable,
    endpoint::{Endpoint, Mode},
};

#[tokio::test(start_paused = true)]
async fn after_a_shutdown_no_attempt_is_under_way_and_none_is_made() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.layer();
    let _ = layer.health();
    sleep(3 * SECOND).await;
    assert!(endpoint.under_way() > 1);
    let attempts = endpoint.attempts();
    layer.shutdown().await;
    assert_eq!(endpoint.under_way(), 0);
    endpoint.set(Mode::Good);
    let start = Instant::now();
    assert_unavailable(&layer, &endpoint.token()).await;
    layer.ready().await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(HOUR).await;
    assert_eq!(endpoint.attempts(), attempts);
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Waiting);
    assert_eq!(health.next_attempt_in(), None);
}

#[tokio::test(start_paused = true)]
async fn after_a_shutdown_the_keys_serve_until_they_are_too_old() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let (token, others) = (endpoint.token(), layer.clone().optional());
    assert_accepted(&layer, &token).await;
    layer.shutdown().await;
    // It concerns all clones, and may be asked for twice.
    others.shutdown().await;
    sleep(23 * HOUR).await;
    assert_accepted(&others, &token).await;
    let start = Instant::now();
    assert_refused(&layer, &endpoint.forged("new"), Kind::UnknownKey).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(HOUR + MINUTE).await;
    assert_unavailable(&others, &token).await;
    assert_eq!(layer.health().state(), KeyState::Expired);
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_the_waiting_of_requests() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.layer();
    let waiting = tokio::spawn({
        let (layer, token) = (layer.clone(), endpoint.token());
        async move { assert_unavailable(&layer, &token).await }
    });
    let ready = tokio::spawn({
        let layer = layer.clone();
        async move { layer.ready().await.unwrap_err() }
    });
    tokio::task::yield_now().await;
    let start = Instant::now();
    layer.shutdown().await;
    waiting.await.unwrap();
    ready.await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_was_never_used_can_be_shut_down() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.shutdown().await;
    assert_unavailable(&layer, &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 0);
}

#[test]
fn a_shutdown_after_the_tasks_runtime_has_ended_returns() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    runtime().block_on(layer.ready()).unwrap();
    runtime().block_on(layer.shutdown());
    runtime().block_on(assert_accepted(&layer, &endpoint.token()));
    assert_eq!(endpoint.attempts(), 1);
}

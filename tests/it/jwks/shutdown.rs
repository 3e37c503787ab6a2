//! `shutdown` ends the background task and its work.

use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

use sequence_auth::{AuthErrorKind as Kind, FetchError, KeyState, SequenceAuthLayer};
use tokio::{
    runtime::Handle,
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use super::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable};
use crate::{
    key_endpoint::{Endpoint, Mode},
    support::PROJECT,
};

/// With a limit, in case it never ends.
async fn shut_down(layer: &SequenceAuthLayer) {
    let ended = timeout(MINUTE, layer.shutdown()).await;
    ended.expect("the task ends");
}

#[tokio::test(start_paused = true)]
async fn shutdown_stops_all_fetching() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint.layer();
    let _ = layer.health();
    sleep(3 * SECOND).await;
    assert!(endpoint.under_way() > 1);
    let attempts = endpoint.attempts();
    shut_down(&layer).await;
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
    // None of these calls has restarted it.
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn error_tells_shutdown_rather_than_an_earlier_failure() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    let error = layer.ready().await.unwrap_err();
    assert!(error.to_string().contains("the endpoint fails"), "{error}");
    shut_down(&layer).await;
    let error = layer.ready().await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("no keys are fetched after a shutdown"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn keys_serve_after_shutdown_until_expired() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let (token, others) = (endpoint.token(), layer.clone().optional());
    assert_accepted(&layer, &token).await;
    shut_down(&layer).await;
    // It applies to all clones, and may be called twice.
    shut_down(&others).await;
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
async fn shutdown_ends_waiting_requests() {
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
    shut_down(&layer).await;
    waiting.await.unwrap();
    ready.await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn unused_layer_can_be_shut_down() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    shut_down(&layer).await;
    assert_unavailable(&layer, &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 0);
}

#[test]
fn shutdown_after_runtime_ended_returns() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    runtime().block_on(layer.ready()).unwrap();
    runtime().block_on(shut_down(&layer));
    runtime().block_on(assert_accepted(&layer, &endpoint.token()));
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_waits_for_running_fetch() {
    let (started, has_started) = oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let work = Mutex::new(Some((started, released)));
    let layer = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(move || {
            let (started, released) = work.lock().unwrap().take().expect("one attempt");
            async move {
                started.send(()).unwrap();
                // A task without an await point at which it could be cancelled.
                released.recv().unwrap();
                Err(FetchError::new("too late"))
            }
        })
        .build()
        .unwrap();
    let _ = layer.health();
    has_started.await.unwrap();
    let too_early = timeout(SECOND / 10, layer.shutdown()).await;
    assert!(too_early.is_err(), "the attempt is still at work");
    release.send(()).unwrap();
    shut_down(&layer).await;
}

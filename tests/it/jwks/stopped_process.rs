//! A process that was stopped for longer than `max_stale` refuses no good token when it continues.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use test_support::{
    child,
    key_endpoint::{Endpoint, Mode},
};

use super::{SECOND, assert_accepted};

#[test]
fn stopped_process_refuses_nobody() {
    child::run(
        "jwks::stopped_process::requests_of_stopped_process_wait_for_keys",
        &[],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "stops its process, which the test above brings along"]
async fn requests_of_stopped_process_wait_for_keys() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.builder().max_stale(SECOND).build().unwrap();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Slow(Duration::from_millis(50)));
    let (token, goes_on) = (endpoint.token(), Arc::new(AtomicBool::new(true)));
    let requests: Vec<_> = (0..8)
        .map(|_| {
            let (layer, token, goes_on) = (layer.clone(), token.clone(), Arc::clone(&goes_on));
            tokio::spawn(async move {
                let mut sent = 0;
                while goes_on.load(Ordering::Relaxed) {
                    assert_accepted(&layer, &token).await;
                    sent += 1;
                    tokio::task::yield_now().await;
                }
                sent
            })
        })
        .collect();
    let attempts = endpoint.attempts();
    tokio::task::spawn_blocking(stop_and_go_on).await.unwrap();
    // These tokens do not pass because of the keys from before the stop.
    while endpoint.attempts() < attempts + 2 {
        assert_accepted(&layer, &token).await;
        tokio::task::yield_now().await;
    }
    goes_on.store(false, Ordering::Relaxed);
    for request in requests {
        assert!(request.await.unwrap() > 0);
    }
}

/// Returns after this process was stopped for longer than `max_stale`.
fn stop_and_go_on() {
    let script = "kill -STOP $PPID && sleep 3; kill -CONT $PPID";
    let status = Command::new("sh").args(["-c", script]).status().unwrap();
    assert!(status.success());
}

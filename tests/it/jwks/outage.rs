//! Tokens are accepted while the endpoint fails, until the keys are too old.

use std::time::Duration;

use sequence_auth::{FetchErrorKind, KeyState};
use tokio::time::{advance, sleep};

use super::{HOUR, MINUTE, SECOND, assert_accepted, assert_unavailable};
use test_support::key_endpoint::{Endpoint, Mode};

#[tokio::test(start_paused = true)]
async fn unknown_key_is_503_during_outage() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let good = endpoint.token();
    assert_accepted(&layer, &good).await;
    endpoint.set(Mode::Fails);
    sleep(Duration::from_secs(40)).await;
    endpoint.issuer.rotate();
    let new = endpoint.token();
    assert_unavailable(&layer, &new).await;
    assert_accepted(&layer, &good).await;
}

#[tokio::test(start_paused = true)]
async fn good_tokens_pass_on_stale_keys() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    assert_accepted(&layer, &endpoint.token()).await;
    for mode in [
        Mode::Fails,
        Mode::Hangs,
        Mode::Panics,
        Mode::Says(""),
        Mode::Says("null"),
        Mode::Says("[]"),
        Mode::Says("{}"),
        Mode::Says(r#"{"keys":[]}"#),
        Mode::Says(r#"{"keys":[{"kty":"EC","kid":"a"},7,null]}"#),
        Mode::Says(r#"{"keys":[],"keys":[]}"#),
        Mode::Says(r#"{"keys":"#),
    ] {
        endpoint.set(mode);
        let before = endpoint.attempts();
        for _ in 0..60 {
            sleep(MINUTE).await;
            assert_accepted(&layer, &endpoint.token()).await;
        }
        let health = layer.health();
        assert_eq!(health.state(), KeyState::Stale);
        assert!(health.is_ready());
        assert!(health.failures() > 0);
        // On average, the back-off makes at least one attempt a minute, and never more than one a second.
        let attempts = endpoint.attempts() - before;
        assert!((50..3600).contains(&attempts), "{attempts}");
    }
    endpoint.set(Mode::Good);
    sleep(MINUTE).await;
    assert_eq!(layer.health().state(), KeyState::Fresh);
    assert_eq!(layer.health().failures(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_expire_after_a_day_and_recover() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    endpoint.set(Mode::Fails);
    sleep(24 * HOUR - MINUTE).await;
    assert_accepted(&layer, &token).await;
    sleep(2 * MINUTE).await;
    assert_unavailable(&layer, &token).await;
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Expired);
    assert!(!health.is_ready());
    assert_eq!(health.last_error().unwrap().kind(), FetchErrorKind::Other);
    endpoint.set(Mode::Good);
    sleep(Duration::from_secs(2)).await;
    assert_accepted(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn keys_expire_even_if_nothing_runs() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.builder().max_stale(HOUR).build().unwrap();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    endpoint.set(Mode::Hangs);
    advance(HOUR + MINUTE).await;
    assert_unavailable(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn health_shows_the_state_of_keys() {
    let endpoint = Endpoint::new(Mode::Fails);
    let layer = endpoint.layer();
    assert_eq!(layer.health().state(), KeyState::Waiting);
    assert!(!layer.health().is_ready());
    sleep(Duration::from_millis(10)).await;
    let health = layer.health();
    assert_eq!(health.failures(), 1);
    let text = health.to_string();
    assert!(
        text.contains("waiting") && text.contains("the endpoint fails"),
        "{text}"
    );
    endpoint.set(Mode::Good);
    sleep(Duration::from_secs(11)).await;
    let health = layer.health();
    assert_eq!(health.state(), KeyState::Fresh);
    assert_eq!(health.key_ids(), [endpoint.issuer.key_id()]);
    let json = serde_json::to_value(&health).unwrap();
    assert_eq!(json["state"], "fresh");
    assert_eq!(json["failures"], 0);
    assert_eq!(json["last_error"], serde_json::Value::Null);
}

#[tokio::test(start_paused = true)]
async fn bad_document_never_replaces_good_keys() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let token = endpoint.token();
    assert_accepted(&layer, &token).await;
    let before = layer.health();
    sleep(HOUR).await;
    assert_eq!(layer.health().key_ids(), before.key_ids());
    endpoint.set(Mode::Says(r#"{"keys":[]}"#));
    sleep(HOUR).await;
    let health = layer.health();
    assert_eq!(health.key_ids(), before.key_ids());
    assert_eq!(
        health.last_error().unwrap().kind(),
        FetchErrorKind::Document
    );
}

#[tokio::test(start_paused = true)]
async fn fetch_times_out_after_five_seconds() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Hangs);
    while endpoint.under_way() == 0 {
        sleep(SECOND / 100).await;
    }
    let start = *endpoint.starts().last().unwrap();
    // The jitter may start the next attempt at once.
    let attempts = endpoint.attempts();
    while endpoint.under_way() == 1 && endpoint.attempts() == attempts {
        sleep(SECOND / 100).await;
    }
    let took = start.elapsed();
    assert!(
        (5 * SECOND..5 * SECOND + SECOND / 50).contains(&took),
        "{took:?}"
    );
    let health = layer.health();
    assert_eq!(health.last_error().unwrap().kind(), FetchErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn keys_of_slow_issuer_stay_fresh() {
    for max_stale in [10 * SECOND, MINUTE, 330 * SECOND, HOUR] {
        // The slowest fetch within the default timeout.
        let slow = (5 * SECOND).min(max_stale / 4) - SECOND / 1000;
        let endpoint = Endpoint::new(Mode::Good);
        let builder = endpoint.builder().max_stale(max_stale).max_waiting(0);
        let layer = builder.build().unwrap();
        layer.ready().await.unwrap();
        endpoint.set(Mode::Slow(slow));
        let token = endpoint.token();
        for _ in 0..2000 {
            sleep(max_stale / 200).await;
            assert_eq!(layer.health().state(), KeyState::Fresh, "{max_stale:?}");
            assert_accepted(&layer, &token).await;
        }
        assert!(endpoint.attempts() > 10, "{}", endpoint.attempts());
    }
}

#[tokio::test(start_paused = true)]
async fn issuer_that_hangs_has_few_connections() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let builder = endpoint.builder().refresh_interval(HOUR);
    let layer = builder.fetch_timeout(HOUR).build().unwrap();
    let _ = layer.health();
    for _ in 0..3 {
        sleep(HOUR).await;
        let under_way = endpoint.under_way();
        assert!((60..=64).contains(&under_way), "{under_way}");
    }
    endpoint.set(Mode::Good);
    // A small part of the timeout, and not the rest of it.
    sleep(MINUTE).await;
    assert_accepted(&layer, &endpoint.token()).await;
}

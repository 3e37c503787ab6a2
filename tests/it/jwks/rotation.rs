//! A token with a new key causes a fetch, and old keys are dropped.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use tokio::time::{Instant, sleep};

use super::{MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable};
use crate::{
    key_endpoint::{Endpoint, Mode},
    support::{bearer, send},
};

#[tokio::test(start_paused = true)]
async fn keys_are_refreshed_every_five_minutes() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    for _ in 0..20 {
        let before = endpoint.attempts();
        sleep(Duration::from_secs(269)).await;
        assert!(endpoint.attempts() <= before + 1);
        sleep(Duration::from_secs(62)).await;
        assert!(endpoint.attempts() > before);
    }
    let attempts = endpoint.attempts();
    assert!((19..=25).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn first_token_of_new_key_is_accepted() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    assert_accepted(&layer, &old).await;
    // Even directly after a fetch and another rotation.
    for attempts in [2, 3] {
        sleep(SECOND / 2).await;
        endpoint.issuer.rotate();
        let start = Instant::now();
        assert_accepted(&layer, &endpoint.token()).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(endpoint.attempts(), attempts);
    }
    assert_refused(&layer, &old, Kind::UnknownKey).await;
}

#[tokio::test(start_paused = true)]
async fn third_rotation_waits_for_cooldown() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let start = Instant::now();
    for _ in 0..2 {
        endpoint.issuer.rotate();
        assert_accepted(&layer, &endpoint.token()).await;
    }
    endpoint.issuer.rotate();
    let new = endpoint.token();
    assert_refused(&layer, &new, Kind::UnknownKey).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(29 * SECOND).await;
    assert_refused(&layer, &new, Kind::UnknownKey).await;
    assert_eq!(endpoint.attempts(), 3);
    sleep(2 * SECOND).await;
    assert_eq!(endpoint.attempts(), 4);
    assert_accepted(&layer, &new).await;
}

#[tokio::test(start_paused = true)]
async fn fetch_begun_before_rotation_is_not_final() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Late(SECOND));
    let forged = tokio::spawn({
        let (layer, forged) = (layer.clone(), endpoint.forged("forged"));
        async move { assert_refused(&layer, &forged, Kind::UnknownKey).await }
    });
    sleep(SECOND / 2).await;
    assert_eq!(endpoint.under_way(), 1);
    endpoint.set(Mode::Good);
    endpoint.issuer.rotate();
    let start = Instant::now();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(start.elapsed().as_millis() / 10, 50);
    // The attempt for the good token also settled the forged token.
    forged.await.unwrap();
    assert_eq!(endpoint.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn rotation_during_first_fetch_is_seen() {
    let endpoint = Endpoint::new(Mode::Late(9 * SECOND / 10));
    let layer = endpoint.layer();
    let _ = layer.health();
    sleep(SECOND / 2).await;
    endpoint.set(Mode::Good);
    endpoint.issuer.rotate();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(endpoint.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn unknown_key_waits_for_one_fetch() {
    let endpoint = Endpoint::new(Mode::Late(SECOND / 10));
    let layer = endpoint.layer();
    for attempts in 1..=3 {
        assert_refused(&layer, &endpoint.forged("forged"), Kind::UnknownKey).await;
        assert_eq!(endpoint.attempts(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn key_changed_under_same_kid_is_refetched() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    assert_accepted(&layer, &old).await;
    endpoint.issuer.rotate_under_same_id();
    let new = endpoint.token();
    assert_refused(&layer, &new, Kind::InvalidSignature).await;
    sleep(Duration::from_millis(1)).await;
    assert_accepted(&layer, &new).await;
    assert_refused(&layer, &old, Kind::InvalidSignature).await;
    assert_eq!(endpoint.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn bad_signatures_leave_a_refetch_for_a_new_key() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let (good, other) = (endpoint.token(), endpoint.issuer.token().guest().mint());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let bad = format!("{signed}.{signature}");
    for _ in 0..200 {
        assert_refused(&layer, &bad, Kind::InvalidSignature).await;
        sleep(SECOND / 10).await;
    }
    assert_eq!(endpoint.attempts(), 2);
    endpoint.issuer.rotate();
    let start = Instant::now();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// Repeats a token of a new key until it is accepted, and asserts that this happens in time.
async fn assert_seen_within(limit: Duration, endpoint: &Endpoint, layer: &SequenceAuthLayer) {
    let (new, start) = (endpoint.token(), Instant::now());
    while send(layer, bearer(&new)).await.kind().is_some() {
        assert!(start.elapsed() <= limit, "{}", layer.health());
        sleep(SECOND / 10).await;
    }
}

#[tokio::test(start_paused = true)]
async fn rotation_is_seen_soon_after_failed_fetch() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    sleep(SECOND / 2).await;
    endpoint.set(Mode::Fails);
    endpoint.issuer.rotate();
    assert_unavailable(&layer, &endpoint.token()).await;
    endpoint.set(Mode::Good);
    assert_seen_within(2 * SECOND, &endpoint, &layer).await;
}

#[tokio::test(start_paused = true)]
async fn rotation_in_outage_is_seen_after_it() {
    for minutes in [1, 10, 30] {
        let endpoint = Endpoint::new(Mode::Good);
        let layer = endpoint.layer();
        layer.ready().await.unwrap();
        endpoint.set(Mode::Fails);
        sleep(5 * MINUTE + minutes * MINUTE).await;
        endpoint.issuer.rotate();
        endpoint.set(Mode::Good);
        assert_seen_within(2 * SECOND, &endpoint, &layer).await;
    }
}

#[tokio::test(start_paused = true)]
async fn forged_tokens_delay_rotation_by_one_cooldown() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    endpoint.set(Mode::Fails);
    sleep(20 * MINUTE).await;
    let attempts = endpoint.attempts();
    for _ in 0..600 {
        assert_unavailable(&layer, &endpoint.forged("forged")).await;
        sleep(SECOND / 10).await;
    }
    // Two at once, two in the minute, and those of the back-off, which are usually at least half a minute apart.
    let attempts = endpoint.attempts() - attempts;
    assert!((3..=12).contains(&attempts), "{attempts}");
    endpoint.issuer.rotate();
    endpoint.set(Mode::Good);
    assert_seen_within(30 * SECOND, &endpoint, &layer).await;
}

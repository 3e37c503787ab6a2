//! The issuer changes its keys.

use std::time::Duration;

use sequence_auth::AuthErrorKind as Kind;
use tokio::time::{Instant, sleep};

use super::{
    assert_accepted, assert_refused,
    endpoint::{Endpoint, Mode},
};

#[tokio::test(start_paused = true)]
async fn the_keys_are_refreshed_every_five_minutes_give_or_take() {
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
async fn a_rotated_key_is_accepted_by_the_request_that_brings_it() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    assert_accepted(&layer, &old).await;
    sleep(Duration::from_secs(40)).await;
    endpoint.issuer.rotate();
    let start = Instant::now();
    assert_accepted(&layer, &endpoint.token()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(endpoint.attempts(), 2);
    assert_refused(&layer, &old, Kind::UnknownKey).await;
}

#[tokio::test(start_paused = true)]
async fn within_the_cool_down_an_unknown_key_is_refused_at_once_and_fetched_at_its_end() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    assert_accepted(&layer, &endpoint.token()).await;
    endpoint.issuer.rotate();
    let start = Instant::now();
    assert_refused(&layer, &endpoint.token(), Kind::UnknownKey).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(Duration::from_secs(29)).await;
    assert_eq!(endpoint.attempts(), 1);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(endpoint.attempts(), 2);
    assert_accepted(&layer, &endpoint.token()).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_that_changes_under_its_id_is_fetched_after_a_bad_signature() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let old = endpoint.token();
    assert_accepted(&layer, &old).await;
    sleep(Duration::from_secs(40)).await;
    endpoint.issuer.rotate_under_same_id();
    let new = endpoint.token();
    assert_refused(&layer, &new, Kind::InvalidSignature).await;
    sleep(Duration::from_millis(1)).await;
    assert_accepted(&layer, &new).await;
    assert_refused(&layer, &old, Kind::InvalidSignature).await;
    assert_eq!(endpoint.attempts(), 2);
}

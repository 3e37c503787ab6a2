//! Outages of the local issuer: a switch starts and ends them, and paused time drives the keys.

use std::error::Error as _;

use sequence_auth::{AuthErrorKind as Kind, FetchKeys, KeyState, testing::LocalIssuer};
use tokio::time::sleep;

use crate::{
    jwks::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable},
    support::PROJECT,
};

#[tokio::test(start_paused = true)]
async fn keys_become_stale_then_untrusted_and_recover() {
    let issuer = LocalIssuer::new();
    let layer = issuer.layer(PROJECT);
    let token = issuer.token().mint();
    layer.ready().await.unwrap();
    sleep(SECOND).await;
    issuer.set_down(true);
    // The next fetch is due after 300 seconds ± 10 %.
    sleep(268 * SECOND).await;
    assert_eq!(layer.health().state(), KeyState::Fresh);
    sleep(62 * SECOND).await;
    assert_eq!(layer.health().state(), KeyState::Stale);
    let health = layer.health();
    let cause = health.last_error().unwrap().source().unwrap();
    assert_eq!(cause.to_string(), "the local issuer is down");
    sleep(24 * HOUR - 6 * MINUTE).await;
    assert_accepted(&layer, &token).await;
    sleep(MINUTE).await;
    assert_eq!(layer.health().state(), KeyState::Expired);
    assert_unavailable(&layer, &token).await;
    issuer.set_down(false);
    sleep(2 * SECOND).await;
    assert_accepted(&layer, &token).await;
    assert_eq!(layer.health().state(), KeyState::Fresh);
}

#[tokio::test(start_paused = true)]
async fn layer_that_is_made_during_an_outage_has_no_keys() {
    let issuer = LocalIssuer::new();
    issuer.set_down(true);
    let layer = issuer.layer(PROJECT);
    layer.ready().await.unwrap_err();
    let token = issuer.token().mint();
    assert_unavailable(&layer, &token).await;
    issuer.set_down(false);
    sleep(2 * SECOND).await;
    assert_accepted(&layer, &token).await;
}

#[tokio::test(start_paused = true)]
async fn rotation_is_not_seen_while_the_issuer_is_down() {
    let issuer = LocalIssuer::new();
    let layer = issuer.layer(PROJECT);
    let old = issuer.token().mint();
    issuer.rotate();
    issuer.set_down(true);
    let new = issuer.token().mint();
    assert_unavailable(&layer, &new).await;
    assert_accepted(&layer, &old).await;
    issuer.set_down(false);
    sleep(MINUTE).await;
    assert_accepted(&layer, &new).await;
    assert_refused(&layer, &old, Kind::UnknownKey).await;
}

#[tokio::test]
async fn clones_go_down_together() {
    for issuer in [LocalIssuer::new(), LocalIssuer::oms_wallet()] {
        let clone = issuer.clone();
        clone.set_down(true);
        issuer.fetch().await.unwrap_err();
        issuer.set_down(false);
        assert_eq!(clone.fetch().await.unwrap(), issuer.jwks());
    }
}

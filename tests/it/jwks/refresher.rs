//! The background task: shared, and ended with what it serves.

use std::time::Duration;

use sequence_auth::SequenceAuthLayer;
use tokio::time::sleep;
use tower_layer::Layer;

use super::{HOUR, MINUTE, assert_accepted};
use crate::keys::endpoint::{Endpoint, Mode};

#[tokio::test(start_paused = true)]
async fn layers_with_other_policies_share_one_refresher() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    let others = [
        layer.clone().optional(),
        layer.clone().also_project(7),
        layer.clone().body_limit(10),
        layer.clone(),
    ];
    for layer in &others {
        let _service = layer.layer(());
        assert_accepted(layer, &endpoint.token()).await;
    }
    assert_eq!(endpoint.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_refresher_ends_with_the_last_clone() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint.layer();
    layer.ready().await.unwrap();
    let clone = layer.clone().optional();
    let service = clone.layer(());
    drop((layer, clone));
    sleep(HOUR).await;
    let attempts = endpoint.attempts();
    assert!(attempts > 5);
    drop(service);
    sleep(HOUR).await;
    assert_eq!(endpoint.attempts(), attempts);
}

#[test]
fn a_layer_made_outside_a_runtime_works_in_one_and_in_the_next() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint
        .builder()
        .refetch_cooldown(Duration::ZERO)
        .build()
        .unwrap();
    for attempts in 1..=3 {
        // Only a refresher that runs can know this key.
        endpoint.issuer.rotate();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(assert_accepted(&layer, &endpoint.token()));
        assert_eq!(endpoint.attempts(), attempts);
    }
}

/// Sends a request in one runtime and ends the refresher's own one once an attempt hangs.
fn outlive_the_refreshers_runtime(endpoint: &Endpoint, layer: &SequenceAuthLayer) {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let (refreshers, requests) = (runtime(), runtime());
    let attempts = endpoint.attempts();
    refreshers.block_on(async { layer.health() });
    let (layer, token) = (layer.clone(), endpoint.token());
    let request = requests.spawn(async move { assert_accepted(&layer, &token).await });
    let patience = std::time::Instant::now() + MINUTE;
    while endpoint.attempts() == attempts {
        assert!(std::time::Instant::now() < patience, "nothing is fetched");
        std::thread::yield_now();
    }
    endpoint.set(Mode::Good);
    drop(refreshers);
    requests.block_on(request).unwrap();
}

#[test]
fn a_request_that_waits_for_a_new_key_outlives_the_refreshers_runtime() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let layer = endpoint
        .builder()
        .initial_keys(endpoint.issuer.jwks())
        .refetch_cooldown(Duration::ZERO)
        .build()
        .unwrap();
    endpoint.issuer.rotate();
    outlive_the_refreshers_runtime(&endpoint, &layer);
}

#[test]
fn a_request_that_waits_for_the_first_keys_outlives_the_refreshers_runtime() {
    let endpoint = Endpoint::new(Mode::Hangs);
    outlive_the_refreshers_runtime(&endpoint, &endpoint.layer());
}

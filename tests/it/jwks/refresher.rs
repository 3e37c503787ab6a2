//! All clones of a layer share the background task, which ends with the last clone.

use std::time::Duration;

use sequence_auth::SequenceAuthLayer;
use tokio::time::sleep;
use tower_layer::Layer;

use super::{HOUR, MINUTE, assert_accepted};
use test_support::key_endpoint::{Endpoint, Mode};

#[tokio::test(start_paused = true)]
async fn layers_with_other_policies_share_refresher() {
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
async fn refresher_ends_with_last_clone() {
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
fn layer_works_in_one_runtime_after_another() {
    let endpoint = Endpoint::new(Mode::Good);
    let layer = endpoint
        .builder()
        .refetch_cooldown(Duration::ZERO)
        .build()
        .unwrap();
    for attempts in 1..=3 {
        // Only a running refresher can know this key.
        endpoint.issuer.rotate();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(assert_accepted(&layer, &endpoint.token()));
        assert_eq!(endpoint.attempts(), attempts);
    }
}

/// Sends a request in one runtime, and ends the refresher's runtime while an attempt hangs.
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
fn wait_for_new_key_outlives_refresher_runtime() {
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
fn wait_for_first_keys_outlives_refresher_runtime() {
    let endpoint = Endpoint::new(Mode::Hangs);
    outlive_the_refreshers_runtime(&endpoint, &endpoint.layer());
}

//! Traffic at full speed on every core, while the issuer fails in every way it knows and changes its key.
//!
//! It runs for `SOAK_SECONDS`, 3 by default, and prints what it saw:
//!
//! ```sh
//! SOAK_SECONDS=600 cargo test --release --all-features --test soak -- --nocapture
//! ```

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod issuer;
mod memory;
mod traffic;

use std::{env, sync::Arc, time::Duration};

use sequence_auth::{KeyState, SequenceAuthLayer};
use tokio::{
    runtime::Runtime,
    task::JoinSet,
    time::{Instant, sleep},
};

use issuer::{FAILURES, Issuer, Mode};
use memory::Memory;
use traffic::Traffic;

const PROJECT: u64 = 13639;
const REFRESH_INTERVAL: Duration = Duration::from_millis(100);
const REFETCH_COOLDOWN: Duration = Duration::from_millis(20);
/// Far more than any change takes to have its effect.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn good_tokens_pass_whatever_the_issuer_does() {
    let seconds = env::var("SOAK_SECONDS").map_or(3, |seconds| seconds.parse().unwrap());
    // The issuer has its own runtime, so traffic cannot keep it from responding.
    let issuers = Runtime::new().unwrap();
    let issuer = issuers.block_on(Issuer::start());
    let runtime = Runtime::new().unwrap();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.tokens.url())
        .audience_prefix("https://sequence.test/project/")
        .jwks_url(&issuer.url)
        .refresh_interval(REFRESH_INTERVAL)
        .refetch_cooldown(REFETCH_COOLDOWN)
        .fetch_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    runtime.block_on(soak(layer, &issuer, Duration::from_secs(seconds)));
}

async fn soak(layer: SequenceAuthLayer, issuer: &Issuer, time: Duration) {
    layer.ready().await.unwrap();
    let traffic = Arc::new(Traffic::new(layer.clone(), &issuer.tokens));
    let mut workers = JoinSet::new();
    for _ in 0..std::thread::available_parallelism().unwrap().get() {
        workers.spawn(Arc::clone(&traffic).run());
    }
    // More than may wait for a refetch.
    for _ in 0..100 {
        workers.spawn(Arc::clone(&traffic).flood());
    }

    let (start, mut memory) = (Instant::now(), Memory::new());
    let mut outages = 0;
    for failure in FAILURES.iter().cycle() {
        if start.elapsed() >= time {
            break;
        }
        fail_and_recover(&layer, issuer, *failure).await;
        rotate(&layer, issuer, &traffic).await;
        outages += 1;
        memory.sample();
    }
    traffic.stop();
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }

    let (elapsed, fetches) = (start.elapsed(), issuer.fetches());
    println!(
        "{:.0} s: {outages} outages, each with a rotation; {fetches} fetches; {}; {memory}",
        elapsed.as_secs_f64(),
        traffic.report(elapsed),
    );
    traffic.assert_sound();
    // Tokens cause two at once, and then one in each cool-down; the others are an interval apart.
    let times = |pause: Duration| elapsed.as_millis() / pause.as_millis();
    let most = times(REFETCH_COOLDOWN) + 2 + times(REFRESH_INTERVAL.mul_f64(0.9)) + 1;
    assert!(fetches as u128 <= most, "{fetches} fetches, at most {most}");
    memory.assert_flat();
}

/// Lets an outage last until an attempt has failed, and a little longer.
async fn fail_and_recover(layer: &SequenceAuthLayer, issuer: &Issuer, failure: Mode) {
    issuer.set(failure);
    until(|| layer.health().state() == KeyState::Stale, failure).await;
    sleep(Duration::from_millis(100)).await;
    issuer.set(Mode::Good);
    until(|| layer.health().state() == KeyState::Fresh, failure).await;
}

/// Changes the key: the first request with the new one gets in, at the latest when it asks again.
async fn rotate(layer: &SequenceAuthLayer, issuer: &Issuer, traffic: &Traffic) {
    let rotation = traffic.begin_rotation();
    issuer.tokens.rotate();
    let token = issuer.tokens.token().mint();
    let verifier = layer.verifier();
    let start = Instant::now();
    while verifier.verify(&token).await.is_err() {
        assert!(start.elapsed() < PATIENCE, "the new key does not get in");
    }
    rotation.end(token);
}

async fn until(is_so: impl Fn() -> bool, failure: Mode) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < PATIENCE,
            "{failure:?} has no effect, or no end"
        );
        sleep(Duration::from_millis(5)).await;
    }
}

//! How often a warning about keys is repeated while its cause comes and goes.

use std::sync::atomic::{AtomicBool, Ordering};

use sequence_auth::{FetchError, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::sleep;

use super::keys::assert_told;
use crate::{
    jwks::{MINUTE, SECOND},
    recorder::Recorder,
    support::PROJECT,
};

/// A layer with keys, over an issuer whose attempts fail every other time.
fn flapping() -> SequenceAuthLayer {
    let (issuer, is_good) = (LocalIssuer::new(), AtomicBool::new(false));
    let builder = issuer.builder(PROJECT).refetch_cooldown(SECOND);
    let builder = builder.key_fetcher(move || {
        let is_good = is_good.fetch_not(Ordering::Relaxed);
        let document = is_good.then(|| issuer.jwks().into());
        async move { document.ok_or_else(|| FetchError::new("the endpoint flaps")) }
    });
    builder.refresh_interval(2 * SECOND).build().unwrap()
}

fn assert_warned_once(recorder: &Recorder) {
    let mut told = recorder.take_told();
    told.retain(|line| line.starts_with("WARN"));
    assert_told(
        &told,
        &[
            "WARN the keys could not be fetched",
            "WARN the keys are stale",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn warnings_of_an_issuer_that_flaps_are_logged_once_a_minute() {
    let layer = flapping();
    let (recorder, _guard) = Recorder::start();
    let _ = layer.health();
    for _ in 0..3 {
        sleep(MINUTE).await;
        assert_warned_once(&recorder);
    }
}

#[test]
fn warnings_are_logged_once_a_minute_in_one_runtime_after_another() {
    let layer = flapping();
    let (recorder, _guard) = Recorder::start();
    for _ in 0..5 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let _ = layer.health();
            sleep(5 * SECOND).await;
        });
    }
    assert_warned_once(&recorder);
}

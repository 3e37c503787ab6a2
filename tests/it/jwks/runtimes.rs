//! A program that ends its runtimes, or has one without a timer, neither floods the issuer nor the log.

use std::{
    panic,
    sync::{Arc, Mutex},
    thread,
    time::Instant,
};

use sequence_auth::SequenceAuthLayer;
use tokio::{runtime::Builder, task::yield_now};

use super::assert_accepted;
use test_support::key_endpoint::{Endpoint, Mode};

const USES: usize = 100;

/// A layer with keys, whose next fetch is due.
fn layer_with_keys(endpoint: &Endpoint) -> SequenceAuthLayer {
    let keys = endpoint.issuer.jwks();
    endpoint.builder().initial_keys(keys).build().unwrap()
}

/// Uses the layer, and lets its task run.
async fn use_layer(layer: &SequenceAuthLayer, token: &str) {
    assert_accepted(layer, token).await;
    for _ in 0..3 {
        yield_now().await;
    }
}

#[test]
fn runtime_for_each_use_causes_few_fetches() {
    let endpoint = Endpoint::new(Mode::Hangs);
    let (layer, token) = (layer_with_keys(&endpoint), endpoint.token());
    let start = Instant::now();
    for _ in 0..USES {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(use_layer(&layer, &token));
    }
    // The first, its repetition at once, and at most one in each second.
    let most = 2 + usize::try_from(start.elapsed().as_secs()).unwrap();
    assert!(
        (2..=most).contains(&endpoint.attempts()),
        "{}",
        endpoint.attempts()
    );
}

/// Runs a function, and returns the messages of the panics of this thread that were caught meanwhile.
fn caught_panics(function: impl FnOnce()) -> Vec<String> {
    let messages = Arc::new(Mutex::new(Vec::new()));
    let (told, this_thread) = (Arc::clone(&messages), thread::current().id());
    let other_threads_hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == this_thread {
            told.lock().unwrap().push(panic.to_string());
        } else {
            other_threads_hook(panic);
        }
    }));
    function();
    let _ = panic::take_hook();
    messages.lock().unwrap().clone()
}

#[test]
fn runtime_without_timer_causes_few_panics() {
    let endpoint = Endpoint::new(Mode::Good);
    let (layer, token) = (layer_with_keys(&endpoint), endpoint.token());
    let start = Instant::now();
    let panics = caught_panics(|| {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for _ in 0..USES {
                use_layer(&layer, &token).await;
            }
        });
    });
    let most = 2 + usize::try_from(start.elapsed().as_secs()).unwrap();
    assert!((2..=most).contains(&panics.len()), "{panics:#?}");
    for panic in panics {
        assert!(
            panic.contains("Call `enable_time` on the runtime builder"),
            "{panic}"
        );
    }
}

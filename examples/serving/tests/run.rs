//! From the first future to the exit code.

use std::{
    process::ExitCode,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use sequence_auth::{FetchError, SequenceAuthLayer};
use test_support::PROJECT;
use tokio::{sync::Notify, task::spawn_blocking};

/// A layer whose key fetch blocks a thread, as a name look-up does, and a receiver that reports its start.
fn blocking(until: &Arc<Barrier>) -> (SequenceAuthLayer, Arc<Notify>) {
    let (until, begun) = (Arc::clone(until), Arc::new(Notify::new()));
    let begins = Arc::clone(&begun);
    let builder = SequenceAuthLayer::builder(PROJECT).key_fetcher(move || {
        let (until, begins) = (Arc::clone(&until), Arc::clone(&begins));
        async move {
            let look_up = spawn_blocking(move || {
                begins.notify_one();
                until.wait();
            });
            Err(FetchError::new(format!("{:?}", look_up.await)))
        }
    });
    (builder.build().unwrap(), begun)
}

#[test]
fn a_look_up_that_hangs_does_not_hold_up_the_end() {
    let until = Arc::new(Barrier::new(2));
    let (layer, begun) = blocking(&until);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let code = serving::run(async move {
            let _ = layer.health();
            begun.notified().await;
            layer.shutdown().await;
            Ok(())
        });
        ended.send(code).unwrap();
    });
    let code = end.recv_timeout(Duration::from_secs(60));
    until.wait();
    assert_eq!(code.unwrap(), ExitCode::SUCCESS);
}

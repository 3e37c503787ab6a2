//! The wall clock moves while the layer waits for the application.

use std::{convert::Infallible, sync::Arc};

use sequence_auth::{AuthErrorKind as Kind, MemoryStore, SequenceAuthLayer};
use test_support::{ISSUER, layer};

use crate::{
    MINUTE, assert_accepted, assert_refused,
    clock::{run_in, set_clock},
};

/// Layers whose application answers when the clock is this many seconds off.
fn asking(layer: &SequenceAuthLayer, seconds: i64) -> [SequenceAuthLayer; 2] {
    let predicate = move |_| async move {
        set_clock(seconds);
        true
    };
    let load = move |_| async move {
        set_clock(seconds);
        Ok::<_, Infallible>(Some(()))
    };
    [
        layer.clone().authorize_async(predicate),
        layer.clone().load(load),
    ]
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn a_token_that_grows_too_old_while_the_application_is_asked_is_refused_and_not_used() {
    run_in("application", "times_are_checked_after_the_answer");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn times_are_checked_after_the_answer() {
    let store = Arc::new(MemoryStore::default());
    let once = layer().max_token_age(MINUTE).once(Arc::clone(&store));
    for way in 0..2 {
        set_clock(0);
        let token = ISSUER.token().claim("way", way).mint();
        for (seconds, kind) in [(9 * 60, Kind::TokenTooOld), (11 * 60, Kind::Expired)] {
            set_clock(0);
            assert_refused(&asking(&once, seconds)[way], &token, kind).await;
        }
        set_clock(0);
        let answering = &asking(&once, 0)[way];
        assert_accepted(answering, &token).await;
        assert_refused(answering, &token, Kind::UsedToken).await;
    }
}

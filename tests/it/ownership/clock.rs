//! A store in memory whose clock was wrong when it began.

use std::sync::Arc;

use sequence_auth::{AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces};

use super::{assert_accepted, assert_refused, token};
use crate::{
    keys::clock::{run_in, set_clock},
    recorder::Recorder,
    support::{ISSUER, bearer, layer},
};

#[test]
fn a_store_from_a_time_to_come_is_unavailable_until_then_and_the_operator_is_told_of_the_clock() {
    run_in("ownership::clock", "nobody_passes_until_the_time_has_come");
}

#[tokio::test]
#[ignore = "needs a clock that jumps, which the test above brings along"]
async fn nobody_passes_until_the_time_has_come() {
    let (recorder, _guard) = Recorder::start();
    set_clock(3600);
    let store = Arc::new(MemoryStore::default());
    let nonces = Nonces::builder(NonceKey::random()).store(Arc::clone(&store));
    let nonces = nonces.build().unwrap();
    let login = layer().with_nonces(nonces.clone());
    let once = layer().once(store);
    set_clock(0);
    for layer in [&login, &once] {
        recorder.attend();
        let request = bearer(&token(&nonces.issue()));
        assert_refused(layer, request, Kind::OneTimeStoreUnavailable).await;
        let told = recorder.take_told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("the clock was ahead when the store was created"),
            "{told:?}"
        );
    }
    set_clock(3602);
    assert_accepted(&login, bearer(&token(&nonces.issue()))).await;
    assert_accepted(&once, bearer(&ISSUER.token().mint())).await;
}

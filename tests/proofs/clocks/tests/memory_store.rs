//! A store in memory whose clock was wrong when it began.

use std::sync::Arc;

use sequence_auth::{AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces};
use test_support::{ISSUER, layer, recorder::Recorder};

use crate::{
    assert_accepted, assert_refused,
    clock::{run_in, set_clock},
};

fn token(nonces: &Nonces) -> String {
    ISSUER.token().nonce(&nonces.issue()).mint()
}

#[test]
#[cfg_attr(not(libfaketime), ignore = "needs libfaketime")]
fn a_store_from_a_time_to_come_is_unavailable_until_then_and_the_operator_is_told_of_the_clock() {
    run_in("memory_store", "nobody_passes_until_the_time_has_come");
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
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
        assert_refused(layer, &token(&nonces), Kind::OneTimeStoreUnavailable).await;
        let told = recorder.take_told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("the clock was ahead when the store was created"),
            "{told:?}"
        );
    }
    set_clock(3602);
    assert_accepted(&login, &token(&nonces)).await;
    assert_accepted(&once, &ISSUER.token().mint()).await;
}

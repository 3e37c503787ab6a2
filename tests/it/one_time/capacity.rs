//! A full store says when it will have room, and an account cannot fill more than its share.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::StatusCode;
use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, MemoryStore, OneTimeKey, OneTimeStore, OneTimeStoreError,
};

use crate::{
    login::{assert_accepted, token},
    one_time::store::{assert_temporary, with_store},
    recorder::Recorder,
    support::{Answer, ISSUER, bearer, layer, send},
};

const OTHER_WALLET: &str = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";

/// The use of a new nonce is stored for ten minutes.
#[track_caller]
fn assert_room_in_ten_minutes(answer: &Answer) {
    let wait = answer.headers["retry-after"].to_str().unwrap();
    let wait: u64 = wait.parse().unwrap();
    assert!((590..=600).contains(&wait), "{wait}");
}

#[tokio::test(start_paused = true)]
async fn one_account_fills_only_its_share() {
    let (recorder, _guard) = Recorder::start();
    let store = Arc::new(MemoryStore::new(1000).max_per_wallet(3));
    let (login, nonces) = with_store(Arc::clone(&store));
    let once = layer().once(Arc::clone(&store));
    let by = |wallet: &str| {
        let token = ISSUER.token().wallet(wallet).nonce(&nonces.issue());
        bearer(&token.mint())
    };
    let [greedy, other] = ["0x52908400098527886E0F7030069857D2E4169EE7", OTHER_WALLET];
    for _ in 0..3 {
        assert_accepted(&login, by(greedy)).await;
    }
    // Every spelling of the address counts, and every kind of use.
    let in_lower_case = &*greedy.to_lowercase();
    for (layer, wallet) in [(&login, greedy), (&login, in_lower_case), (&once, greedy)] {
        let answer = send(layer, by(wallet)).await;
        // RFC 6585 §4. A 5xx would be an outage that a player can cause.
        let status = StatusCode::TOO_MANY_REQUESTS;
        assert_temporary(&answer, Kind::OneTimeShareUsed, status);
        assert_room_in_ten_minutes(&answer);
        assert_accepted(&login, by(other)).await;
    }
    let told = recorder.take_told();
    // One warning for each layer, and no event that the outage is over when another account logs in.
    assert_eq!(told.len(), 2, "{told:?}");
    let cause = "one account has used up its share";
    assert!(told.iter().all(|told| told.contains(cause)), "{told:?}");
    assert!(told.iter().all(|told| told.contains("429")), "{told:?}");
    assert_eq!(store.len(), 6);
}

#[tokio::test]
async fn retry_after_of_store_is_bounded() {
    struct Patient(Option<Duration>);
    impl OneTimeStore for Patient {
        fn first_use<'a>(
            &'a self,
            _: &'a OneTimeKey,
            _: SystemTime,
        ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
            let error = OneTimeStoreError::full();
            let error = match self.0 {
                Some(time) => error.with_retry_after(time),
                None => error,
            };
            Box::pin(async { Err(error) })
        }
    }
    for (time, expected) in [
        (None, "1"),
        (Some(Duration::ZERO), "1"),
        (Some(Duration::from_millis(1001)), "2"),
        (Some(Duration::from_secs(77)), "77"),
        (Some(Duration::MAX), "86400"),
    ] {
        let (login, nonces) = with_store(Patient(time));
        let answer = send(&login, bearer(&token(&nonces.issue()))).await;
        answer.assert_refused(Kind::OneTimeStoreFull);
        assert_eq!(answer.headers["retry-after"], expected);
    }
}

#[tokio::test]
async fn full_memory_store_sets_retry_after() {
    let (login, nonces) = with_store(MemoryStore::new(1));
    assert_accepted(&login, bearer(&token(&nonces.issue()))).await;
    let answer = send(&login, bearer(&token(&nonces.issue()))).await;
    answer.assert_refused(Kind::OneTimeStoreFull);
    assert_room_in_ten_minutes(&answer);
}

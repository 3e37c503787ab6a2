//! The events about a failing store, and how often they are logged.

use std::{
    future::pending,
    sync::Arc,
    time::{Duration, SystemTime},
};

use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, MemoryStore, Nonces, OneTimeKey, OneTimeStore,
    OneTimeStoreError, SequenceAuthLayer,
};
use tokio::time::{advance, timeout};

use crate::{
    login::{assert_accepted, assert_refused, token},
    one_time::store::{Switch, with_store},
    recorder::Recorder,
    support::{bearer, send},
};

/// A login with a store that the test turns off and on, and the events of each attempt.
struct Observed {
    store: Arc<Switch>,
    login: SequenceAuthLayer,
    nonces: Nonces,
    recorder: Recorder,
}

impl Observed {
    fn new(recorder: Recorder) -> Self {
        let store = Arc::new(Switch::default());
        let (login, nonces) = with_store(Arc::clone(&store));
        Self {
            store,
            login,
            nonces,
            recorder,
        }
    }

    async fn attempt(&self, problem: impl Into<Option<&'static str>>) -> Vec<String> {
        self.store.turn(problem);
        send(&self.login, bearer(&token(&self.nonces.issue()))).await;
        self.recorder.take_told()
    }

    async fn assert_warned(&self, problem: &'static str, cause: &str) {
        let told = self.attempt(problem).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("WARN a nonce or token could not be recorded as used"),
            "{told:?}"
        );
        assert!(told[0].contains(cause), "{told:?}");
    }

    async fn assert_silent(&self, problem: impl Into<Option<&'static str>>) {
        assert_eq!(self.attempt(problem).await, [""; 0]);
    }

    async fn assert_over(&self) {
        let told = self.attempt(None).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("INFO nonces and tokens are recorded as used again"),
            "{told:?}"
        );
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn outage_is_logged_once_a_minute() {
    let (recorder, _guard) = Recorder::start();
    let seen = Observed::new(recorder);
    let cause = "the store is not available: connection refused";
    seen.assert_warned("connection refused", cause).await;
    seen.assert_silent("connection refused").await;
    advance(MINUTE - Duration::from_millis(1)).await;
    seen.assert_silent("connection refused").await;
    advance(Duration::from_millis(1)).await;
    seen.assert_warned("connection refused", cause).await;
    advance(Duration::from_secs(1)).await;
    seen.assert_over().await;
    seen.assert_silent(None).await;
}

#[tokio::test(start_paused = true)]
async fn each_cause_of_outage_is_logged() {
    let (recorder, _guard) = Recorder::start();
    let seen = Observed::new(recorder);
    for cause in ["only just begun", "NOPERM", "the clock of Redis"] {
        seen.assert_warned(cause, cause).await;
        seen.assert_silent(cause).await;
    }
    seen.assert_warned("full", "the store is full").await;
    seen.assert_silent("NOPERM").await;
    seen.assert_over().await;
}

#[tokio::test(start_paused = true)]
async fn flapping_store_is_logged_once_a_minute() {
    let (recorder, _guard) = Recorder::start();
    let seen = Observed::new(recorder);
    for _ in 0..3 {
        seen.assert_warned("BUSY", "BUSY").await;
        seen.assert_over().await;
        for _ in 0..10 {
            advance(Duration::from_secs(1)).await;
            seen.assert_silent("BUSY").await;
            seen.assert_silent(None).await;
        }
        advance(MINUTE).await;
    }
}

/// A store that never responds, as behind a connection that was lost without notice.
struct Silent;

impl OneTimeStore for Silent {
    fn first_use<'a>(
        &'a self,
        _: &'a OneTimeKey,
        _: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn outage_is_logged_when_clients_give_up() {
    let (recorder, _guard) = Recorder::start();
    let (login, nonces) = with_store(Silent);
    let give_up_after = async |milliseconds| {
        let request = send(&login, bearer(&token(&nonces.issue())));
        let time = Duration::from_millis(milliseconds);
        assert!(timeout(time, request).await.is_err());
        recorder.take_told()
    };
    assert_eq!(give_up_after(400).await, [""; 0], "as clients do");
    let told = give_up_after(700).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("WARN a nonce or token could not be recorded as used"),
        "{told:?}"
    );
    assert!(
        told[0].contains("did not answer before the client disconnected"),
        "{told:?}"
    );
    assert_eq!(give_up_after(700).await, [""; 0]);
    advance(MINUTE).await;
    assert_eq!(give_up_after(700).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn refused_replay_does_not_end_outage() {
    let (recorder, _guard) = Recorder::start();
    let store = Arc::new(MemoryStore::new(1));
    let (login, nonces) = with_store(Arc::clone(&store));
    let used = token(&nonces.issue());
    assert_accepted(&login, bearer(&used)).await;
    let more = bearer(&token(&nonces.issue()));
    assert_refused(&login, more, Kind::OneTimeStoreFull).await;
    assert_eq!(recorder.take_told().len(), 1);
    assert_refused(&login, bearer(&used), Kind::UsedNonce).await;
    assert_eq!(recorder.take_told(), [""; 0]);
}

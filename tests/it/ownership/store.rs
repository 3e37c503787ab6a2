//! Stores that are full, down, or somebody's own.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use http::{HeaderValue, StatusCode};
use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, MemoryStore, NonceKey, Nonces, OneTimeKey, OneTimeStore,
    OneTimeStoreError, SequenceAuthLayer,
};

use tokio::time::advance;

use super::{assert_accepted, assert_refused, token};
use crate::{
    recorder::Recorder,
    support::{Answer, ISSUER, bearer, layer, send},
};

const OTHER_WALLET: &str = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";

/// A store that is down until it is told otherwise, and keeps what it was asked.
struct Switch {
    /// What is wrong with it, if it is.
    problem: Mutex<Option<&'static str>>,
    asked: Mutex<Vec<(OneTimeKey, SystemTime)>>,
}

impl Switch {
    fn turn(&self, problem: impl Into<Option<&'static str>>) {
        *self.problem.lock().unwrap() = problem.into();
    }
}

impl Default for Switch {
    fn default() -> Self {
        Self {
            problem: Mutex::new(Some("connection refused")),
            asked: Mutex::default(),
        }
    }
}

impl OneTimeStore for Switch {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.asked.lock().unwrap().push((key.clone(), expires_at));
            match *self.problem.lock().unwrap() {
                None => Ok(true),
                Some("full") => Err(OneTimeStoreError::full()),
                Some(problem) => Err(OneTimeStoreError::unavailable(problem)),
            }
        })
    }
}

fn with_store(store: impl OneTimeStore) -> (SequenceAuthLayer, Nonces) {
    let nonces = Nonces::builder(NonceKey::random()).store(store);
    let nonces = nonces.build().unwrap();
    (layer().with_nonces(nonces.clone()), nonces)
}

fn assert_unavailable(answer: &Answer, kind: Kind) {
    answer.assert_refused(kind);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains_key("retry-after"));
    assert!(!answer.headers.contains_key("www-authenticate"));
    assert_eq!(
        answer.error.as_ref().unwrap().code(),
        "temporarily_unavailable"
    );
    let text = str::from_utf8(&answer.body).unwrap();
    assert!(!text.contains("connection refused"));
}

#[tokio::test]
async fn while_the_store_is_down_nobody_passes_and_afterwards_everybody_does() {
    let store = Arc::new(Switch::default());
    let (login, nonces) = with_store(Arc::clone(&store));
    let once = layer().once(Arc::clone(&store));
    let token = token(&nonces.issue());
    for layer in [&login, &once] {
        let answer = send(layer, bearer(&token)).await;
        assert_unavailable(&answer, Kind::OneTimeStoreUnavailable);
    }
    let mut grpc = bearer(&token);
    let content_type = HeaderValue::from_static("application/grpc");
    grpc.headers_mut().insert("content-type", content_type);
    assert_eq!(send(&login, grpc).await.headers["grpc-status"], "14");
    store.turn(None);
    assert_accepted(&login, bearer(&token)).await;
    assert_accepted(&once, bearer(&token)).await;
}

/// A login whose store the test turns off and on, and what the operator sees of each attempt.
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
        self.recorder.attend();
        send(&self.login, bearer(&token(&self.nonces.issue()))).await;
        self.recorder.take_told()
    }

    async fn assert_warned(&self, problem: &'static str, cause: &str) {
        let told = self.attempt(problem).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("WARN a use could not be recorded"),
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
            told[0].starts_with("INFO uses are recorded again"),
            "{told:?}"
        );
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn an_outage_is_told_as_a_warning_once_a_minute_and_its_end_when_it_ends() {
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
async fn one_cause_of_an_outage_hides_no_other() {
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
async fn a_store_that_fails_and_works_by_turns_is_told_of_once_a_minute() {
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

#[tokio::test(start_paused = true)]
async fn that_something_was_used_before_ends_no_outage() {
    let (recorder, _guard) = Recorder::start();
    let store = Arc::new(MemoryStore::new(1));
    let (login, nonces) = with_store(Arc::clone(&store));
    let used = token(&nonces.issue());
    assert_accepted(&login, bearer(&used)).await;
    recorder.attend();
    let more = bearer(&token(&nonces.issue()));
    assert_refused(&login, more, Kind::OneTimeStoreFull).await;
    assert_eq!(recorder.take_told().len(), 1);
    assert_refused(&login, bearer(&used), Kind::UsedNonce).await;
    assert_eq!(recorder.take_told(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn one_account_fills_its_share_and_everybody_else_logs_in() {
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
    recorder.attend();
    // However the address is written, and for whatever it is asked.
    let in_lower_case = &*greedy.to_lowercase();
    for (layer, wallet) in [(&login, greedy), (&login, in_lower_case), (&once, greedy)] {
        let answer = send(layer, by(wallet)).await;
        assert_unavailable(&answer, Kind::OneTimeShareUsed);
        let wait: u64 = answer.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((590..=600).contains(&wait), "{wait}");
        assert_accepted(&login, by(other)).await;
    }
    let told = recorder.take_told();
    // Once by each layer, and not as an outage that is over when another one logs in.
    assert_eq!(told.len(), 2, "{told:?}");
    let cause = "one account has used up its share";
    assert!(told.iter().all(|told| told.contains(cause)), "{told:?}");
    assert_eq!(store.len(), 6);
}

#[tokio::test]
async fn a_client_may_come_back_when_the_store_says_so_from_a_second_to_a_day() {
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
async fn a_full_store_in_memory_says_when_something_expires() {
    let (login, nonces) = with_store(MemoryStore::new(1));
    assert_accepted(&login, bearer(&token(&nonces.issue()))).await;
    let answer = send(&login, bearer(&token(&nonces.issue()))).await;
    answer.assert_refused(Kind::OneTimeStoreFull);
    let wait: u64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((590..=600).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_full_store_turns_away_and_forgets_nothing() {
    let store = Arc::new(MemoryStore::new(2));
    let (login, nonces) = with_store(Arc::clone(&store));
    let [first, second, third] = [(); 3].map(|()| token(&nonces.issue()));
    assert_accepted(&login, bearer(&first)).await;
    assert_accepted(&login, bearer(&second)).await;
    let answer = send(&login, bearer(&third)).await;
    assert_unavailable(&answer, Kind::OneTimeStoreFull);
    assert_refused(&login, bearer(&first), Kind::UsedNonce).await;
    assert_refused(&login, bearer(&second), Kind::UsedNonce).await;
    assert_eq!(store.len(), 2);
}

#[tokio::test]
async fn only_verified_tokens_fill_the_store_and_issuing_fills_nothing() {
    let store = Arc::new(MemoryStore::new(1));
    let (login, nonces) = with_store(Arc::clone(&store));
    for _ in 0..10_000 {
        let _ = nonces.issue();
        let _ = nonces.issue_for("browser");
    }
    for number in 0..100 {
        let request = bearer(&token(&format!("made up {number}")));
        assert_refused(&login, request, Kind::ForeignNonce).await;
    }
    let nonce = nonces.issue();
    let expired = ISSUER.token().nonce(&nonce).expired().mint();
    assert_refused(&login, bearer(&expired), Kind::Expired).await;
    assert!(store.is_empty());
    assert_accepted(&login, bearer(&token(&nonce))).await;
}

#[tokio::test]
async fn a_store_is_asked_for_a_digest_until_five_minutes_after_the_last_chance() {
    let store = Arc::new(Switch::default());
    let (login, nonces) = with_store(Arc::clone(&store));
    store.turn(None);
    let before = SystemTime::now() - Duration::from_millis(1);
    let nonce = nonces.issue();
    let after = SystemTime::now();
    let token = token(&nonce);
    assert_accepted(&login, bearer(&token)).await;
    let answer = send(&layer().once(Arc::clone(&store)), bearer(&token)).await;
    let claims = answer.claims();
    let asked = store.asked.lock().unwrap().clone();
    let [(of_nonce, nonce_expiry), (of_token, token_expiry)] = &asked[..] else {
        panic!("two uses, not {asked:?}");
    };
    assert!((before..=after).contains(&of_nonce.issued_at()));
    // The lifetime of 5 minutes, and as much again.
    assert_eq!(
        *nonce_expiry,
        of_nonce.issued_at() + Duration::from_secs(600)
    );
    assert_eq!(
        of_token.issued_at(),
        claims.issued_at() + Duration::from_millis(999)
    );
    // The largest leeway that a layer may have, and 5 minutes.
    assert_eq!(
        *token_expiry,
        claims.expires_at() + Duration::from_secs(600)
    );
    assert_ne!(of_nonce.as_bytes(), of_token.as_bytes());
    // The account is the same, and told to nobody.
    assert_eq!(of_nonce.owner(), of_token.owner());
    let owner = of_nonce.owner().unwrap();
    assert!(!format!("{asked:?}").contains(&format!("{owner:?}")));
    let digest = format!("{:?}", of_nonce.as_bytes());
    assert!(!format!("{asked:?}").contains(&digest));
}

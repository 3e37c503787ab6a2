//! While the store is down or full, every request is refused. Only verified tokens fill it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use http::{HeaderValue, StatusCode};
use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, MemoryStore, NonceKey, Nonces, OneTimeKey, OneTimeStore,
    OneTimeStoreError, SequenceAuthLayer,
};

use crate::{
    login::{assert_accepted, assert_refused, token},
    support::{Answer, ISSUER, bearer, layer, send},
};

/// A store that is down until the test turns it on, and records its calls.
pub(crate) struct Switch {
    /// The current failure of the store, if any.
    problem: Mutex<Option<&'static str>>,
    asked: Mutex<Vec<(OneTimeKey, SystemTime)>>,
}

impl Switch {
    pub(crate) fn turn(&self, problem: impl Into<Option<&'static str>>) {
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

pub(crate) fn with_store(store: impl OneTimeStore) -> (SequenceAuthLayer, Nonces) {
    let nonces = Nonces::builder(NonceKey::random()).store(store);
    let nonces = nonces.build().unwrap();
    (layer().with_nonces(nonces.clone()), nonces)
}

pub(crate) fn assert_unavailable(answer: &Answer, kind: Kind) {
    assert_temporary(answer, kind, StatusCode::SERVICE_UNAVAILABLE);
}

#[track_caller]
pub(crate) fn assert_temporary(answer: &Answer, kind: Kind, status: StatusCode) {
    answer.assert_refused(kind);
    assert_eq!(answer.status, status);
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
async fn nothing_passes_while_store_is_down() {
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

#[tokio::test]
async fn full_store_refuses_and_forgets_nothing() {
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
async fn only_verified_tokens_fill_the_store() {
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
    assert!(!store.is_empty());
}

#[tokio::test]
async fn store_keeps_digest_past_the_last_chance() {
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
    // The lifetime of 5 minutes, twice.
    assert_eq!(
        *nonce_expiry,
        of_nonce.issued_at() + Duration::from_secs(600)
    );
    assert_eq!(
        of_token.issued_at(),
        claims.issued_at().unwrap() + Duration::from_millis(999)
    );
    // The largest leeway that a layer may have, and 5 minutes.
    assert_eq!(
        *token_expiry,
        claims.expires_at() + Duration::from_secs(600)
    );
    assert_ne!(of_nonce.as_bytes(), of_token.as_bytes());
    // Both have the same owner, and `Debug` hides it.
    assert_eq!(of_nonce.owner(), of_token.owner());
    let owner = of_nonce.owner().unwrap();
    assert!(!format!("{asked:?}").contains(&format!("{owner:?}")));
    let digest = format!("{:?}", of_nonce.as_bytes());
    assert!(!format!("{asked:?}").contains(&digest));
}

/// A set of keys is a correct store: the account does not distinguish keys.
#[tokio::test]
async fn set_of_keys_accepts_a_nonce_once_for_all_wallets() {
    #[derive(Default)]
    struct Keys(Mutex<HashSet<OneTimeKey>>);
    impl OneTimeStore for Keys {
        fn first_use<'a>(
            &'a self,
            key: &'a OneTimeKey,
            _: SystemTime,
        ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
            Box::pin(async { Ok(self.0.lock().unwrap().insert(key.clone())) })
        }
    }
    let (login, nonces) = with_store(Keys::default());
    let nonce = nonces.issue();
    assert_accepted(&login, bearer(&token(&nonce))).await;
    let other_wallet = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";
    let of_other = ISSUER.token().wallet(other_wallet).nonce(&nonce).mint();
    assert_refused(&login, bearer(&of_other), Kind::UsedNonce).await;
}

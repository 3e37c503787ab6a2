//! A nonce is only accepted where the store of its issuer is used.

use std::sync::Arc;

use http::StatusCode;
use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, MemoryStore, NonceKey, Nonces, OneTimeKey, OneTimeStore,
    OneTimeStoreError, SequenceAuthLayer,
};

use crate::{
    login::{assert_accepted, assert_refused, next_millisecond, token},
    recorder::Recorder,
    support::{bearer, layer, send},
};

/// A store with a scope that the test sets.
struct Placed {
    store: MemoryStore,
    scope: Option<[u8; 16]>,
}

impl Placed {
    fn new(scope: Option<[u8; 16]>) -> Self {
        let store = MemoryStore::default();
        Self { store, scope }
    }
}

impl OneTimeStore for Placed {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: std::time::SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        self.store.first_use(key, expires_at)
    }

    fn scope(&self) -> Option<[u8; 16]> {
        self.scope
    }
}

fn login(nonces: &Nonces) -> SequenceAuthLayer {
    layer().with_nonces(nonces.clone())
}

#[tokio::test]
async fn nonce_passes_only_in_issuing_process() {
    let key = NonceKey::random();
    let [one, other] = [(); 2].map(|()| Nonces::new(key.clone()));
    for binding in [None, Some("browser")] {
        let nonce = binding.map_or_else(|| one.issue(), |binding| one.issue_for(binding));
        let (token, binding) = (token(&nonce), binding.unwrap_or_default());
        let verify = async |nonces: &Nonces| {
            let verifier = login(nonces).verifier();
            let verified = match binding {
                "" => verifier.verify(&token).await,
                binding => verifier.verify_bound(&token, binding).await,
            };
            verified.err().map(|error| error.kind())
        };
        assert_eq!(verify(&other).await, Some(Kind::OtherScope));
        assert_eq!(verify(&one).await, None);
        assert_eq!(verify(&one).await, Some(Kind::UsedNonce));
        assert_eq!(verify(&other).await, Some(Kind::OtherScope));
    }
}

#[tokio::test]
async fn other_scope_is_answered_with_401() {
    let key = NonceKey::random();
    let [one, other] = [(); 2].map(|()| Nonces::new(key.clone()));
    let answer = send(&login(&other), bearer(&token(&one.issue()))).await;
    answer.assert_refused(Kind::OtherScope);
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let text = str::from_utf8(&answer.body).unwrap();
    assert!(text.contains("issued by another instance of this service"));
}

#[tokio::test(start_paused = true)]
async fn other_scope_is_logged_once_a_minute() {
    let (recorder, _guard) = Recorder::start();
    let key = NonceKey::random();
    let [one, other] = [(); 2].map(|()| Nonces::new(key.clone()));
    let refuse = async || {
        let request = bearer(&token(&one.issue()));
        assert_refused(&login(&other), request, Kind::OtherScope).await;
        recorder.take_told()
    };
    let told = refuse().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("WARN "), "{told:?}");
    for cure in ["NonceKey", "NoncesBuilder::store", "NoncesBuilder::scope"] {
        assert!(told[0].contains(cure), "{told:?}");
    }
    assert_eq!(refuse().await, [""; 0]);
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    assert_eq!(refuse().await.len(), 1);
}

#[tokio::test]
async fn nonce_from_before_restart_is_no_warning() {
    let (recorder, _guard) = Recorder::start();
    let key = NonceKey::random();
    let before = token(&Nonces::new(key.clone()).issue());
    next_millisecond();
    next_millisecond();
    let restarted = Nonces::new(key);
    assert_refused(&login(&restarted), bearer(&before), Kind::OtherScope).await;
    assert_eq!(recorder.take_told(), [""; 0]);
}

#[tokio::test]
async fn processes_sharing_a_store_share_nonces() {
    let key = NonceKey::random();
    let memory = Arc::new(MemoryStore::default());
    let remote = Arc::new(Placed::new(None));
    let builders = || [(); 2].map(|()| Nonces::builder(key.clone()));
    let in_one_process = builders().map(|builder| builder.store(Arc::clone(&memory)));
    let in_several = builders().map(|builder| builder.store(Arc::clone(&remote)));
    for builders in [in_one_process, in_several] {
        let [one, other] = builders.map(|builder| builder.build().unwrap());
        let token = token(&one.issue());
        assert_accepted(&login(&other), bearer(&token)).await;
        for nonces in [&one, &other] {
            assert_refused(&login(nonces), bearer(&token), Kind::UsedNonce).await;
        }
    }
}

#[test]
fn store_is_shared_unless_it_has_a_scope() {
    struct Remote;
    impl OneTimeStore for Remote {
        fn first_use<'a>(
            &'a self,
            _: &'a OneTimeKey,
            _: std::time::SystemTime,
        ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
            Box::pin(async { Ok(true) })
        }
    }
    assert_eq!(Remote.scope(), None);
}

#[tokio::test]
async fn services_with_same_scope_share_nonces() {
    let key = NonceKey::random();
    let scoped = |scope: &str| Nonces::builder(key.clone()).scope(scope).build().unwrap();
    let [issuing, checking, other] = ["login", "login", "shop"].map(scoped);
    let with_its_own = Nonces::new(key.clone());
    let token = token(&issuing.issue());
    for nonces in [&other, &with_its_own] {
        assert_refused(&login(nonces), bearer(&token), Kind::OtherScope).await;
    }
    assert_accepted(&login(&checking), bearer(&token)).await;
    assert_refused(&login(&checking), bearer(&token), Kind::UsedNonce).await;
}

#[tokio::test]
async fn named_scope_never_equals_store_scope() {
    let key = NonceKey::random();
    let scope = *b"0123456789abcdef";
    let name = str::from_utf8(&scope).unwrap();
    let builder = || Nonces::builder(key.clone());
    let in_memory = builder().store(Placed::new(Some(scope))).build().unwrap();
    let named = builder().scope(name).build().unwrap();
    let shared = builder().store(Placed::new(None)).build().unwrap();
    let all = [&in_memory, &named, &shared];
    for issuing in all {
        let token = token(&issuing.issue());
        for checking in all
            .into_iter()
            .filter(|nonces| !std::ptr::eq(*nonces, issuing))
        {
            assert_refused(&login(checking), bearer(&token), Kind::OtherScope).await;
        }
    }
}

//! A setting of the combined layer applies to the tokens of both issuers, in addition to earlier settings.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use sequence_auth::{
    AuthErrorKind as Kind, BoxFuture, EmailPolicy, MemoryStore, NonceKey, Nonces, OneTimeKey,
    OneTimeStore, OneTimeStoreError, SequenceAuthLayer, testing::TokenBuilder,
};

use crate::{
    login::{self, nonces},
    support::{PROJECT, bearer},
    two_issuers::{OMS_PROJECT, assert_accepted, assert_refused, joined, layers, tokens},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Layers for both issuers, with a later setting.
fn then(ask: impl Fn(SequenceAuthLayer) -> SequenceAuthLayer) -> [SequenceAuthLayer; 2] {
    joined(&layers()).map(ask)
}

#[tokio::test]
async fn email_policy_holds_for_both() {
    let both = then(|layer| layer.email_policy(EmailPolicy::Optional));
    for guest in tokens().map(TokenBuilder::guest) {
        assert_accepted(&both, &guest).await;
    }
    let both = both.map(|layer| layer.email_policy(EmailPolicy::Required));
    for guest in tokens().map(TokenBuilder::guest) {
        assert_refused(&both, &guest, Kind::MissingEmail).await;
    }
}

#[tokio::test]
async fn further_project_is_added_to_the_issuer_of_its_kind() {
    let [token, oms_token] = tokens();
    let [number, text] = [
        token.clone().project(7),
        oms_token.clone().project("prj_02"),
    ];
    let both = then(|layer| layer.also_project(7));
    assert_accepted(&both, &number).await;
    assert_refused(&both, &text, Kind::InvalidAudience).await;
    let both = then(|layer| layer.also_project("prj_02"));
    assert_refused(&both, &number, Kind::InvalidAudience).await;
    assert_accepted(&both, &text).await;
    let both = then(|layer| layer.also_project(7).also_project("prj_02"));
    for accepted in [&token, &oms_token, &number, &text] {
        assert_accepted(&both, accepted).await;
    }
    let number_as_text = oms_token.claim("aud", "7");
    assert_refused(&both, &number_as_text, Kind::InvalidAudience).await;
    let text_as_number = token.claim("aud", "https://sequence.test/project/prj_02");
    assert_refused(&both, &text_as_number, Kind::InvalidAudience).await;
}

#[tokio::test]
async fn ages_hold_for_both() {
    let old = SystemTime::now() - 5 * MINUTE;
    let [token, oms_token] = tokens();
    let both = then(|layer| layer.max_token_age(MINUTE));
    assert_accepted(&both, &token).await;
    let too_old = token.clone().issued_at(old);
    assert_refused(&both, &too_old, Kind::TokenTooOld).await;
    assert_refused(&both, &oms_token, Kind::UntrustedTimes).await;
    let both = then(|layer| layer.max_session_age(MINUTE + MINUTE / 2));
    assert_accepted(&both, &token).await;
    assert_refused(&both, &too_old, Kind::SessionTooOld).await;
    assert_refused(&both, &oms_token, Kind::UntrustedTimes).await;
}

#[tokio::test]
async fn predicates_are_added_to_those_of_each() {
    let asked = Arc::new(AtomicUsize::new(0));
    let [embedded, oms] = layers();
    let before = [
        embedded.authorize(|claims| claims.email() != Some("a@example.com")),
        oms.authorize_async(|claims| async move { claims.email() != Some("b@example.com") }),
    ];
    let both = joined(&before).map(|layer| {
        let asked = Arc::clone(&asked);
        layer
            .authorize(|claims| claims.email() != Some("c@example.com"))
            .authorize_async(move |claims| {
                asked.fetch_add(1, Ordering::Relaxed);
                async move { claims.email() != Some("d@example.com") }
            })
    });
    for (email, is_refused) in [
        ("a@example.com", [true, false]),
        ("b@example.com", [false, true]),
        ("c@example.com", [true, true]),
        ("d@example.com", [true, true]),
        ("e@example.com", [false, false]),
    ] {
        for (token, is_refused) in tokens().into_iter().zip(is_refused) {
            let token = token.email(email);
            if is_refused {
                assert_refused(&both, &token, Kind::NotAuthorized).await;
            } else {
                assert_accepted(&both, &token).await;
            }
        }
    }
    // Last of all: for one token with `a` and with `b`, for none with `c`, for both with `d` and with `e`.
    assert_eq!(asked.load(Ordering::Relaxed), 2 * 2 * (1 + 1 + 2 + 2));
}

#[tokio::test]
async fn nonces_are_asked_of_both_and_shared() {
    let nonces = nonces();
    for layer in then(|layer| layer.with_nonces(nonces.clone())) {
        for without in tokens() {
            assert_refused(std::slice::from_ref(&layer), &without, Kind::MissingNonce).await;
        }
        for first in [0, 1] {
            let nonce = nonces.issue();
            let tokens = tokens().map(|token| token.nonce(&nonce).mint());
            login::assert_accepted(&layer, bearer(&tokens[first])).await;
            for token in &tokens {
                login::assert_refused(&layer, bearer(token), Kind::UsedNonce).await;
            }
        }
    }
}

/// Records the owner of each use.
#[derive(Clone, Default)]
struct Owners(Arc<Mutex<Vec<[u8; 16]>>>);

impl OneTimeStore for Owners {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        _: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        self.0.lock().unwrap().extend(key.owner());
        Box::pin(async { Ok(true) })
    }
}

/// The same address at both issuers counts as two accounts, each with its share of a store.
#[tokio::test]
async fn wallet_at_each_issuer_is_an_account_of_its_own() {
    let owners = Owners::default();
    let nonces = Nonces::builder(NonceKey::random()).store(owners.clone());
    let nonces = nonces.build().unwrap();
    let [both, _] = then(|layer| layer.with_nonces(nonces.clone()));
    let wallet = "0x0000000000000000000000000000000000000001";
    for token in tokens() {
        let token = token.wallet(wallet).nonce(&nonces.issue()).mint();
        login::assert_accepted(&both, bearer(&token)).await;
    }
    let owners = owners.0.lock().unwrap();
    assert_eq!(owners.len(), 2);
    assert_ne!(owners[0], owners[1]);
}

#[tokio::test]
async fn once_is_asked_of_both() {
    let store = Arc::new(MemoryStore::default());
    let [token, oms_token] = tokens();
    let both = then(|layer| layer.once(Arc::clone(&store)));
    let token = token.mint();
    login::assert_accepted(&both[0], bearer(&token)).await;
    for layer in &both {
        login::assert_refused(layer, bearer(&token), Kind::UsedToken).await;
    }
    assert_refused(&both, &oms_token, Kind::UntrustedTimes).await;
    let dated = oms_token.issued_at(SystemTime::now());
    assert_refused(&both, &dated, Kind::UntrustedTimes).await;
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn tokens_of_both_have_the_claims_of_their_kind() {
    for layer in joined(&layers()) {
        let [token, oms_token] = tokens().map(|token| token.mint());
        let claims = layer.verifier().verify(&token).await.unwrap();
        assert_eq!(claims.issuer(), "https://waas.sequence.test");
        assert_eq!(claims.project_number(), Some(PROJECT));
        assert_eq!(claims.wallet_id(), None);
        assert!(claims.identity().is_some() && claims.issued_at().is_some());
        let claims = layer.verifier().verify(&oms_token).await.unwrap();
        assert_eq!(claims.issuer(), "https://oms.sequence.test");
        assert_eq!(claims.project_id(), OMS_PROJECT);
        assert_eq!(claims.project_number(), None);
        assert_eq!(claims.wallet_id(), Some("wallet_01"));
        assert!(claims.identity().is_none() && claims.issued_at().is_none());
    }
}

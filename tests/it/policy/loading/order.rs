//! Loads run one after the other, after all other checks of the token and before a nonce is used.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use sequence_auth::{
    AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceAuthLayer, testing::LocalIssuer,
};

use super::{Mode, Players, assert_accepted, good};
use crate::{
    issuer::token_cache::cached_tokens,
    login::{assert_refused, nonces, token},
    support::{ISSUER, bearer, layer, send, with_authorization, with_field, without_token},
};

/// Adds loads that record their turn, each with a type of its own.
fn with_notes(
    layer: SequenceAuthLayer,
    notes: &Arc<Mutex<Vec<u8>>>,
    refusing: Option<u8>,
) -> SequenceAuthLayer {
    let note = |number: u8| {
        let notes = Arc::clone(notes);
        move || {
            notes.lock().unwrap().push(number);
            refusing != Some(number)
        }
    };
    let [first, second, third] = [note(1), note(2), note(3)];
    layer
        .load(move |_| {
            let value = first().then_some(1_u8);
            async move { Ok::<_, String>(value) }
        })
        .load(move |_| {
            let value = second().then_some(2_u16);
            async move { Ok::<_, String>(value) }
        })
        .load(move |_| {
            let value = third().then_some(3_u32).ok_or("down");
            async move { value.map(Some) }
        })
}

#[tokio::test]
async fn loads_run_in_their_order_until_one_refuses() {
    for (refusing, turns, kind) in [
        (None, &[1, 2, 3][..], None),
        (Some(1), &[1], Some(Kind::UnknownPlayer)),
        (Some(2), &[1, 2], Some(Kind::UnknownPlayer)),
        (Some(3), &[1, 2, 3], Some(Kind::LoadFailed)),
    ] {
        let notes = Arc::default();
        let layer = with_notes(layer(), &notes, refusing);
        let answer = send(&layer, good()).await;
        assert_eq!(answer.kind(), kind);
        assert_eq!(*notes.lock().unwrap(), turns);
    }
}

#[tokio::test]
async fn all_values_reach_the_inner_service() {
    let layer = with_notes(layer(), &Arc::default(), None);
    let answer = send(&layer, good()).await;
    let extensions = &answer.seen().extensions;
    assert_eq!(extensions.get(), Some(&1_u8));
    assert_eq!(extensions.get(), Some(&2_u16));
    assert_eq!(extensions.get(), Some(&3_u32));
}

/// The store is only called for verified tokens.
#[tokio::test]
async fn refused_token_loads_nothing() {
    let players = Players::new(Mode::Knows);
    let stranger = LocalIssuer::new();
    let forged = stranger.token().header("kid", ISSUER.key_id()).mint();
    let token = || ISSUER.token();
    for (token, kind) in [
        ("x.y.z".to_owned(), Kind::MalformedToken),
        (forged, Kind::InvalidSignature),
        (token().expired().mint(), Kind::Expired),
        (token().project(7).mint(), Kind::InvalidAudience),
        (token().guest().mint(), Kind::MissingEmail),
    ] {
        let layer = players.behind(layer());
        assert_refused(&layer, bearer(&token), kind).await;
        assert_refused(&layer, with_field(&token), kind).await;
    }
    for (request, kind) in [
        (without_token(), Kind::MissingToken),
        (with_authorization("Bearer"), Kind::MalformedAuthorization),
    ] {
        assert_refused(&players.behind(layer()), request, kind).await;
    }
    assert_eq!(players.asked(), 0);
}

#[tokio::test]
async fn predicates_are_asked_first() {
    let players = Players::new(Mode::KnowsNobody);
    for layer in [
        players.behind(layer()).authorize(|_| false),
        players.behind(layer()).authorize_async(|_| async { false }),
    ] {
        assert_refused(&layer, good(), Kind::NotAuthorized).await;
    }
    assert_eq!(players.asked(), 0);
    let asked = Arc::new(AtomicUsize::new(0));
    let predicate = Arc::clone(&asked);
    let layer = players.behind(layer()).authorize_async(move |_| {
        predicate.fetch_add(1, Ordering::Relaxed);
        async { true }
    });
    assert_refused(&layer, good(), Kind::UnknownPlayer).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(players.asked(), 1);
}

#[tokio::test]
async fn refused_load_uses_neither_nonce_nor_token() {
    let players = Players::new(Mode::KnowsNobody);
    let nonces = nonces();
    let login = players.behind(layer()).with_nonces(nonces.clone());
    let once = players.behind(layer()).once(MemoryStore::default());
    let token = token(&nonces.issue());
    for (layer, used) in [(login, Kind::UsedNonce), (once, Kind::UsedToken)] {
        for (mode, kind) in [
            (Mode::KnowsNobody, Kind::UnknownPlayer),
            (Mode::Fails("connection refused"), Kind::LoadFailed),
        ] {
            players.set(mode);
            assert_refused(&layer, bearer(&token), kind).await;
            assert_refused(&layer, with_field(&token), kind).await;
        }
        players.set(Mode::Knows);
        assert_accepted(&layer, bearer(&token)).await;
        // The load cannot know about the later refusal, so it must not write.
        let before = players.asked();
        assert_refused(&layer, bearer(&token), used).await;
        assert_eq!(players.asked(), before + 1);
    }
}

#[tokio::test]
async fn binding_is_checked_after_the_load() {
    let bound = Nonces::builder(NonceKey::random()).bound_by_cookie("__Host-login");
    let bound = bound.build().unwrap();
    let players = Players::new(Mode::KnowsNobody);
    let login = players.behind(layer()).with_nonces(bound.clone());
    let token = token(&bound.issue_for("mine"));
    assert_refused(&login, bearer(&token), Kind::UnknownPlayer).await;
    players.set(Mode::Knows);
    assert_refused(&login, bearer(&token), Kind::MissingBinding).await;
}

#[tokio::test]
async fn cached_token_is_loaded_each_time() {
    let players = Players::new(Mode::Knows);
    let layer = players.behind(layer());
    let token = ISSUER.token().mint();
    for count in 1..=4 {
        assert_accepted(&layer, bearer(&token)).await;
        assert_eq!(players.asked(), count);
    }
    assert_eq!(cached_tokens(&layer), Some(1));
    players.set(Mode::KnowsNobody);
    assert_refused(&layer, bearer(&token), Kind::UnknownPlayer).await;
}

//! A cached token has to meet all requirements of a layer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use http::Request;
use sequence_auth::{
    AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceAuthLayer, testing::TokenBuilder,
};

use crate::{
    issuer::token_cache::cached_tokens,
    login::{assert_accepted, assert_refused, later_store, next_millisecond, nonces, token},
    support::{ISSUER, Script, bearer, layer, with_field},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Asserts that a layer refuses a token before and after another layer, with the same cache, has accepted it.
async fn assert_refused_all_the_same(
    ask: impl FnOnce(SequenceAuthLayer) -> SequenceAuthLayer,
    token: &str,
    kind: Kind,
) {
    let plain = layer();
    let strict = ask(plain.clone());
    assert_refused_everywhere(&strict, token, kind).await;
    assert_accepted(&plain, bearer(token)).await;
    assert_eq!(cached_tokens(&strict), Some(1));
    assert_refused_everywhere(&strict, token, kind).await;
    assert_accepted(&plain, bearer(token)).await;
}

async fn assert_refused_everywhere(strict: &SequenceAuthLayer, token: &str, kind: Kind) {
    assert_refused(strict, bearer(token), kind).await;
    assert_refused(strict, with_field(token), kind).await;
    let refused = strict.verifier().verify(token).await;
    assert_eq!(refused.unwrap_err().kind(), kind);
}

fn five_minutes_old() -> TokenBuilder {
    ISSUER.token().issued_at(SystemTime::now() - 5 * MINUTE)
}

#[tokio::test]
async fn cached_token_may_be_too_old() {
    let silent = ISSUER.token().without_claim("auth_time").mint();
    for (token, kind) in [
        (five_minutes_old().mint(), Kind::SessionTooOld),
        (silent, Kind::MissingAuthTime),
    ] {
        let ask = |layer: SequenceAuthLayer| layer.max_session_age(MINUTE);
        assert_refused_all_the_same(ask, &token, kind).await;
    }
    let ask = |layer: SequenceAuthLayer| layer.max_token_age(MINUTE);
    assert_refused_all_the_same(ask, &five_minutes_old().mint(), Kind::TokenTooOld).await;
}

#[tokio::test]
async fn cached_token_still_needs_authorization() {
    let token = ISSUER.token().mint();
    let ask = |layer: SequenceAuthLayer| layer.authorize(|_| false);
    assert_refused_all_the_same(ask, &token, Kind::NotAuthorized).await;
    let ask = |layer: SequenceAuthLayer| layer.authorize_async(|_| async { false });
    assert_refused_all_the_same(ask, &token, Kind::NotAuthorized).await;
}

#[tokio::test]
async fn predicates_run_on_each_request() {
    let asked = Arc::new(AtomicUsize::new(0));
    let [in_line, later] = [Arc::clone(&asked), Arc::clone(&asked)];
    let is_even = |asked: &AtomicUsize| asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
    let token = ISSUER.token().mint();
    for picky in [
        layer().authorize(move |_| is_even(&in_line)),
        layer().authorize_async(move |_| {
            let passes = is_even(&later);
            async move { passes }
        }),
    ] {
        for _ in 0..2 {
            assert_accepted(&picky, bearer(&token)).await;
            assert_refused(&picky, bearer(&token), Kind::NotAuthorized).await;
            assert_accepted(&picky, with_field(&token)).await;
            assert_refused(&picky, with_field(&token), Kind::NotAuthorized).await;
        }
    }
    assert_eq!(asked.load(Ordering::Relaxed), 16);
}

#[tokio::test]
async fn cached_token_still_needs_valid_nonce() {
    let short = Nonces::builder(NonceKey::random()).lifetime(Duration::from_millis(1));
    let short = short.build().unwrap();
    let bound = Nonces::builder(NonceKey::random()).bound_by_cookie("login");
    let bound = bound.build().unwrap();
    let unbound = nonces();
    let expired = token(&short.issue());
    next_millisecond();
    for (nonces, token, kind) in [
        (&unbound, ISSUER.token().mint(), Kind::MissingNonce),
        (&unbound, token(&nonces().issue()), Kind::ForeignNonce),
        (
            &unbound,
            token(&unbound.issue_for("me")),
            Kind::OtherBinding,
        ),
        (&bound, token(&bound.issue_for("me")), Kind::MissingBinding),
        (&short, expired, Kind::ExpiredNonce),
    ] {
        let ask = |layer: SequenceAuthLayer| layer.with_nonces(nonces.clone());
        assert_refused_all_the_same(ask, &token, kind).await;
    }
}

/// The order of the layers makes no difference: the login may be the first or the last to see a token.
#[tokio::test]
async fn cached_token_passes_login_once() {
    for is_seen_before in [false, true] {
        for request in [bearer, with_field] as [fn(&str) -> Request<Script>; 2] {
            let plain = layer();
            // Created before the token is issued.
            let (nonces, store) = (nonces(), MemoryStore::default());
            let token = token(&nonces.issue());
            if is_seen_before {
                assert_accepted(&plain, bearer(&token)).await;
                assert_accepted(&plain, bearer(&token)).await;
            }
            let login = plain.clone().with_nonces(nonces);
            assert_accepted(&login, request(&token)).await;
            assert_eq!(cached_tokens(&login), Some(usize::from(is_seen_before)));
            assert_refused_everywhere(&login, &token, Kind::UsedNonce).await;
            assert_accepted(&plain, bearer(&token)).await;
            let once = plain.clone().once(store);
            assert_accepted(&once, request(&token)).await;
            assert_refused_everywhere(&once, &token, Kind::UsedToken).await;
            assert_eq!(cached_tokens(&once), Some(1));
        }
    }
}

#[tokio::test]
async fn cached_token_still_needs_first_use() {
    let key = NonceKey::random();
    let builder = || Nonces::builder(key.clone()).scope("this process and the one before");
    let issued_before = builder().build().unwrap().issue();
    let nonces = builder().store(later_store()).build().unwrap();
    let ask = |layer: SequenceAuthLayer| layer.with_nonces(nonces);
    assert_refused_all_the_same(ask, &token(&issued_before), Kind::UsedNonce).await;
    let store = MemoryStore::new(0);
    let ask = |layer: SequenceAuthLayer| layer.once(store);
    let token = ISSUER.token().mint();
    assert_refused_all_the_same(ask, &token, Kind::OneTimeStoreFull).await;
}

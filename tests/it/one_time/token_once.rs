//! With `once`, a token passes once without a nonce.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, MemoryStore};

use crate::{
    login::{assert_accepted, assert_refused, nonces, token},
    support::{ISSUER, bearer, layer, send, with_field, without_token},
};

#[tokio::test]
async fn token_passes_once_in_header_or_body() {
    let store = Arc::new(MemoryStore::default());
    let login = layer().once(Arc::clone(&store));
    let token = ISSUER.token().mint();
    assert_accepted(&login, with_field(&token)).await;
    for request in [bearer(&token), with_field(&token)] {
        let answer = send(&login, request).await;
        answer.assert_refused(Kind::UsedToken);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let other = ISSUER.token().email("other@example.com").mint();
    assert_accepted(&login, bearer(&other)).await;
    assert_eq!(store.len(), 2);
}

#[tokio::test]
async fn layers_sharing_a_store_share_uses() {
    let [store, other] = [(); 2].map(|()| Arc::new(MemoryStore::default()));
    let token = ISSUER.token().mint();
    assert_accepted(&layer().once(Arc::clone(&store)), bearer(&token)).await;
    assert_refused(&layer().once(store), bearer(&token), Kind::UsedToken).await;
    assert_accepted(&layer().once(other), bearer(&token)).await;
}

#[tokio::test]
async fn refused_token_is_not_used() {
    let store = Arc::new(MemoryStore::default());
    let token = ISSUER.token().guest().mint();
    let login = layer().once(Arc::clone(&store));
    assert_refused(&login, bearer(&token), Kind::MissingEmail).await;
    assert_refused(&login, without_token(), Kind::MissingToken).await;
    let picky = layer()
        .email_policy(sequence_auth::EmailPolicy::Optional)
        .once(Arc::clone(&store));
    let never = picky.clone().authorize_async(|_| async { false });
    assert_refused(&never, bearer(&token), Kind::NotAuthorized).await;
    assert!(store.is_empty());
    assert_accepted(&picky, bearer(&token)).await;
}

#[tokio::test]
async fn token_older_than_store_is_refused() {
    let login = layer().once(MemoryStore::default());
    let issued_at = SystemTime::now() - Duration::from_secs(2);
    let token = ISSUER.token().issued_at(issued_at).mint();
    assert_refused(&login, bearer(&token), Kind::UsedToken).await;
    assert_accepted(&layer(), bearer(&token)).await;
}

/// The issuer's times have whole seconds.
#[tokio::test]
async fn two_tokens_of_a_session_within_a_second_are_one_token() {
    let login = layer().once(MemoryStore::default());
    let second = SystemTime::now() + Duration::from_secs(1);
    let [token, same] = [(); 2].map(|()| ISSUER.token().issued_at(second).mint());
    assert_eq!(token, same);
    assert_accepted(&login, bearer(&token)).await;
    assert_refused(&login, bearer(&same), Kind::UsedToken).await;
    let next = ISSUER.token().issued_at(second + Duration::from_secs(1));
    assert_accepted(&login, bearer(&next.mint())).await;
}

#[tokio::test]
async fn nonce_and_token_are_both_used() {
    let nonces = nonces();
    let store = Arc::new(MemoryStore::default());
    let login = layer().with_nonces(nonces.clone()).once(Arc::clone(&store));
    let token = token(&nonces.issue());
    assert_accepted(&login, bearer(&token)).await;
    assert_refused(&login, bearer(&token), Kind::UsedNonce).await;
    assert_eq!(store.len(), 1);
    assert_refused(&layer().once(store), bearer(&token), Kind::UsedToken).await;
}

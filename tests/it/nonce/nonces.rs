//! A nonce is accepted once, within its lifetime, under a known key, in the scope that issued it.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, EmailPolicy, MemoryStore, NonceKey, Nonces};

use crate::{
    login::{assert_accepted, assert_refused, later_store, next_millisecond, nonces, token},
    support::{ISSUER, bearer, json, layer, send, with_authorization, with_field, without_token},
};

#[tokio::test]
async fn nonce_passes_once() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    let nonce = nonces.issue();
    let answer = send(&login, bearer(&token(&nonce))).await;
    assert_eq!(answer.claims().nonce(), Some(&*nonce));
    let answer = send(&login, bearer(&token(&nonce))).await;
    answer.assert_refused(Kind::UsedNonce);
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(r#"error="invalid_token""#));
    assert!(!challenge.contains(&nonce));
    // The nonce is used, so any other token with it is refused.
    let other = ISSUER.token().nonce(&nonce).email("other@example.com");
    assert_refused(&login, bearer(&other.mint()), Kind::UsedNonce).await;
}

#[tokio::test]
async fn nonce_of_token_in_body_passes_once() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    let token = token(&nonces.issue());
    let answer = send(&login, with_field(&token)).await;
    answer.claims();
    assert!(answer.seen().body().starts_with(br#"{"sequenceToken":"#));
    assert_refused(&login, with_field(&token), Kind::UsedNonce).await;
    assert_refused(&login, bearer(&token), Kind::UsedNonce).await;
}

#[tokio::test]
async fn token_without_required_nonce_is_refused() {
    let login = layer().with_nonces(nonces());
    assert_refused(&login, bearer(&ISSUER.token().mint()), Kind::MissingNonce).await;
    assert_accepted(&layer(), bearer(&ISSUER.token().nonce("any").mint())).await;
}

/// A login that has to wait also distinguishes a malformed header from a bad token.
#[tokio::test]
async fn malformed_credentials_at_login_are_bad_request() {
    for layer in [layer(), layer().with_nonces(nonces())] {
        for value in ["Bearer a b", "Bearer a.b.c\"", "Bearer "] {
            let answer = send(&layer, with_authorization(value)).await;
            answer.assert_refused(Kind::MalformedAuthorization);
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
        assert_refused(&layer, bearer("a.b.c"), Kind::MalformedToken).await;
        let huge = format!("{} {}", "a".repeat(9000), "b");
        assert_refused(&layer, bearer(&huge), Kind::TokenTooLarge).await;
    }
}

#[tokio::test]
async fn foreign_nonce_is_refused() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    let good = nonces.issue();
    let stranger = Nonces::new(NonceKey::random());
    let bound = nonces.issue_for("browser");
    for foreign in [
        String::new(),
        "nonce".into(),
        "A".repeat(78),
        "A".repeat(120),
        "A".repeat(128),
        "A".repeat(4000),
        stranger.issue(),
        stranger.issue_for("browser"),
        good.to_uppercase(),
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        good[..77].to_owned(),
        format!("{good}A"),
        bound[..78].to_owned(),
    ] {
        assert_refused(&login, bearer(&token(&foreign)), Kind::ForeignNonce).await;
    }
    assert_accepted(&login, bearer(&token(&good))).await;
}

#[tokio::test]
async fn nonce_is_url_safe_and_short() {
    let nonces = nonces();
    for (nonce, length) in [
        (nonces.issue(), 78),
        (nonces.issue_for("x"), 120),
        (nonces.issue_for("x".repeat(1024)), 120),
    ] {
        assert_eq!(nonce.len(), length);
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        assert!(nonce.bytes().all(is_unreserved), "{nonce}");
        assert!(nonce.len() <= 128);
    }
    assert_ne!(nonces.issue(), nonces.issue());
}

#[tokio::test]
async fn expired_nonce_is_refused() {
    let short = Nonces::builder(NonceKey::random())
        .lifetime(Duration::from_millis(1))
        .build()
        .unwrap();
    let login = layer().with_nonces(short.clone());
    let token = token(&short.issue());
    next_millisecond();
    assert_refused(&login, bearer(&token), Kind::ExpiredNonce).await;
}

#[tokio::test]
async fn shorter_of_both_lifetimes_counts() {
    let (key, store) = (NonceKey::random(), Arc::new(MemoryStore::default()));
    let lasting = |lifetime| {
        let nonces = Nonces::builder(key.clone()).store(Arc::clone(&store));
        nonces.lifetime(lifetime).build().unwrap()
    };
    let short = lasting(Duration::from_millis(1));
    let long = lasting(Duration::from_secs(300));
    for (issuing, checking) in [(&short, &long), (&long, &short)] {
        let login = layer().with_nonces(checking.clone());
        let token = token(&issuing.issue());
        next_millisecond();
        assert_refused(&login, bearer(&token), Kind::ExpiredNonce).await;
    }
}

#[tokio::test]
async fn only_current_and_previous_key_are_accepted() {
    let [oldest, previous, current] = [(); 3].map(|()| NonceKey::random());
    let store = Arc::new(MemoryStore::default());
    let under = |key: &NonceKey| Nonces::builder(key.clone()).store(Arc::clone(&store));
    let rotated = under(&current).previous_key(previous.clone());
    let rotated = rotated.build().unwrap();
    let login = layer().with_nonces(rotated.clone());
    let issued_by = |key: &NonceKey| token(&under(key).build().unwrap().issue());
    assert_accepted(&login, bearer(&issued_by(&previous))).await;
    assert_accepted(&login, bearer(&issued_by(&current))).await;
    assert_refused(&login, bearer(&issued_by(&oldest)), Kind::ForeignNonce).await;
    // New nonces use the current key.
    let token = token(&rotated.issue());
    let only_previous = layer().with_nonces(under(&previous).build().unwrap());
    assert_refused(&only_previous, bearer(&token), Kind::ForeignNonce).await;
    assert_accepted(&login, bearer(&token)).await;
}

#[tokio::test]
async fn optional_layer_still_checks_nonces() {
    let nonces = nonces();
    let login = layer().optional().with_nonces(nonces.clone());
    for request in [
        without_token(),
        with_authorization("Basic dTpw"),
        json("{}"),
    ] {
        assert!(send(&login, request).await.seen().anonymous);
    }
    assert_refused(&login, bearer(&token("x")), Kind::ForeignNonce).await;
    let good = token(&nonces.issue());
    assert_accepted(&login, bearer(&good)).await;
    assert_refused(&login, bearer(&good), Kind::UsedNonce).await;
}

#[tokio::test]
async fn guest_may_have_a_nonce() {
    let nonces = nonces();
    let login = layer()
        .email_policy(EmailPolicy::Optional)
        .with_nonces(nonces.clone());
    let guest = ISSUER.token().guest().nonce(&nonces.issue()).mint();
    assert_accepted(&login, bearer(&guest)).await;
}

#[tokio::test]
async fn nonce_older_than_store_is_refused() {
    let key = NonceKey::random();
    let builder = || Nonces::builder(key.clone()).scope("this process and the one before");
    let before = token(&builder().build().unwrap().issue());
    let restarted = builder().store(later_store()).build().unwrap();
    let login = layer().with_nonces(restarted.clone());
    assert_refused(&login, bearer(&before), Kind::UsedNonce).await;
    assert_accepted(&login, bearer(&token(&restarted.issue()))).await;
}

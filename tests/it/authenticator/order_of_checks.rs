//! Checks run in a fixed order, and a refusal skips the later checks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};
use tokio::time::Instant;

use crate::{
    key_endpoint::{Endpoint, Mode},
    login::{assert_accepted, assert_refused, nonces},
    support::{ISSUER, bearer, layer, send, with_field, without_token},
};

#[tokio::test]
async fn bad_header_token_never_falls_back_to_body() {
    let mut request = with_field(&ISSUER.token().mint());
    let bad = format!("Bearer {}", ISSUER.token().expired().mint());
    request
        .headers_mut()
        .insert("authorization", bad.parse().unwrap());
    send(&layer(), request).await.assert_refused(Kind::Expired);
}

#[tokio::test(start_paused = true)]
async fn malformed_token_does_not_wait_for_keys() {
    let layer = Endpoint::new(Mode::Hangs).layer();
    let start = Instant::now();
    send(&layer, bearer("x.y.z"))
        .await
        .assert_refused(Kind::MalformedToken);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn predicates_see_only_valid_tokens() {
    let asked = Arc::new(AtomicUsize::new(0));
    let [in_line, later] = [Arc::clone(&asked), Arc::clone(&asked)];
    let layer = layer()
        .max_session_age(Duration::from_secs(600))
        .authorize(move |_| in_line.fetch_add(1, Ordering::Relaxed) < 100)
        .authorize_async(move |_| {
            later.fetch_add(1, Ordering::Relaxed);
            async { true }
        });
    let token = || ISSUER.token();
    for bad in [
        token().expired(),
        token().project(7),
        token().guest(),
        token().claim("auth_time", 1),
        token().claim("sub", "x"),
    ] {
        assert!(send(&layer, bearer(&bad.mint())).await.error.is_some());
    }
    assert_refused(&layer, without_token(), Kind::MissingToken).await;
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert_accepted(&layer, bearer(&token().mint())).await;
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn bad_token_uses_no_nonce() {
    let nonces = nonces();
    let login = layer()
        .max_session_age(Duration::from_secs(600))
        .authorize(|claims| claims.email() != Some("no@example.com"))
        .authorize_async(|claims| async move { claims.email() != Some("never@example.com") })
        .with_nonces(nonces.clone());
    let nonce = nonces.issue();
    let good = ISSUER.token().nonce(&nonce);
    let forged = LocalIssuer::new();
    let forged = forged.token().nonce(&nonce).header("kid", ISSUER.key_id());
    for (bad, kind) in [
        (forged, Kind::InvalidSignature),
        (good.clone().project(7), Kind::InvalidAudience),
        (good.clone().expired(), Kind::Expired),
        (good.clone().guest(), Kind::MissingEmail),
        (good.clone().claim("auth_time", 1), Kind::SessionTooOld),
        (good.clone().email("no@example.com"), Kind::NotAuthorized),
        (good.clone().email("never@example.com"), Kind::NotAuthorized),
    ] {
        assert_refused(&login, bearer(&bad.mint()), kind).await;
        assert_refused(&login, with_field(&bad.mint()), kind).await;
    }
    assert_accepted(&login, bearer(&good.mint())).await;
    assert_refused(&login, bearer(&good.mint()), Kind::UsedNonce).await;
}

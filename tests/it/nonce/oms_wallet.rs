//! A nonce lets a token of OMS Wallet pass once, although its signature has a twin.

use sequence_auth::{AuthErrorKind as Kind, NonceKey, Nonces};

use crate::{
    login::{assert_accepted, assert_refused, nonces, with_cookie},
    oms_wallet::{layer, token},
    support::{bearer, json, send, twin, with_field},
};

fn with_id_token(token: &str) -> http::Request<crate::support::Script> {
    json(format!(r#"{{"idToken":"{token}"}}"#))
}

#[tokio::test]
async fn nonce_passes_once() {
    let nonces = nonces();
    let login = layer().with_nonces(nonces.clone());
    for first in [bearer, with_field, with_id_token] {
        let nonce = nonces.issue();
        let with_nonce = token().nonce(&nonce).mint();
        let answer = send(&login, first(&with_nonce)).await;
        assert_eq!(answer.claims().nonce(), Some(&*nonce));
        for again in [bearer, with_field, with_id_token] {
            assert_refused(&login, again(&with_nonce), Kind::UsedNonce).await;
        }
        // The nonce is used, so any other token with it is refused.
        let other = token().nonce(&nonce).email("other@example.com").mint();
        assert_refused(&login, bearer(&other), Kind::UsedNonce).await;
    }
}

#[tokio::test]
async fn missing_or_foreign_nonce_is_refused() {
    let login = layer().with_nonces(nonces());
    assert_refused(&login, bearer(&token().mint()), Kind::MissingNonce).await;
    for foreign in ["", "nonce", &nonces().issue()] {
        let token = token().nonce(foreign).mint();
        assert_refused(&login, bearer(&token), Kind::ForeignNonce).await;
    }
}

#[tokio::test]
async fn bound_nonce_passes_only_with_its_cookie() {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("login");
    let nonces = nonces.build().unwrap();
    let login = layer().with_nonces(nonces.clone());
    let token = token().nonce(&nonces.issue_for("mine")).mint();
    assert_refused(&login, bearer(&token), Kind::MissingBinding).await;
    let stolen = with_cookie(&token, "login=yours");
    assert_refused(&login, stolen, Kind::OtherBinding).await;
    assert_accepted(&login, with_cookie(&token, "login=mine")).await;
    let again = with_cookie(&token, "login=mine");
    assert_refused(&login, again, Kind::UsedNonce).await;
}

/// Both signatures are good, so the same token has two texts.
#[tokio::test]
async fn twin_of_used_token_is_a_replay() {
    let nonces = nonces();
    let plain = layer();
    let login = plain.clone().with_nonces(nonces.clone());
    for is_twin_first in [false, true] {
        let token = token().nonce(&nonces.issue()).mint();
        let twin = twin(&token);
        assert_ne!(token, twin);
        let (first, second) = if is_twin_first {
            (twin, token)
        } else {
            (token, twin)
        };
        assert_accepted(&login, bearer(&first)).await;
        for text in [&first, &second] {
            assert_accepted(&plain, bearer(text)).await;
            assert_refused(&login, bearer(text), Kind::UsedNonce).await;
            assert_refused(&login, with_field(text), Kind::UsedNonce).await;
        }
    }
}

//! Without a request, the verifier returns the values that the layer would put into the extensions.

use http::Extensions;
use sequence_auth::{
    AuthError, AuthErrorKind as Kind, NonceKey, Nonces, SequenceClaims, TokenVerifier,
};

use crate::{
    login::{nonces, token},
    policy::loading::{Mode, Player, Players, player},
    support::{ISSUER, layer},
};

fn kind<T>(result: Result<T, AuthError>) -> Option<Kind> {
    result.err().map(|error| error.kind())
}

async fn load(
    verifier: &TokenVerifier,
    token: &str,
) -> Result<(SequenceClaims, Extensions), AuthError> {
    verifier.verify_and_load(token, None).await
}

#[tokio::test]
async fn loaded_value_is_returned_with_the_claims() {
    let verifier = Players::new(Mode::Knows).behind(layer()).verifier();
    let token = ISSUER.token().mint();
    for _ in 0..3 {
        let (claims, loaded) = load(&verifier, &token).await.unwrap();
        assert_eq!(claims.email(), Some("player@example.com"));
        assert_eq!(loaded.get(), Some(&player()));
        assert_eq!(loaded.len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_returned_where_nothing_is_loaded() {
    for layer in [layer(), layer().authorize_async(|_| async { true })] {
        let loaded = load(&layer.verifier(), &ISSUER.token().mint()).await;
        let (claims, loaded) = loaded.unwrap();
        assert_eq!(claims.email(), Some("player@example.com"));
        assert!(loaded.is_empty());
    }
}

#[tokio::test]
async fn verifier_refuses_as_the_layer_does() {
    let players = Players::new(Mode::KnowsNobody);
    let verifier = players.behind(layer()).verifier();
    let token = ISSUER.token().mint();
    for (mode, refused) in [
        (Mode::KnowsNobody, Some(Kind::UnknownPlayer)),
        (Mode::Fails("down"), Some(Kind::LoadFailed)),
        (Mode::Knows, None),
    ] {
        players.set(mode);
        assert_eq!(kind(load(&verifier, &token).await), refused);
        assert_eq!(kind(verifier.verify(&token).await), refused);
    }
}

#[tokio::test]
async fn nothing_is_loaded_without_a_verified_token() {
    let players = Players::new(Mode::Knows);
    // Here a missing token is refused, not anonymous.
    let verifier = players.behind(layer().optional()).verifier();
    for (token, refused) in [
        (String::new(), Kind::MalformedToken),
        ("x.y.z".to_owned(), Kind::MalformedToken),
        (ISSUER.token().expired().mint(), Kind::Expired),
        (ISSUER.token().project(7).mint(), Kind::InvalidAudience),
    ] {
        assert_eq!(kind(load(&verifier, &token).await), Some(refused));
    }
    assert_eq!(players.asked(), 0);
}

#[tokio::test]
async fn binding_is_that_of_the_nonce() {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("__Host-login");
    let nonces = nonces.build().unwrap();
    let layer = Players::new(Mode::Knows).behind(layer());
    let verifier = layer.with_nonces(nonces.clone()).verifier();
    let token = token(&nonces.issue_for("mine"));
    for (binding, refused) in [
        (None, Kind::MissingBinding),
        (Some(&b"yours"[..]), Kind::OtherBinding),
    ] {
        let result = verifier.verify_and_load(&token, binding).await;
        assert_eq!(kind(result), Some(refused));
    }
    let (_, loaded) = verifier
        .verify_and_load(&token, Some(b"mine"))
        .await
        .unwrap();
    assert!(loaded.get::<Player>().is_some());
    let replayed = verifier.verify_and_load(&token, Some(b"mine")).await;
    assert_eq!(kind(replayed), Some(Kind::UsedNonce));
}

#[tokio::test]
async fn binding_is_never_ignored() {
    let unbound = token(&nonces().issue());
    for layer in [layer(), Players::new(Mode::Knows).behind(layer())] {
        let result = layer
            .verifier()
            .verify_and_load(&unbound, Some(b"mine"))
            .await;
        assert_eq!(kind(result), Some(Kind::ForeignNonce));
    }
}

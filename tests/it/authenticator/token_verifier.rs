//! A `TokenVerifier` runs the checks of its layer without a request.

use std::time::Duration;

use http::{HeaderMap, HeaderName};
use sequence_auth::{
    AuthError, AuthErrorKind as Kind, MemoryStore, NonceKey, Nonces, SequenceClaims,
};

use crate::{
    key_endpoint::{Endpoint, Mode},
    login::{nonces, token},
    recorder::Recorder,
    support::{ISSUER, PROJECT, layer},
};

fn kind(result: Result<SequenceClaims, AuthError>) -> Option<Kind> {
    result.err().map(|error| error.kind())
}

fn headers(name: &'static str, value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())])
}

#[tokio::test(start_paused = true)]
async fn verifier_makes_the_same_checks() {
    let endpoint = Endpoint::new(Mode::Good);
    let verifier = endpoint.layer().verifier();
    let claims = verifier.verify(&endpoint.token()).await.unwrap();
    assert_eq!(claims.project_number(), Some(PROJECT));
    for (token, kind) in [
        ("x.y.z".to_owned(), Kind::MalformedToken),
        (endpoint.issuer.token().expired().mint(), Kind::Expired),
        (endpoint.issuer.token().guest().mint(), Kind::MissingEmail),
        (
            endpoint.issuer.token().project(1).mint(),
            Kind::InvalidAudience,
        ),
    ] {
        assert_eq!(verifier.verify(&token).await.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn refusal_is_logged_without_the_token() {
    let (recorder, _guard) = Recorder::start();
    let token = ISSUER.token().expired().mint();
    let verifier = layer().verifier();
    assert!(verifier.verify(&token).await.is_err());
    let text = recorder.text();
    let line = text.lines().find(|line| line.contains("token refused"));
    let line = line.expect("an event");
    assert!(line.starts_with("DEBUG"), "{line}");
    assert!(line.contains(r#"kind="expired""#), "{line}");
    assert!(!text.contains(&token), "{text}");
}

#[tokio::test]
async fn ages_predicates_and_one_use_apply() {
    let verifier = layer()
        .max_token_age(Duration::from_secs(60))
        .authorize(|claims| claims.email() != Some("no@example.com"))
        .authorize_async(|claims| async move { claims.email() != Some("never@example.com") })
        .once(MemoryStore::default())
        .verifier();
    let old = std::time::SystemTime::now() - Duration::from_secs(100);
    for (token, refused) in [
        (ISSUER.token().issued_at(old), Kind::TokenTooOld),
        (ISSUER.token().email("no@example.com"), Kind::NotAuthorized),
        (
            ISSUER.token().email("never@example.com"),
            Kind::NotAuthorized,
        ),
    ] {
        assert_eq!(kind(verifier.verify(&token.mint()).await), Some(refused));
    }
    let token = ISSUER.token().mint();
    assert_eq!(kind(verifier.verify(&token).await), None);
    assert_eq!(kind(verifier.verify(&token).await), Some(Kind::UsedToken));
}

#[tokio::test]
async fn unbound_nonce_passes_once() {
    let nonces = nonces();
    let verifier = layer().with_nonces(nonces.clone()).verifier();
    let token = token(&nonces.issue());
    assert_eq!(kind(verifier.verify(&token).await), None);
    assert_eq!(kind(verifier.verify(&token).await), Some(Kind::UsedNonce));
}

#[tokio::test]
async fn bound_nonce_passes_only_with_its_binding() {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("__Host-login");
    let nonces = nonces.build().unwrap();
    let verifier = layer().with_nonces(nonces.clone()).verifier();
    let token = token(&nonces.issue_for("mine"));
    let without = verifier.verify(&token).await;
    assert_eq!(kind(without), Some(Kind::MissingBinding));
    for (binding, refused) in [
        ("yours", Kind::OtherBinding),
        ("", Kind::MissingBinding),
        (&*"x".repeat(1025), Kind::MissingBinding),
    ] {
        let result = verifier.verify_bound(&token, binding).await;
        assert_eq!(kind(result), Some(refused));
    }
    assert_eq!(kind(verifier.verify_bound(&token, "mine").await), None);
    let replayed = verifier.verify_bound(&token, "mine").await;
    assert_eq!(kind(replayed), Some(Kind::UsedNonce));
}

#[tokio::test]
async fn binding_is_never_ignored() {
    let nonces = nonces();
    let verifier = layer().with_nonces(nonces.clone()).verifier();
    let unbound = token(&nonces.issue());
    let result = verifier.verify_bound(&unbound, "mine").await;
    assert_eq!(kind(result), Some(Kind::OtherBinding));
    let bound = token(&nonces.issue_for("mine"));
    assert_eq!(kind(verifier.verify_bound(&bound, "mine").await), None);
    let without_nonces = layer().verifier();
    let result = without_nonces.verify_bound(&unbound, "mine").await;
    assert_eq!(kind(result), Some(Kind::ForeignNonce));
    // The application is not asked about a token that is refused in any case.
    let unasked = layer().authorize_async(|_| async { unreachable!("it is asked") });
    let result = unasked.verifier().verify_bound(&unbound, "mine").await;
    assert_eq!(kind(result), Some(Kind::ForeignNonce));
    // Faults of the token itself are reported first.
    let expired = ISSUER.token().expired().mint();
    let result = without_nonces.verify_bound(&expired, "mine").await;
    assert_eq!(kind(result), Some(Kind::Expired));
    // Headers are the place of a binding, too.
    for headers in [HeaderMap::new(), headers("cookie", "session=mine")] {
        let result = without_nonces.verify_with_headers(&unbound, &headers).await;
        assert_eq!(
            kind(result.map(|(claims, _)| claims)),
            Some(Kind::ForeignNonce)
        );
    }
}

#[tokio::test]
async fn headers_are_looked_at_as_those_of_a_request() {
    let bound = Nonces::builder(NonceKey::random()).bound_by_cookie("session");
    let bound = bound.build().unwrap();
    let verifier = layer().with_nonces(bound.clone()).verifier();
    let token = token(&bound.issue_for("mine"));
    for (cookie, refused) in [
        ("session=yours", Some(Kind::OtherBinding)),
        ("a=b", Some(Kind::MissingBinding)),
        ("session=mine", None),
        ("session=mine", Some(Kind::UsedNonce)),
    ] {
        let cookie = headers("cookie", cookie);
        let verified = verifier.verify_with_headers(&token, &cookie).await;
        assert_eq!(kind(verified.map(|(claims, _)| claims)), refused);
    }
    // No token is read from the headers, and a nonce that is bound to nothing does not need them.
    let nonces = nonces();
    let token = self::token(&nonces.issue());
    let verifier = layer().with_nonces(nonces).verifier();
    let authorization = headers("authorization", "Bearer x");
    let verified = verifier.verify_with_headers(&token, &authorization).await;
    assert_eq!(kind(verified.map(|(claims, _)| claims)), None);
}

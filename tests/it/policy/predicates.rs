//! Predicates of the application refuse valid tokens.

use http::{HeaderValue, StatusCode};
use sequence_auth::{
    AuthErrorKind as Kind, EmailPolicy, Identity, IdentityType, SequenceAuthLayer,
};

use crate::{
    login::{assert_accepted, assert_refused},
    support::{ISSUER, bearer, layer, send, with_field, without_token},
};

fn no_guests() -> SequenceAuthLayer {
    layer()
        .email_policy(EmailPolicy::Optional)
        .authorize(|claims| {
            claims.identity().map(Identity::identity_type) != Some(IdentityType::Guest)
        })
}

#[tokio::test]
async fn refusal_by_predicate_is_403() {
    let layer = no_guests();
    assert_accepted(&layer, bearer(&ISSUER.token().mint())).await;
    let guest = ISSUER.token().guest().mint();
    for request in [bearer(&guest), with_field(&guest)] {
        let answer = send(&layer, request).await;
        answer.assert_refused(Kind::NotAuthorized);
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.error.as_ref().unwrap().code(), "insufficient_scope");
        // RFC 6750 §3.1.
        assert_eq!(
            answer.headers["www-authenticate"],
            r#"Bearer realm="sequence", error="insufficient_scope", error_description="the token is valid, but does not give access to this service""#
        );
        assert!(!answer.headers.contains_key("retry-after"));
    }
    let mut grpc = bearer(&guest);
    let content_type = HeaderValue::from_static("application/grpc");
    grpc.headers_mut().insert("content-type", content_type);
    assert_eq!(send(&layer, grpc).await.headers["grpc-status"], "7");
}

#[tokio::test]
async fn predicate_may_be_async() {
    let layer = layer().authorize_async(|claims| async move {
        tokio::task::yield_now().await;
        claims.email() == Some("player@example.com")
    });
    for (email, passes) in [("player@example.com", true), ("other@example.com", false)] {
        let token = ISSUER.token().email(email).mint();
        for request in [bearer(&token), with_field(&token)] {
            let answer = send(&layer, request).await;
            assert_eq!(answer.seen.is_some(), passes);
            assert_eq!(answer.kind(), (!passes).then_some(Kind::NotAuthorized));
        }
    }
}

#[tokio::test]
async fn all_predicates_must_hold() {
    let layer = layer()
        .authorize(|claims| claims.email() != Some("a@example.com"))
        .authorize_async(|claims| async move { claims.email() != Some("b@example.com") })
        .authorize(|claims| claims.email() != Some("c@example.com"))
        .authorize_async(|claims| async move { claims.email() != Some("d@example.com") });
    for email in [
        "a@example.com",
        "b@example.com",
        "c@example.com",
        "d@example.com",
    ] {
        let token = ISSUER.token().email(email).mint();
        assert_refused(&layer, bearer(&token), Kind::NotAuthorized).await;
    }
    let token = ISSUER.token().email("e@example.com").mint();
    assert_accepted(&layer, bearer(&token)).await;
}

#[tokio::test]
async fn predicates_ignore_anonymous_requests() {
    let layer = layer().optional().authorize(|_| false);
    assert!(send(&layer, without_token()).await.seen().anonymous);
    let token = ISSUER.token().mint();
    assert_refused(&layer, bearer(&token), Kind::NotAuthorized).await;
}

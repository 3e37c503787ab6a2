//! An optional layer lets requests without a token pass as anonymous, and verifies the others.

use sequence_auth::AuthErrorKind as Kind;

use crate::support::{
    ISSUER, Script, Step, bearer, data, json, layer, send, with_authorization, with_field,
    without_token,
};

#[tokio::test]
async fn request_without_token_passes_as_anonymous() {
    for request in [
        without_token(),
        with_authorization("Basic dTpw"),
        json("{}"),
        json("[1]"),
    ] {
        let answer = send(&layer().optional(), request).await;
        assert!(answer.seen().anonymous);
        assert!(answer.seen().claims.is_none());
    }
}

#[tokio::test]
async fn optional_token_is_still_verified() {
    let optional = layer().optional();
    for request in [
        bearer(&ISSUER.token().mint()),
        with_field(&ISSUER.token().mint()),
    ] {
        let answer = send(&optional, request).await;
        answer.claims();
        assert!(!answer.seen().anonymous);
    }
    for request in [
        bearer(&ISSUER.token().expired().mint()),
        with_field(&ISSUER.token().expired().mint()),
    ] {
        send(&optional, request).await.assert_refused(Kind::Expired);
    }
    send(&optional, with_authorization("Bearer"))
        .await
        .assert_refused(Kind::MalformedAuthorization);
    send(&optional, json(r#"{"sequenceToken":7}"#))
        .await
        .assert_refused(Kind::TokenFieldNotString);
    send(
        &optional,
        json(r#"{"sequenceToken":"a","sequenceToken":"a"}"#),
    )
    .await
    .assert_refused(Kind::RepeatedTokenField);
}

#[tokio::test]
async fn unsearchable_body_passes_untouched() {
    let optional = layer().optional().body_limit(10);
    for (steps, whole) in [
        (vec![data("no json")], "no json"),
        (
            vec![data("{\"sequenceToken\":\"x\"}")],
            "{\"sequenceToken\":\"x\"}",
        ),
        (
            vec![data("12345"), data("678901"), data("more"), data("rest")],
            "12345678901morerest",
        ),
    ] {
        let answer = send(&optional, json(Script::chunked(steps))).await;
        assert!(answer.seen().anonymous);
        assert_eq!(answer.seen().body(), whole.as_bytes());
    }
    let declared = json("a body of known size");
    let answer = send(&optional, declared).await;
    assert_eq!(answer.seen().size_hint, (20, Some(20)));
    assert_eq!(answer.seen().body(), b"a body of known size");
    let breaks = Script::chunked([data("12345678901"), Step::Error("reset".into())]);
    assert!(send(&optional, json(breaks)).await.seen().broke_off);
}

#[tokio::test]
async fn body_interrupted_before_search_is_refused() {
    let body = Script::chunked([data("{"), Step::Error("reset".into())]);
    send(&layer().optional(), json(body))
        .await
        .assert_refused(Kind::BodyInterrupted);
}

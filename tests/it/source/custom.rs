//! A function of the application finds the token in any other part of a request's head.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{Method, Request};
use sequence_auth::{AuthErrorKind as Kind, TokenSource};

use super::looking_in;
use crate::support::{ISSUER, Script, bearer, json, layer, send, without_token};

#[tokio::test]
async fn function_gets_method_uri_and_headers() {
    let source = TokenSource::from_fn(|method, uri, headers| {
        let is_expected = *method == Method::PUT && headers["x-a"] == "1";
        let (_, token) = uri.query()?.split_once("token=")?;
        is_expected.then(|| token.to_owned())
    });
    let request = Request::put(format!("/play?token={}", ISSUER.token().mint()))
        .header("x-a", "1")
        .body(Script::empty())
        .unwrap();
    send(&looking_in(source), request).await.claims();
}

#[tokio::test]
async fn nothing_has_the_next_source_asked() {
    let nothing = TokenSource::from_fn(|_, _, _| None);
    let layer = layer().sources([nothing, TokenSource::bearer()]);
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
    send(&layer, without_token())
        .await
        .assert_refused(Kind::MissingToken);
}

#[tokio::test]
async fn bad_text_is_refused_like_any_token() {
    for (text, kind) in [
        (String::new(), Kind::MalformedToken),
        (" ".to_owned(), Kind::MalformedToken),
        ("x.y.z".to_owned(), Kind::MalformedToken),
        ("a\0\n\u{202e}鍵".to_owned(), Kind::MalformedToken),
        (format!(" {}", ISSUER.token().mint()), Kind::MalformedToken),
        ("x".repeat(8 * 1024 + 1), Kind::TokenTooLarge),
        ("x".repeat(1 << 20), Kind::TokenTooLarge),
        (ISSUER.token().expired().mint(), Kind::Expired),
    ] {
        let source = TokenSource::from_fn(move |_, _, _| Some(text.clone()));
        let layer = layer().sources([source, TokenSource::bearer()]);
        let answer = send(&layer.optional(), bearer(&ISSUER.token().mint())).await;
        assert_eq!(answer.kind(), Some(kind));
    }
}

#[tokio::test]
async fn function_is_called_once_for_a_request() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let source = TokenSource::from_fn(move |_, _, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        None
    });
    let field = TokenSource::json_field("token").unwrap();
    for sources in [[source.clone(), field.clone()], [field, source]] {
        let layer = layer().sources(sources);
        for request in [json("{}"), without_token()] {
            calls.store(0, Ordering::Relaxed);
            send(&layer, request)
                .await
                .assert_refused(Kind::MissingToken);
            assert_eq!(calls.load(Ordering::Relaxed), 1);
        }
    }
}

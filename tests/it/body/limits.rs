//! A body is read up to a size and for a time, and an incomplete one is refused.

use std::time::Duration;

use http::StatusCode;
use http_body::SizeHint;
use http_body_util::Limited;
use sequence_auth::AuthErrorKind as Kind;

use super::body_of;
use crate::support::{ISSUER, Script, Step, bearer, data, json, layer, send};

#[tokio::test]
async fn body_over_limit_is_too_large() {
    let limit = 64 * 1024;
    send(&layer(), json(body_of(limit))).await.claims();
    for script in [
        Script::from(body_of(limit + 1)),
        Script::chunked([data(body_of(limit + 1))]),
        Script::chunked([data(vec![b' '; limit]), data(" "), Step::Panic]),
        Script::new([Step::Panic], SizeHint::with_exact(1 << 40)),
    ] {
        let answer = send(&layer(), json(script)).await;
        answer.assert_refused(Kind::BodyTooLarge);
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    let small = layer().body_limit(2000);
    send(&small, json(body_of(2000))).await.claims();
    send(&small, json(body_of(2001)))
        .await
        .assert_refused(Kind::BodyTooLarge);
}

#[tokio::test]
async fn zero_limit_disables_body_search() {
    let off = layer().body_limit(0);
    for body in [Script::empty(), Script::untouchable()] {
        send(&off, json(body))
            .await
            .assert_refused(Kind::MissingToken);
    }
    let body = body_of(2000);
    let answer = send(&off.clone().optional(), json(body.clone())).await;
    assert!(answer.seen().anonymous);
    assert_eq!(answer.seen().body(), body.as_bytes());
    send(&off, bearer(&ISSUER.token().mint())).await.claims();
}

#[tokio::test]
async fn body_over_outer_limit_is_too_large() {
    let body = body_of(2000);
    for steps in [
        vec![data(body.clone())],
        vec![data(body[..9].to_owned()), data(body[9..].to_owned())],
    ] {
        let request = json(Script::chunked(steps)).map(|body| Limited::new(body, 1999));
        send(&layer(), request)
            .await
            .assert_refused(Kind::BodyTooLarge);
    }
    let request = json(body).map(|body| Limited::new(body, 2000));
    send(&layer(), request).await.claims();
}

#[tokio::test(start_paused = true)]
async fn slow_body_times_out() {
    let start = tokio::time::Instant::now();
    let script = || Script::chunked([data("{"), Step::Hang]);
    let answer = send(&layer(), json(script())).await;
    answer.assert_refused(Kind::BodyTimeout);
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(start.elapsed().as_secs(), 5);
    let quick = layer().body_timeout(Duration::from_millis(100));
    send(&quick, json(script()))
        .await
        .assert_refused(Kind::BodyTimeout);
    assert_eq!(start.elapsed().as_millis() / 100, 51);
}

#[tokio::test]
async fn interrupted_body_is_refused() {
    let token = ISSUER.token().mint();
    let good = format!(r#"{{"sequenceToken":"{token}"}}"#);
    for steps in [
        vec![Step::Error("reset".into())],
        vec![data("{\"sequenceToken\":"), Step::Error("reset".into())],
        vec![data(good), Step::Error("reset".into())],
    ] {
        let answer = send(&layer(), json(Script::chunked(steps))).await;
        answer.assert_refused(Kind::BodyInterrupted);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

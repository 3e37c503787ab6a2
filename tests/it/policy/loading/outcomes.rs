//! A known player passes. An unknown player, and a store that fails or hangs, cause a refusal.

use std::{io, time::Duration};

use http::{HeaderValue, Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, EmailPolicy, SequenceAuthLayer};
use tokio::time::Instant;

use super::{Mode, Player, Players, assert_accepted, assert_loaded, good};
use crate::support::{
    Answer, ISSUER, Script, bearer, json, layer, send, with_field, without_token,
};

const SECOND: Duration = Duration::from_secs(1);

fn grpc(mut request: Request<Script>) -> Request<Script> {
    let content_type = HeaderValue::from_static("application/grpc");
    request.headers_mut().insert("content-type", content_type);
    request
}

#[tokio::test]
async fn known_player_reaches_the_inner_service() {
    let layer = Players::new(Mode::Knows).behind(layer());
    let token = ISSUER.token().email("ann@example.com").mint();
    for request in [bearer(&token), with_field(&token)] {
        let answer = send(&layer, request).await;
        assert_eq!(answer.claims().email(), Some("ann@example.com"));
        assert_loaded(&answer, Some(&Player("ann@example.com".to_owned())));
    }
}

#[tokio::test]
async fn guest_is_loaded_too() {
    let layer = layer().email_policy(EmailPolicy::Optional);
    let layer = Players::new(Mode::Knows).behind(layer);
    let answer = send(&layer, bearer(&ISSUER.token().guest().mint())).await;
    assert_loaded(&answer, Some(&Player(String::new())));
}

#[tokio::test]
async fn unknown_player_is_403() {
    let layer = Players::new(Mode::KnowsNobody).behind(layer());
    let token = ISSUER.token().mint();
    for request in [bearer(&token), with_field(&token)] {
        let answer = send(&layer, request).await;
        answer.assert_refused(Kind::UnknownPlayer);
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        // RFC 6750 §3.1.
        assert_eq!(
            answer.headers["www-authenticate"],
            r#"Bearer realm="sequence", error="insufficient_scope", error_description="the token is valid, but this service does not know its player""#
        );
        assert!(!answer.headers.contains_key("retry-after"));
    }
    let answer = send(&layer, grpc(bearer(&token))).await;
    assert_eq!(answer.headers["grpc-status"], "7");
}

fn assert_unavailable(answer: &Answer) {
    answer.assert_refused(Kind::LoadFailed);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers["retry-after"], "1");
    assert!(!answer.headers.contains_key("www-authenticate"));
    let error = answer.error.as_ref().unwrap();
    assert_eq!(error.code(), "temporarily_unavailable");
    assert_eq!(error.retry_after(), Some(SECOND));
}

#[tokio::test]
async fn failed_load_is_503_without_its_reason() {
    let layer = Players::new(Mode::Fails("password=hunter2")).behind(layer());
    let token = ISSUER.token().mint();
    for request in [bearer(&token), with_field(&token)] {
        let answer = send(&layer, request).await;
        assert_unavailable(&answer);
        let shown = format!("{answer:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let answer = send(&layer, grpc(bearer(&token))).await;
    assert_eq!(answer.headers["grpc-status"], "14");
}

/// Sends a good token, and returns the response and its time.
async fn timed(layer: &SequenceAuthLayer) -> (Answer, Duration) {
    let start = Instant::now();
    let answer = send(layer, good()).await;
    (answer, start.elapsed())
}

/// The paused clock moves in whole milliseconds.
fn assert_took(time: Duration, expected: Duration) {
    let excess = time.checked_sub(expected).expect("it waits");
    assert!(excess <= Duration::from_millis(2), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn hanging_load_is_503_after_five_seconds() {
    let layer = Players::new(Mode::Hangs).behind(layer());
    let (answer, time) = timed(&layer).await;
    assert_unavailable(&answer);
    assert_took(time, 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn slow_load_is_waited_for() {
    let layer = Players::new(Mode::Slow(4 * SECOND)).behind(layer());
    let (answer, time) = timed(&layer).await;
    answer.claims();
    assert_took(time, 4 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn load_timeout_can_be_set_before_and_after_the_load() {
    let slow = Players::new(Mode::Slow(30 * SECOND));
    for (limit, passes) in [(29, false), (31, true)] {
        let limit = limit * SECOND;
        for layer in [
            slow.behind(layer().load_timeout(limit)),
            slow.behind(layer()).load_timeout(limit),
        ] {
            let (answer, time) = timed(&layer).await;
            assert_eq!(answer.seen.is_some(), passes);
            assert_took(time, limit.min(30 * SECOND));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_load_has_its_own_time() {
    let slow = Players::new(Mode::Slow(4 * SECOND));
    let layer = slow.behind(slow.behind(layer()));
    let (answer, time) = timed(&layer).await;
    answer.claims();
    assert_took(time, 8 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn hanging_load_holds_up_nobody_else() {
    let players = Players::new(Mode::Hangs);
    let layer = players.behind(layer());
    let hanging = tokio::spawn({
        let layer = layer.clone();
        async move { send(&layer, good()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(players.asked(), 1);
    players.set(Mode::Knows);
    let start = Instant::now();
    assert_accepted(&layer, good()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_unavailable(&hanging.await.unwrap());
}

#[tokio::test]
async fn anonymous_request_loads_nothing() {
    let players = Players::new(Mode::KnowsNobody);
    let optional = players.behind(layer().optional());
    for request in [without_token(), json("{}"), json("no json")] {
        let answer = send(&optional, request).await;
        assert!(answer.seen().anonymous);
        assert_loaded(&answer, None);
    }
    assert_eq!(players.asked(), 0);
    let answer = send(&optional, good()).await;
    answer.assert_refused(Kind::UnknownPlayer);
}

#[tokio::test]
async fn load_of_nothing_is_a_predicate_that_can_fail() {
    for (email, kind) in [
        ("player@example.com", None),
        ("banned@example.com", Some(Kind::UnknownPlayer)),
        ("lost@example.com", Some(Kind::LoadFailed)),
    ] {
        let layer = layer().load(|claims| async move {
            match claims.email() {
                Some("lost@example.com") => Err(io::Error::other("connection lost")),
                email => Ok((email != Some("banned@example.com")).then_some(())),
            }
        });
        let answer = send(&layer, bearer(&ISSUER.token().email(email).mint())).await;
        assert_eq!(answer.kind(), kind);
    }
}

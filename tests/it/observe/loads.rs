//! A failing load is logged as a warning once a minute, without anything that an attacker could use.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use tokio::time::advance;

use crate::{
    policy::loading::{Mode, Players},
    recorder::Recorder,
    support::{ISSUER, bearer, layer, send},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Sends a good token whose load fails, and returns the events.
async fn told(layer: &SequenceAuthLayer, recorder: &Recorder) -> Vec<String> {
    let answer = send(layer, bearer(&ISSUER.token().mint())).await;
    answer.assert_refused(Kind::LoadFailed);
    recorder.take_told()
}

#[track_caller]
fn assert_warned(told: &[String], cause: &str) {
    let [line] = told else { panic!("{told:?}") };
    assert!(
        line.starts_with("WARN a player's data could not be loaded"),
        "{line}"
    );
    assert!(line.contains(cause), "{line}");
}

#[tokio::test(start_paused = true)]
async fn failing_load_is_logged_once_a_minute() {
    let (recorder, _guard) = Recorder::start();
    let layer = Players::new(Mode::Fails("connection refused")).behind(layer());
    let first = told(&layer, &recorder).await;
    assert_warned(&first, "error=connection refused");
    assert_warned(&first, "loading::Player");
    for _ in 0..3 {
        assert_eq!(told(&layer, &recorder).await, [""; 0]);
        assert_eq!(told(&layer.clone(), &recorder).await, [""; 0]);
        advance(MINUTE / 3).await;
    }
    assert_warned(&told(&layer, &recorder).await, "connection refused");
}

#[tokio::test(start_paused = true)]
async fn failure_in_between_is_logged_at_debug() {
    let (recorder, _guard) = Recorder::start();
    let layer = Players::new(Mode::Fails("connection refused")).behind(layer());
    told(&layer, &recorder).await;
    send(&layer, bearer(&ISSUER.token().mint())).await;
    let text = recorder.text();
    let line = text
        .lines()
        .find(|line| line.contains("could not be loaded, again"));
    let line = line.expect("an event");
    assert!(
        line.starts_with("DEBUG ") && line.contains("connection refused"),
        "{line}"
    );
}

#[tokio::test(start_paused = true)]
async fn time_that_ran_out_is_logged() {
    let (recorder, _guard) = Recorder::start();
    let layer = Players::new(Mode::Hangs).behind(layer());
    assert_warned(&told(&layer, &recorder).await, "deadline has elapsed");
}

/// The failure of one store does not hide that of another.
#[tokio::test(start_paused = true)]
async fn each_load_has_its_own_warnings() {
    let (recorder, _guard) = Recorder::start();
    let shared = layer();
    for cause in ["one is down", "two is down"] {
        let layer = Players::new(Mode::Fails(cause)).behind(shared.clone());
        assert_warned(&told(&layer, &recorder).await, cause);
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_player_is_no_warning() {
    let (recorder, _guard) = Recorder::start();
    let layer = Players::new(Mode::KnowsNobody).behind(layer());
    let answer = send(&layer, bearer(&ISSUER.token().mint())).await;
    answer.assert_refused(Kind::UnknownPlayer);
    assert_eq!(recorder.take_told(), [""; 0]);
}

/// The text may repeat a server's message.
#[tokio::test(start_paused = true)]
async fn error_is_escaped_and_cut() {
    let (recorder, _guard) = Recorder::start();
    let long: &'static str =
        Box::leak(format!("a\r\nERROR b\x1b[31m{}", "x".repeat(9000)).into_boxed_str());
    let layer = Players::new(Mode::Fails(long)).behind(layer());
    let told = told(&layer, &recorder).await;
    assert_warned(&told, r"error=a\r\nERROR b\u{1b}[31mxxx");
    assert!(told[0].len() < 500, "{}", told[0].len());
}

#[tokio::test(start_paused = true)]
async fn neither_token_nor_email_is_logged() {
    let (recorder, _guard) = Recorder::start();
    let layer = Players::new(Mode::Fails("connection refused")).behind(layer());
    let token = ISSUER.token().email("secret-mail@example.com").mint();
    for _ in 0..2 {
        send(&layer, bearer(&token)).await;
    }
    let text = recorder.text();
    assert!(text.contains("could not be loaded"), "{text}");
    let signature = token.rsplit('.').next().unwrap();
    for secret in ["secret-mail", signature] {
        assert!(!text.contains(secret), "{text}");
    }
}

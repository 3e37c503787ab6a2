//! Tokens with key IDs that the issuer does not publish: from an attack, or from another environment.

use std::time::Duration;

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};
use tokio::time::advance;

use crate::{
    recorder::Recorder,
    support::{ISSUER, bearer, layer, send},
};

async fn refuse(layer: &SequenceAuthLayer, tokens: usize) {
    for number in 0..tokens {
        let token = LocalIssuer::new()
            .token()
            .header("kid", format!("other-{number}"));
        let answer = send(layer, bearer(&token.mint())).await;
        answer.assert_refused(Kind::UnknownKey);
    }
}

#[tokio::test(start_paused = true)]
async fn run_of_unknown_keys_before_any_good_token_is_told() {
    let (recorder, _guard) = Recorder::start();
    let layer = layer();
    layer.ready().await.unwrap();
    recorder.take_told();
    refuse(&layer, 2).await;
    assert_eq!(recorder.take_told(), [""; 0]);
    refuse(&layer, 1).await;
    let told = recorder.take_told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("WARN no token was accepted so far"),
        "{told:?}"
    );
    for part in ["issuer=\"https://waas.sequence.test\"", "tokens=3", "keys="] {
        assert!(told[0].contains(part), "{told:?}");
    }
    refuse(&layer, 3).await;
    assert_eq!(recorder.take_told(), [""; 0]);
    advance(Duration::from_secs(61)).await;
    refuse(&layer, 1).await;
    assert_eq!(recorder.take_told().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn unknown_keys_after_a_good_token_are_told_of_a_flood_alone() {
    let (recorder, _guard) = Recorder::start();
    let layer = layer();
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
    recorder.take_told();
    refuse(&layer, 10).await;
    assert_eq!(recorder.take_told(), [""; 0]);
}

/// Returns the guesses at `debug` about a token that claims this issuer.
async fn guesses(iss: &str, times: usize) -> Vec<String> {
    let (recorder, _guard) = Recorder::start();
    let issuer = LocalIssuer::new();
    let builder = SequenceAuthLayer::builder(13639).static_keys(issuer.jwks());
    let layer = builder.build().unwrap();
    for _ in 0..times {
        let token = LocalIssuer::new().token().claim("iss", iss);
        let answer = send(&layer, bearer(&token.mint())).await;
        answer.assert_refused(Kind::UnknownKey);
    }
    let text = recorder.text();
    let guesses = text.lines().filter(|line| line.contains("unverified"));
    guesses.map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn other_environment_is_guessed_at_debug_once_a_minute() {
    for (iss, name) in [
        ("https://dev-waas.sequence.app", "dev"),
        ("https://next-waas.sequence.app", "next"),
    ] {
        let guesses = guesses(iss, 3).await;
        assert_eq!(guesses.len(), 1, "{guesses:?}");
        let expected = format!("that it is of Sequence's environment `{name}`");
        assert!(guesses[0].starts_with("DEBUG "), "{guesses:?}");
        assert!(guesses[0].contains(&expected), "{guesses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_text_of_an_unverified_token_is_logged() {
    for iss in [
        "https://waas.sequence.app",
        "https://attacker.example",
        "https://dev-waas.sequence.app/",
        "",
    ] {
        assert_eq!(guesses(iss, 1).await, [""; 0], "{iss}");
    }
}

//! Class 30: errors, settings and key ids from other parties are escaped and truncated in every text.

use std::{error::Error, fmt, time::SystemTime};

use sequence_auth::{
    AuthErrorKind, BoxFuture, FetchError, OneTimeKey, OneTimeStore, OneTimeStoreError,
    SequenceAuthLayer,
};
use tokio::time::{Duration, sleep};

use crate::{
    recorder::Recorder,
    support::{ISSUER, PROJECT, bearer, layer, send},
};

/// Texts that a server, a resolver or a proxy may send: a line that imitates a log line, colours, right-to-left text,
/// and a text without an end.
const HOSTILE: &str = "-ERR\r\nWARN all is well \x1b[31m\u{9b}2J\u{202e}\u{2028}\0";

#[derive(Debug)]
struct Foreign(String);

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Foreign {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

fn foreign() -> Foreign {
    Foreign(HOSTILE.to_owned() + &"x".repeat(1 << 20))
}

#[track_caller]
fn assert_fit_for_a_log(text: &str) {
    assert!(text.contains(r"-ERR\r\nWARN"), "{text:.300}");
    assert!(text.contains("xx…"), "{text:.300}");
    assert!(text.len() < 4096, "{} bytes", text.len());
    let hostile =
        |character: char| character.is_control() || "\u{202e}\u{2028}".contains(character);
    assert!(!text.contains(hostile), "{text:.300}");
}

#[tokio::test(start_paused = true)]
async fn fetch_error_is_escaped_and_truncated() {
    let (recorder, _guard) = Recorder::start();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(|| async { Err(FetchError::new(foreign())) })
        .build()
        .unwrap();
    while layer.health().failures() == 0 {
        sleep(Duration::from_millis(10)).await;
    }
    let told = recorder.take_told();
    assert_fit_for_a_log(&told[0]);
    let health = layer.health();
    assert_fit_for_a_log(&health.to_string());
    assert_fit_for_a_log(&format!("{health:?}"));
    let json = serde_json::to_value(&health).unwrap();
    assert_fit_for_a_log(json["last_error"].as_str().unwrap());
    let error = health.last_error().unwrap();
    assert_fit_for_a_log(&format!("{error:?}"));
    assert!(error.source().unwrap().is::<Foreign>());
    let unavailable = layer.ready().await.unwrap_err();
    assert_fit_for_a_log(&format!("{unavailable:?}"));
}

#[tokio::test]
async fn store_error_is_escaped_and_truncated() {
    struct Down;

    impl OneTimeStore for Down {
        fn first_use<'a>(
            &'a self,
            _: &'a OneTimeKey,
            _: SystemTime,
        ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
            Box::pin(async { Err(OneTimeStoreError::unavailable(foreign())) })
        }
    }

    let (recorder, _guard) = Recorder::start();
    let layer = layer().once(Down);
    let answer = send(&layer, bearer(&ISSUER.token().mint())).await;
    answer.assert_refused(AuthErrorKind::OneTimeStoreUnavailable);
    assert_fit_for_a_log(&recorder.take_told()[0]);
    let error = OneTimeStoreError::unavailable(foreign());
    assert_fit_for_a_log(&format!("{error:?}"));
    assert!(error.source().unwrap().is::<Foreign>());
}

#[tokio::test]
async fn key_id_is_escaped() {
    let issuer = sequence_auth::testing::LocalIssuer::new();
    let mut document: serde_json::Value = serde_json::from_str(&issuer.jwks()).unwrap();
    document["keys"][0]["kid"] = "a\u{202e}b\u{2028}c".into();
    let layer = SequenceAuthLayer::builder(PROJECT)
        .static_keys(document.to_string())
        .build()
        .unwrap();
    let health = layer.health();
    assert_eq!(health.key_ids(), ["a\u{202e}b\u{2028}c"]);
    for text in [
        serde_json::to_value(&health).unwrap()["key_ids"][0].to_string(),
        format!("{health:?}"),
        format!("{layer:?}"),
    ] {
        assert!(!text.contains(['\u{202e}', '\u{2028}']), "{text}");
    }
}

#[test]
fn refused_setting_is_escaped_and_truncated() {
    let error = SequenceAuthLayer::builder(PROJECT)
        .audience_prefix("https://a.example/\x1b[31m\n")
        .build()
        .unwrap_err();
    assert!(!error.to_string().contains(['\x1b', '\n']), "{error}");
    let long = "https://a.example/".to_owned() + &"x".repeat(1 << 20);
    for builder in [
        SequenceAuthLayer::builder(PROJECT).audience_prefix(&long),
        SequenceAuthLayer::builder(PROJECT).jwks_url(long.replace("https", "http")),
        SequenceAuthLayer::builder(PROJECT)
            .issuer("https://waas.sequence.app".to_owned() + &"/".repeat(1 << 20)),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().len() < 600, "{error:.300}");
    }
}

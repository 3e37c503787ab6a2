//! The events about keys, and how often they are logged.

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::{Value, json};
use tokio::time::{advance, sleep};
use tracing::subscriber::DefaultGuard;

use crate::{
    jwks::{HOUR, MINUTE, SECOND, assert_accepted, assert_refused, assert_unavailable},
    key_endpoint::{Endpoint, Mode},
    recorder::Recorder,
};

/// A layer over an endpoint, and a recorder of its events from now on.
fn observed(mode: Mode) -> (Endpoint, SequenceAuthLayer, Recorder, DefaultGuard) {
    let endpoint = Endpoint::new(mode);
    let layer = endpoint.layer();
    let (recorder, guard) = Recorder::start();
    (endpoint, layer, recorder, guard)
}

#[track_caller]
pub(super) fn assert_told(lines: &[String], expected: &[&str]) {
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.contains(expected), "{line} is not: {expected}");
    }
}

#[tokio::test(start_paused = true)]
async fn healthy_server_logs_only_first_keys_and_rotations() {
    let (endpoint, layer, recorder, _guard) = observed(Mode::Good);
    let first = endpoint.issuer.key_id();
    layer.ready().await.unwrap();
    sleep(HOUR).await;
    assert_told(&recorder.take_told(), &["INFO the first keys are loaded"]);
    endpoint.issuer.rotate();
    let second = endpoint.issuer.key_id();
    sleep(10 * MINUTE).await;
    endpoint.issuer.rotate_under_same_id();
    sleep(10 * MINUTE).await;
    assert_accepted(&layer, &endpoint.token()).await;
    let told = recorder.take_told();
    assert_told(&told, &["INFO the keys have changed"; 2]);
    assert!(
        told[0].contains(&format!(
            "added=[{second:?}] removed=[{first:?}] replaced=[]"
        )),
        "{told:?}"
    );
    assert!(
        told[1].contains(&format!("added=[] removed=[] replaced=[{second:?}]")),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn outage_is_logged_from_start_to_end() {
    let (endpoint, layer, recorder, _guard) = observed(Mode::Good);
    layer.ready().await.unwrap();
    recorder.take_told();
    endpoint.set(Mode::Fails);
    sleep(6 * MINUTE).await;
    let told = recorder.take_told();
    assert_told(
        &told[..2],
        &[
            "WARN the keys could not be fetched",
            "WARN the keys are stale",
        ],
    );
    assert!(told[0].contains("the key fetcher failed: the endpoint fails"));
    sleep(24 * HOUR).await;
    let told = recorder.take_told();
    let (expired, failures): (Vec<_>, Vec<_>) =
        told.into_iter().partition(|line| line.starts_with("ERROR"));
    assert_told(&expired, &["ERROR the keys have expired"]);
    // The same failure is not logged again for a minute, even if it repeats.
    assert!(failures.len() <= 24 * 60, "{}", failures.len());
    assert_unavailable(&layer, &endpoint.token()).await;
    endpoint.set(Mode::Good);
    sleep(2 * SECOND).await;
    let told = recorder.take_told();
    assert_told(&told[told.len() - 1..], &["INFO the keys are fresh again"]);
}

#[tokio::test(start_paused = true)]
async fn new_kind_of_failure_is_logged_at_once() {
    let (endpoint, layer, recorder, _guard) = observed(Mode::Fails);
    let _ = layer.health();
    sleep(5 * SECOND).await;
    endpoint.set(Mode::Says("<html>"));
    sleep(10 * SECOND).await;
    endpoint.set(Mode::Panics);
    sleep(MINUTE + 10 * SECOND).await;
    let told = recorder.take_told();
    let causes = [
        "the endpoint fails",
        "the key document is not usable: it is not a JSON object",
        "ERROR there are still no keys",
        "the key fetcher panicked",
        "the key fetcher panicked",
    ];
    assert_told(&told, &causes);
}

#[tokio::test(start_paused = true)]
async fn key_ids_of_a_large_document_fit_into_a_line() {
    let long = key(&"k".repeat(129));
    let keys: Vec<_> = (0..127)
        .map(|number| key_of(&long, &format!("{number:0128}")))
        .collect();
    let (endpoint, layer, recorder, _guard) = observed(document(&[&keys[..], &[long]].concat()));
    layer.ready().await.unwrap();
    assert_eq!(
        layer.health().key_ids().len(),
        127,
        "no token can name the other"
    );
    endpoint.set(Mode::Good);
    sleep(HOUR).await;
    let told = recorder.take_told();
    assert_told(
        &told,
        &[
            "INFO the first keys are loaded",
            "INFO the keys have changed",
        ],
    );
    for line in told {
        assert!(line.len() < 1500, "{} bytes: {line}", line.len());
        assert!(line.contains("…]"), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn flood_is_logged_at_start_and_end() {
    let (endpoint, layer, recorder, _guard) = observed(Mode::Good);
    assert_accepted(&layer, &endpoint.token()).await;
    recorder.take_told();
    let forged = endpoint.forged("forged");
    for _ in 0..99 {
        assert_refused(&layer, &forged, Kind::UnknownKey).await;
    }
    sleep(2 * MINUTE).await;
    assert_told(&recorder.take_told(), &[]);
    for _ in 0..300 {
        assert_refused(&layer, &forged, Kind::UnknownKey).await;
        sleep(SECOND / 10).await;
    }
    assert_told(
        &recorder.take_told(),
        &["WARN a flood of tokens that name unknown keys has begun"],
    );
    sleep(2 * MINUTE).await;
    let told = recorder.take_told();
    assert_told(
        &told,
        &["WARN the flood of tokens that name unknown keys has ended"],
    );
    assert!(told[0].contains("tokens=300"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn skipped_key_is_logged_with_reason() {
    const DOCUMENT: &str =
        r#"{"keys":[7,{"kty":"EC","kid":"a"},{"kty":"RSA","kid":"b","use":"enc"}]}"#;
    let (endpoint, layer, recorder, _guard) = observed(Mode::Says(DOCUMENT));
    let _ = layer.health();
    sleep(SECOND / 2).await;
    let text = recorder.text();
    let skipped: Vec<_> = text
        .lines()
        .filter(|line| line.contains("skipping"))
        .collect();
    assert_eq!(skipped.len(), 3, "{text}");
    for (index, line) in skipped.iter().enumerate() {
        let fields = format!("issuer=\"{}\" index={index} reason=", endpoint.issuer.url());
        assert!(line.contains(&fields), "{line}");
    }
}

/// A document with these keys.
fn document(keys: &[Value]) -> Mode {
    Mode::Says(json!({ "keys": keys }).to_string().leak())
}

/// The key of a new issuer, under an id.
fn key(key_id: &str) -> Value {
    let mut document: Value = serde_json::from_str(&LocalIssuer::new().jwks()).unwrap();
    key_of(&document["keys"][0].take(), key_id)
}

/// The same key, under another id.
fn key_of(key: &Value, key_id: &str) -> Value {
    let mut key = key.clone();
    key["kid"] = key_id.into();
    key
}

#[tokio::test(start_paused = true)]
async fn duplicate_kid_is_logged_once() {
    let (first, second, other, good) = (key("a\nb"), key("a\nb"), key("c"), key("good"));
    let both = document(&[first.clone(), second.clone()]);
    let (endpoint, layer, recorder, _guard) = observed(both);
    let _ = layer.health();
    let ambiguous = async |time| {
        sleep(time).await;
        let told = recorder.take_told().into_iter();
        told.filter(|line| line.starts_with("WARN two keys have the same id"))
            .collect::<Vec<_>>()
    };
    // For usable and unusable documents, with any number of fetches.
    assert_told(&ambiguous(5 * MINUTE).await, &[r#"key_ids=["a\nb"]"#]);
    endpoint.set(document(&[first.clone(), second.clone(), good.clone()]));
    assert_told(&ambiguous(HOUR).await, &[]);
    endpoint.set(document(&[first, second, other, key("c"), good.clone()]));
    assert_told(&ambiguous(HOUR).await, &[r#"key_ids=["c"]"#]);
    endpoint.set(document(&[good]));
    assert_told(&ambiguous(HOUR).await, &[]);
    endpoint.set(both);
    assert_told(&ambiguous(HOUR).await, &[r#"key_ids=["a\nb"]"#]);
}

#[tokio::test(start_paused = true)]
async fn duplicate_kid_in_initial_keys_is_logged_once() {
    let endpoint = Endpoint::new(document(&[key("a"), key("a"), key("b")]));
    let (recorder, _guard) = Recorder::start();
    let Mode::Says(jwks) = endpoint.mode() else {
        unreachable!("it was set");
    };
    let layer = endpoint.builder().initial_keys(jwks).build().unwrap();
    let _ = layer.health();
    sleep(HOUR).await;
    assert!(endpoint.attempts() > 5);
    assert_told(&recorder.take_told(), &["WARN two keys have the same id"]);
}

#[tokio::test(start_paused = true)]
async fn identical_duplicate_key_is_no_warning() {
    let endpoint = Endpoint::new(Mode::Good);
    let jwks = endpoint.issuer.jwks();
    let (_, key) = jwks.split_once('[').unwrap();
    let key = key.strip_suffix("]}").unwrap();
    endpoint.set(Mode::Says(format!(r#"{{"keys":[{key},{key}]}}"#).leak()));
    let (recorder, _guard) = Recorder::start();
    assert_accepted(&endpoint.layer(), &endpoint.token()).await;
    assert_told(&recorder.take_told(), &["INFO the first keys are loaded"]);
}

#[tokio::test(start_paused = true)]
async fn alternating_failures_are_logged_once_a_minute() {
    let (endpoint, layer, recorder, _guard) = observed(Mode::Fails);
    let _ = layer.health();
    for _ in 0..90 {
        sleep(SECOND).await;
        endpoint.set(Mode::Says("<html>"));
        sleep(SECOND).await;
        endpoint.set(Mode::Fails);
    }
    assert!(endpoint.attempts() >= 180);
    let causes = ["WARN the keys could not be fetched"; 6];
    let mut told = recorder.take_told();
    told.retain(|line| !line.starts_with("ERROR there are still no keys"));
    assert_told(&told, &causes);
}

#[tokio::test(start_paused = true)]
async fn keys_replaced_at_expiry_are_no_error() {
    let (_endpoint, layer, recorder, _guard) = observed(Mode::Good);
    layer.ready().await.unwrap();
    recorder.take_told();
    // The process was stopped.
    advance(25 * HOUR).await;
    sleep(SECOND).await;
    let told = recorder.take_told();
    assert!(
        told.iter().all(|line| !line.starts_with("ERROR")),
        "{told:?}"
    );
}

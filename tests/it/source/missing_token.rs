//! A client without a token learns the sources of the layer, and the operator learns why none applied.

use http::Request;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};
use serde_json::Value;

use super::{PLACES, with, with_body};
use crate::{
    recorder::Recorder,
    support::{Script, json, layer, send, without_token},
};

fn with_every_source() -> SequenceAuthLayer {
    layer().sources(PLACES.map(|place| (place.source)()))
}

fn field(name: &str) -> TokenSource {
    TokenSource::json_field(name).unwrap()
}

/// Layers, and the sources that each names to a client.
fn layers() -> Vec<(SequenceAuthLayer, &'static str)> {
    vec![
        (
            layer(),
            "neither as a bearer token nor in the JSON field sequenceToken",
        ),
        (
            layer().sources([TokenSource::bearer()]),
            "as a bearer token",
        ),
        (
            layer().sources([TokenSource::header("X-Token").unwrap()]),
            "in the header x-token",
        ),
        (
            layer().sources([TokenSource::cookie("a%b'`~c").unwrap()]),
            "in the cookie a%b'`~c",
        ),
        (
            layer().sources([TokenSource::subprotocol("100%.").unwrap()]),
            "in a Sec-WebSocket-Protocol that starts with 100%.",
        ),
        (
            layer().sources([field("id <token> & {more}")]),
            "in the JSON field id <token> & {more}",
        ),
        (
            layer().sources([TokenSource::from_fn(|_, _, _| None)]),
            "in a place of the application's own",
        ),
        (
            with_every_source(),
            "neither as a bearer token nor in the header x-sequence-token \
             nor in the cookie __Host-token nor in a Sec-WebSocket-Protocol that starts with token. \
             nor in the JSON field token nor in a place of the application's own",
        ),
        // Such a layer never reads a body.
        (layer().body_limit(0), "as a bearer token"),
        (
            layer().sources([field("a")]).body_limit(0).body_limit(9),
            "in the JSON field a",
        ),
    ]
}

#[tokio::test]
async fn answer_names_the_sources_of_the_layer() {
    for (layer, places) in layers() {
        let comma = if places.starts_with("neither") {
            ","
        } else {
            ""
        };
        let text = format!("no ID token was sent{comma} {places}");
        let answer = send(&layer, without_token()).await;
        answer.assert_refused(Kind::MissingToken);
        let document: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(document["error"], "missing_token");
        assert_eq!(document["error_description"], text);
        let error = answer.error.as_ref().unwrap();
        assert_eq!(error.description(), text);
        assert_eq!(error.to_string(), text);
        // RFC 6750 §3.1: no error code if the request has no credentials.
        let challenge = &answer.headers["www-authenticate"];
        assert_eq!(challenge, r#"Bearer realm="sequence""#);
        let grpc = with(without_token(), "content-type", "application/grpc");
        let answer = send(&layer, grpc).await;
        assert_eq!(answer.headers["grpc-status"], "16");
        let message = answer.headers["grpc-message"].to_str().unwrap();
        assert_eq!(message, text.replace('%', "%25"));
    }
}

#[tokio::test]
async fn layer_without_sources_says_so() {
    for layer in [
        layer().sources([]),
        layer().sources([field("token")]).body_limit(0),
    ] {
        let answer = send(&layer, without_token()).await;
        let document: Value = serde_json::from_slice(&answer.body).unwrap();
        let text = "no ID token was sent, and this service looks for none";
        assert_eq!(document["error_description"], text);
        assert_eq!(event(&layer, without_token()).await, "no source is enabled");
    }
}

#[tokio::test]
async fn answer_never_depends_on_the_request() {
    let layer = with_every_source();
    let expected = send(&layer, without_token()).await.body;
    for request in [
        with(without_token(), "authorization", "Secret secret"),
        with(without_token(), "cookie", "secret=secret"),
        with(without_token(), "sec-websocket-protocol", "secret"),
        with(without_token(), "content-type", "secret/secret"),
        json(r#"{"secret":"secret"}"#),
        Request::delete("/secret?secret")
            .body(Script::from("secret"))
            .unwrap(),
    ] {
        assert_eq!(send(&layer, request).await.body, expected);
    }
}

/// The event, without its constant beginning.
async fn event(layer: &SequenceAuthLayer, request: Request<Script>) -> String {
    let (recorder, _guard) = Recorder::start();
    send(layer, request)
        .await
        .assert_refused(Kind::MissingToken);
    let text = recorder.text();
    let mut events = text.lines().filter_map(|line| {
        let reason = line.strip_prefix("DEBUG no token was found: ")?;
        Some(reason.trim_end().to_owned())
    });
    let reason = events.next().expect(&text);
    assert_eq!(events.next(), None, "{text}");
    reason
}

#[tokio::test]
async fn event_says_why_the_body_was_not_searched() {
    let layer = layer().sources([field("token")]);
    let without_type = |mut request: Request<Script>| {
        request.headers_mut().remove("content-type");
        request
    };
    let of_type =
        |content_type: &[u8]| with(without_type(json("{}")), "content-type", content_type);
    for (request, reason) in [
        (without_token(), "the method carries no body"),
        (without_type(json("{}")), "there is no content-type"),
        (of_type(b"text/plain"), "content-type is text/plain"),
        (
            of_type(b"application/connect+json"),
            "content-type is application/connect+json",
        ),
        (of_type(b""), "content-type is"),
        (
            with(json("{}"), "content-type", "application/json"),
            "content-type comes twice",
        ),
        (
            with(json("{}"), "content-encoding", "gzip"),
            "a content-encoding is applied",
        ),
        (json("{}"), "the body does not hold it"),
        (json(""), "the body does not hold it"),
    ] {
        let expected = format!("in the JSON field token: {reason}");
        assert_eq!(event(&layer, request).await, expected);
    }
}

#[tokio::test]
async fn content_type_is_escaped_and_truncated() {
    let layer = layer().sources([field("token")]);
    let hostile = "a\t\u{9b}31m\u{202e}\u{2028}".to_owned() + &"x".repeat(390_000);
    let mut request = json("{}");
    let hostile = http::HeaderValue::from_bytes(hostile.as_bytes()).unwrap();
    request.headers_mut().insert("content-type", hostile);
    let reason = event(&layer, request).await;
    assert!(
        reason.contains(r"content-type is a\t\u{9b}31m\u{202e}\u{2028}x"),
        "{reason:.300}"
    );
    assert!(reason.ends_with("x…"), "{reason:.300}");
    assert!(reason.len() < 300, "{} bytes", reason.len());
}

#[tokio::test]
async fn event_says_why_there_is_no_bearer_token() {
    let layer = layer().sources([TokenSource::bearer()]);
    for (request, reason) in [
        (without_token(), "there is no Authorization header"),
        (
            with(without_token(), "authorization", "Basic c2VjcmV0"),
            "the Authorization header has another scheme",
        ),
        (
            with(without_token(), "authorization", ""),
            "the Authorization header has another scheme",
        ),
    ] {
        let expected = format!("as a bearer token: {reason}");
        assert_eq!(event(&layer, request).await, expected);
    }
}

#[tokio::test]
async fn event_names_every_source() {
    let request = with_body(without_token(), r#"{"other":"secret"}"#);
    let request = with(request, "cookie", "session=secret");
    let request = with(request, "sec-websocket-protocol", "secret");
    assert_eq!(
        event(&with_every_source(), request).await,
        "as a bearer token: there is no Authorization header; \
         in the header x-sequence-token: there is none; \
         in the cookie __Host-token: there is none; \
         in a Sec-WebSocket-Protocol that starts with token.: there is none; \
         in the JSON field token: the body does not hold it; \
         in a place of the application's own: there is none"
    );
}

#[tokio::test]
async fn event_comes_only_with_a_refusal() {
    let (recorder, _guard) = Recorder::start();
    let answer = send(&layer().optional(), without_token()).await;
    assert!(answer.seen().anonymous);
    assert!(!recorder.text().contains("no token was found"));
}

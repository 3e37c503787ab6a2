//! A refused preflight is a mistake in the order of layers.

use std::time::Duration;

use http::Request;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer};
use tokio::time::advance;

use crate::{
    recorder::Recorder,
    support::{Script, layer, send},
};

fn preflight() -> Request<Script> {
    let request = Request::options("/").header("origin", "https://play.example.com");
    let request = request.header("access-control-request-method", "POST");
    request.body(Script::empty()).unwrap()
}

async fn told(layer: &SequenceAuthLayer, request: Request<Script>) -> Vec<String> {
    let (recorder, _guard) = Recorder::start();
    send(layer, request)
        .await
        .assert_refused(Kind::MissingToken);
    recorder.take_told()
}

#[tokio::test(start_paused = true)]
async fn refused_preflight_is_told_once_a_minute() {
    let layer = layer();
    for _ in 0..2 {
        let first = told(&layer, preflight()).await;
        assert_eq!(first.len(), 1, "{first:?}");
        assert!(first[0].starts_with("WARN an OPTIONS request"), "{first:?}");
        assert!(first[0].contains("CORS preflight"), "{first:?}");
        assert_eq!(told(&layer, preflight()).await, [""; 0]);
        // Clones of a layer share it.
        assert_eq!(told(&layer.clone(), preflight()).await, [""; 0]);
        advance(Duration::from_secs(60)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn other_requests_without_a_token_are_no_warnings() {
    let mut get = preflight();
    *get.method_mut() = http::Method::GET;
    let mut options = preflight();
    options
        .headers_mut()
        .remove("access-control-request-method");
    for request in [get, options] {
        assert_eq!(told(&layer(), request).await, [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn preflight_that_passes_is_no_warning() {
    let (recorder, _guard) = Recorder::start();
    let answer = send(&layer().optional(), preflight()).await;
    assert!(answer.seen.is_some());
    assert_eq!(recorder.take_told(), [""; 0]);
}

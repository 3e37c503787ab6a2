//! The span around the check of a request.

use std::{convert::Infallible, future::ready};

use http::{Request, Response, StatusCode};
use sequence_auth::{RequestBody, SequenceAuthLayer, TraceSpan, testing::LocalIssuer};
use tower::{Layer, ServiceExt, service_fn};
use tracing::{Instrument as _, Span, field::Empty, info_span};

use crate::{
    recorder::Recorder,
    support::{ISSUER, Script, bearer, layer, send, with_field, without_token},
};

/// Returns the recorded fields of the request's span, as `name=value `.
async fn fields(layer: &SequenceAuthLayer, request: Request<Script>) -> String {
    let (recorder, _guard) = Recorder::start();
    send(layer, request).await;
    let text = recorder.text();
    let is_field = |word: &&str| {
        let names = ["result=", "error_type=", "source=", "cached=", "wallet="];
        names.iter().any(|name| word.starts_with(name))
    };
    let fields: Vec<_> = text.split_whitespace().filter(is_field).collect();
    fields.join(" ")
}

#[tokio::test(start_paused = true)]
async fn span_says_what_has_come_of_the_request() {
    let layer = layer().trace_span(TraceSpan::On);
    let token = ISSUER.token().mint();
    for (request, expected) in [
        (
            bearer(&token),
            "cached=false result=\"success\" source=\"bearer\"",
        ),
        (
            with_field(&token),
            "cached=false result=\"success\" source=\"json_field\"",
        ),
        (
            bearer(&token),
            "cached=true result=\"success\" source=\"bearer\"",
        ),
        (
            without_token(),
            "result=\"failure\" error_type=\"missing_token\"",
        ),
        (
            bearer(&ISSUER.token().expired().mint()),
            "result=\"failure\" error_type=\"expired\" source=\"bearer\"",
        ),
        (
            bearer("?"),
            "result=\"failure\" error_type=\"malformed_authorization\" source=\"bearer\"",
        ),
    ] {
        assert_eq!(fields(&layer, request).await, expected);
    }
    let anonymous = fields(&layer.optional(), without_token()).await;
    assert_eq!(anonymous, "result=\"none\"");
}

#[tokio::test(start_paused = true)]
async fn wallet_is_a_field_for_who_asks_for_it() {
    let layer = layer().trace_span(TraceSpan::WithWallet);
    let wallet = ISSUER.token().mint();
    let fields = fields(&layer, bearer(&wallet)).await;
    let expected = "cached=false wallet=0x52908400098527886E0F7030069857D2E4169EE7";
    assert!(fields.starts_with(expected), "{fields}");
}

#[tokio::test(start_paused = true)]
async fn request_that_waits_has_one_span() {
    let layer = layer().trace_span(TraceSpan::On);
    let layer = layer.load(async |_| Ok::<_, String>(Some(1)));
    let fields = fields(&layer, bearer(&ISSUER.token().mint())).await;
    assert_eq!(fields, "cached=false result=\"success\" source=\"bearer\"");
}

#[tokio::test(start_paused = true)]
async fn span_is_closed_before_the_inner_service_is_called() {
    let direct = layer().trace_span(TraceSpan::On);
    let waiting = direct.clone().load(async |_| Ok::<_, String>(Some(1)));
    for layer in [direct, waiting] {
        let (recorder, _guard) = Recorder::start();
        // In the call itself, before its future is polled.
        let inner = service_fn(|_: Request<RequestBody<Script>>| {
            assert!(recorder.text().contains("result="));
            assert_eq!(recorder.open_spans(), 0);
            ready(Ok::<_, Infallible>(Response::new(String::new())))
        });
        let request = bearer(&ISSUER.token().mint());
        let answer = layer.layer(inner).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_no_span_unless_it_is_asked_for() {
    let token = ISSUER.token().mint();
    for layer in [layer(), layer().trace_span(TraceSpan::Off)] {
        assert_eq!(fields(&layer, bearer(&token)).await, "");
    }
}

#[tokio::test(start_paused = true)]
async fn span_of_a_combined_layer_is_the_first_ones() {
    let oms = LocalIssuer::oms_wallet();
    let other = || oms.layer("prj_1");
    let token = oms.token().project("prj_1").mint();
    let traced = layer().trace_span(TraceSpan::On).or(other()).unwrap();
    let traced = fields(&traced, bearer(&token)).await;
    assert_eq!(traced, "cached=false result=\"success\" source=\"bearer\"");
    let other = other().trace_span(TraceSpan::WithWallet);
    let untraced = layer().or(other).unwrap();
    assert_eq!(fields(&untraced, bearer(&token)).await, "");
}

/// A span of the application, with the same fields as the layer's.
fn span_of_the_application() -> Span {
    info_span!(
        target: "application",
        "request",
        result = Empty,
        source = Empty,
        error_type = Empty,
        cached = Empty,
        wallet = Empty
    )
}

#[tokio::test(start_paused = true)]
async fn token_without_a_request_writes_into_no_span() {
    let (recorder, _guard) = Recorder::start();
    let verifier = layer().trace_span(TraceSpan::WithWallet).verifier();
    let token = ISSUER.token().mint();
    let verify = verifier
        .verify(&token)
        .instrument(span_of_the_application());
    verify.await.unwrap();
    let text = recorder.text();
    assert!(!text.contains("cached="), "{text}");
    assert!(!text.contains("wallet="), "{text}");
}

#[tokio::test(start_paused = true)]
async fn verifier_in_a_load_writes_into_no_span() {
    let verifier = layer().trace_span(TraceSpan::WithWallet).verifier();
    let other = ISSUER
        .token()
        .wallet("0x0000000000000000000000000000000000000001")
        .mint();
    let layer = layer().trace_span(TraceSpan::WithWallet).load(move |_| {
        let (verifier, other) = (verifier.clone(), other.clone());
        async move { verifier.verify(&other).await.map(Some) }
    });
    let fields = fields(&layer, bearer(&ISSUER.token().mint())).await;
    assert_eq!(fields.matches("wallet=").count(), 1, "{fields}");
}

#[tokio::test(start_paused = true)]
async fn filtered_span_writes_into_no_span() {
    let (recorder, _guard) = Recorder::start_without("sequence_auth");
    let direct = layer().trace_span(TraceSpan::WithWallet);
    let waiting = direct.clone().load(async |_| Ok::<_, String>(Some(1)));
    for layer in [direct, waiting] {
        let request = bearer(&ISSUER.token().mint());
        let answer = send(&layer, request).instrument(span_of_the_application());
        answer.await.claims();
    }
    assert_eq!(recorder.text(), "");
}

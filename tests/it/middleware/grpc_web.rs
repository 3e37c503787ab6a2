//! A refusal over gRPC-Web is a trailers frame in the body, which pages of any origin can read.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, TokenSource};

use super::answers::without_keys;
use crate::support::{
    Answer, ISSUER, Script, bearer, json, layer, send, with_authorization, without_token,
};

const BINARY: &str = "application/grpc-web+proto";
const TEXT: &str = "application/grpc-web-text";

fn with(mut request: Request<Script>, headers: &[(&'static str, &str)]) -> Request<Script> {
    for &(name, value) in headers {
        let value = HeaderValue::from_str(value).unwrap();
        request.headers_mut().insert(name, value);
    }
    request
}

fn web(request: Request<Script>) -> Request<Script> {
    with(request, &[("content-type", BINARY)])
}

fn frame(status: &str, message: &str) -> Vec<u8> {
    let trailers = format!("grpc-status:{status}\r\ngrpc-message:{message}\r\n");
    let mut frame = vec![0x80, 0, 0, 0, u8::try_from(trailers.len()).unwrap()];
    frame.extend(trailers.bytes());
    frame
}

#[track_caller]
fn assert_answer(answer: &Answer, content_type: &str, body: &[u8]) {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], content_type);
    assert_eq!(answer.headers["cache-control"], "no-store");
    // In the headers, grpc-web would find the status a second time.
    assert!(!answer.headers.contains_key("grpc-status"));
    assert!(!answer.headers.contains_key("grpc-message"));
    assert_eq!(answer.body, body);
    assert!(answer.seen.is_none());
}

#[tokio::test(start_paused = true)]
async fn each_refusal_is_a_frame_with_its_status() {
    let good = || bearer(&ISSUER.token().mint());
    for (layer, request, kind, status) in [
        (layer(), without_token(), Kind::MissingToken, "16"),
        (
            layer(),
            bearer(&ISSUER.token().expired().mint()),
            Kind::Expired,
            "16",
        ),
        (
            layer(),
            with_authorization("Bearer"),
            Kind::MalformedAuthorization,
            "3",
        ),
        (
            layer().authorize(|_| false),
            good(),
            Kind::NotAuthorized,
            "7",
        ),
        (without_keys(), good(), Kind::KeysUnavailable, "14"),
    ] {
        let answer = send(&layer, web(request)).await;
        assert_eq!(answer.kind(), Some(kind));
        let description = answer.error.as_ref().unwrap().description();
        assert_answer(&answer, BINARY, &frame(status, description));
    }
}

#[tokio::test]
async fn text_is_sent_as_it_is_accepted_or_as_the_request_came() {
    let expired = || bearer(&ISSUER.token().expired().mint());
    let frame = frame("16", "the token has expired (exp)");
    for (content_type, accept) in [(TEXT, TEXT), ("application/grpc-web", TEXT), (TEXT, "*/*")] {
        let request = with(
            expired(),
            &[("content-type", content_type), ("accept", accept)],
        );
        let answer = send(&layer(), request).await;
        assert_answer(&answer, TEXT, STANDARD.encode(&frame).as_bytes());
    }
    let binary = [("content-type", TEXT), ("accept", "application/grpc-web")];
    let answer = send(&layer(), with(expired(), &binary)).await;
    assert_answer(&answer, "application/grpc-web", &frame);
}

#[tokio::test]
async fn percent_signs_are_encoded() {
    let layer = layer().sources([TokenSource::header("x-100%").unwrap()]);
    let answer = send(&layer, web(without_token())).await;
    let description = answer.error.as_ref().unwrap().description();
    assert!(description.contains("x-100%"), "{description}");
    let message = description.replace('%', "%25");
    assert_answer(&answer, BINARY, &frame("16", &message));
}

#[tokio::test]
async fn on_reject_gets_the_frame() {
    let layer = layer().on_reject(|error, mut response| {
        assert_eq!(error.kind(), Kind::Expired);
        assert_eq!(response.headers()["content-type"], BINARY);
        assert_eq!(response.body()[0], 0x80);
        let language = HeaderValue::from_static("en");
        response.headers_mut().insert("content-language", language);
        response
    });
    let expired = bearer(&ISSUER.token().expired().mint());
    let answer = send(&layer, web(expired)).await;
    assert_eq!(answer.headers["content-language"], "en");
    assert_answer(&answer, BINARY, &frame("16", "the token has expired (exp)"));
}

#[tokio::test]
async fn body_is_never_searched() {
    for content_type in [
        "application/grpc-web",
        "application/grpc-web+json",
        "Application/gRPC-Web-Text+JSON; charset=utf-8",
    ] {
        let untouchable = json(Script::untouchable());
        let headers = [("content-type", content_type), ("accept", BINARY)];
        let request = with(untouchable, &headers);
        let answer = send(&layer(), request).await;
        assert_eq!(answer.kind(), Some(Kind::MissingToken), "{content_type}");
        assert_eq!(answer.body[0], 0x80);
    }
}

#[tokio::test]
async fn call_with_a_token_passes() {
    let request = with(bearer(&ISSUER.token().mint()), &[("content-type", TEXT)]);
    send(&layer(), request).await.claims();
}

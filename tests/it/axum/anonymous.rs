//! Behind an optional layer, a handler that needs claims responds like the layer itself.

use axum::{Router, routing::any};
use http::{HeaderValue, Request, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};

use super::{Reply, call, json_request, lobby, me, without_token};
use crate::{recorder::Recorder, support::layer};

fn app(auth: SequenceAuthLayer) -> Router {
    Router::new()
        .route("/me", any(me))
        .route("/lobby", any(lobby))
        .layer(auth)
}

/// Asserts that an anonymous request gets the response of a layer without `optional`, and returns it.
async fn assert_same_answer<B>(
    auth: &SequenceAuthLayer,
    request: impl Fn(&str) -> Request<B>,
) -> Reply
where
    axum::body::Body: From<B>,
{
    let request = |path| request(path).map(axum::body::Body::from);
    let strict = call(&app(auth.clone()), request("/me")).await;
    let optional = app(auth.clone().optional());
    let reply = call(&optional, request("/me")).await;
    assert_eq!(reply, strict);
    assert_eq!(reply.error, Some(Kind::MissingToken));
    call(&optional, request("/lobby")).await.assert_ok("nobody");
    reply
}

#[tokio::test]
async fn anonymous_request_is_answered_as_by_the_layer() {
    let reply = assert_same_answer(&layer(), without_token).await;
    reply.assert_refused(Kind::MissingToken);
    assert_eq!(
        reply.headers["www-authenticate"],
        r#"Bearer realm="sequence""#
    );
    // After waiting for the body.
    assert_same_answer(&layer(), |path| json_request(path, "{}")).await;
}

#[tokio::test]
async fn answer_names_the_sources_of_the_layer() {
    let cookie = TokenSource::cookie("__Host-token").unwrap();
    let auth = layer().sources([TokenSource::bearer(), cookie]);
    let reply = assert_same_answer(&auth, without_token).await;
    assert!(
        reply.body.contains("in the cookie __Host-token"),
        "{reply:?}"
    );
}

#[tokio::test]
async fn unsearchable_body_is_anonymous() {
    let optional = app(layer().optional().body_limit(10));
    for body in ["no json", r#"{"sequenceToken":"x"}"#] {
        let reply = call(&optional, json_request("/me", body)).await;
        reply.assert_refused(Kind::MissingToken);
        let reply = call(&optional, json_request("/lobby", body)).await;
        reply.assert_ok("nobody");
    }
}

#[tokio::test]
async fn on_reject_makes_the_answer() {
    let auth = layer().on_reject(|error, mut response| {
        assert_eq!(error.kind(), Kind::MissingToken);
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response
    });
    for reply in [
        assert_same_answer(&auth, without_token).await,
        assert_same_answer(&auth, |path| json_request(path, "{}")).await,
    ] {
        assert_eq!(reply.status, StatusCode::IM_A_TEAPOT);
    }
}

#[tokio::test]
async fn on_reject_with_makes_the_answer_of_the_request() {
    let auth = layer().on_reject_with(|request, _, mut response| {
        assert!(!request.headers().contains_key("authorization"));
        let seen = format!("{} {}", request.method(), request.uri());
        let headers = response.headers_mut();
        headers.insert("x-request", seen.parse().unwrap());
        headers.insert("x-client", request.headers()["x-client"].clone());
        response
    });
    let with_headers = |mut request: Request<_>| {
        let headers = request.headers_mut();
        headers.insert("authorization", HeaderValue::from_static("Basic dTpw"));
        headers.insert("x-client", HeaderValue::from_static("unity"));
        request
    };
    let reply = assert_same_answer(&auth, |path| with_headers(without_token(path))).await;
    assert_eq!(reply.headers["x-request"], "GET /me");
    assert_eq!(reply.headers["x-client"], "unity");
    let json = |path: &str| with_headers(json_request(path, "{}"));
    let reply = assert_same_answer(&auth, json).await;
    assert_eq!(reply.headers["x-request"], "POST /me");
    assert_eq!(reply.headers["x-client"], "unity");
}

#[tokio::test]
async fn grpc_gets_a_grpc_answer() {
    let grpc = |content_type: &'static str| {
        move |path: &str| {
            let mut request = without_token(path);
            for name in ["content-type", "accept"] {
                let value = HeaderValue::from_static(content_type);
                request.headers_mut().insert(name, value);
            }
            request
        }
    };
    let reply = assert_same_answer(&layer(), grpc("application/grpc")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["grpc-status"], "16");
    let reply = assert_same_answer(&layer(), grpc("application/grpc-web-text")).await;
    assert_eq!(reply.headers["content-type"], "application/grpc-web-text");
}

#[tokio::test]
async fn nearest_layer_answers() {
    let named = |name: &'static str| {
        layer().optional().on_reject(move |_, mut response| {
            let name = HeaderValue::from_static(name);
            response.headers_mut().append("x-layer", name);
            response
        })
    };
    let app = app(named("inner")).layer(named("outer"));
    let reply = call(&app, without_token("/me")).await;
    let layers: Vec<_> = reply.headers.get_all("x-layer").iter().collect();
    assert_eq!(layers, ["inner"]);
}

#[tokio::test]
async fn refusal_is_logged_as_one_of_the_layer() {
    let (recorder, _guard) = Recorder::start();
    let app = app(layer().optional());
    call(&app, without_token("/me")).await;
    let text = recorder.text();
    let line = text.lines().find(|line| line.contains("request refused"));
    let line = line.expect("an event");
    assert!(line.starts_with("DEBUG"), "{line}");
    assert!(line.contains(r#"kind="missing_token""#), "{line}");
}

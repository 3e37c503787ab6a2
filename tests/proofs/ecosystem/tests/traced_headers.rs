//! What a `TraceLayer` that prints headers prints of tokens, outside the layer and inside.

use std::convert::Infallible;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Request, Response,
    header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL, SET_COOKIE},
};
use http_body_util::Full;
use sequence_auth::{SequenceAuthLayer, TokenSource};
use tower::{ServiceBuilder, service_fn};
use tower_http::{
    sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer},
    trace::{DefaultMakeSpan, DefaultOnResponse, HttpMakeClassifier, TraceLayer},
};

use crate::{
    support::{ISSUER, auth, logged},
    tower_http::{App, app, apps},
};

const GAME_TOKEN: HeaderName = HeaderName::from_static("x-game-token");

/// A layer that finds tokens in every header that may hold one.
fn all_headers() -> SequenceAuthLayer {
    auth().sources([
        TokenSource::bearer(),
        TokenSource::header(GAME_TOKEN.as_str()).unwrap(),
        TokenSource::cookie("__Host-token").unwrap(),
        TokenSource::subprotocol("token.").unwrap(),
    ])
}

fn trace() -> TraceLayer<HttpMakeClassifier> {
    TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().include_headers(true))
        .on_response(DefaultOnResponse::new().include_headers(true))
}

fn conceal() -> SetSensitiveRequestHeadersLayer {
    let headers = [AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL, GAME_TOKEN];
    SetSensitiveRequestHeadersLayer::new(headers)
}

fn conceal_answers() -> SetSensitiveResponseHeadersLayer {
    SetSensitiveResponseHeadersLayer::new([SET_COOKIE])
}

/// Answers with the cookie of a login, as a route that issues nonces does.
async fn set_cookie<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    let cookie = HeaderValue::from_static("__Host-login=of-this-browser");
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Requests with a token in each header, and with a harmless header that shows that headers are printed.
fn requests(token: &str) -> [impl Fn() -> Request<Body>; 4] {
    let with = |name: HeaderName, value: String| {
        move || {
            let request = Request::get("/").header("x-harmless", "harmless");
            request.header(&name, &value).body(Body::empty()).unwrap()
        }
    };
    [
        with(AUTHORIZATION, format!("Bearer {token}")),
        with(GAME_TOKEN, token.to_owned()),
        with(COOKIE, format!("__Host-token={token}")),
        with(SEC_WEBSOCKET_PROTOCOL, format!("game, token.{token}")),
    ]
}

/// Sends each request through each app, and returns what is printed of it.
async fn printed(apps: [App; 2], token: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for app in apps {
        for request in requests(token) {
            texts.push(logged(&app, request).await);
        }
    }
    assert_eq!(texts.len(), 8);
    texts
}

/// An accepted token, and a refused token that may be valid elsewhere.
fn tokens() -> [String; 2] {
    [ISSUER.token().mint(), ISSUER.token().project(7).mint()]
}

#[tokio::test]
async fn a_trace_outside_prints_every_token() {
    for token in tokens() {
        for text in printed(apps!([trace(), all_headers()], set_cookie), &token).await {
            assert!(text.contains(&token), "{text}");
        }
    }
}

#[tokio::test]
async fn a_trace_outside_prints_no_token_behind_a_layer_that_conceals_headers() {
    for token in tokens() {
        let apps = apps!([conceal(), trace(), all_headers()], set_cookie);
        for text in printed(apps, &token).await {
            assert!(
                text.contains("harmless") && text.contains("Sensitive"),
                "{text}"
            );
            assert!(!text.contains(&token), "{text}");
        }
    }
}

#[tokio::test]
async fn headers_that_are_concealed_behind_a_trace_are_printed() {
    let [token, _] = tokens();
    let apps = apps!([trace(), conceal(), all_headers()], set_cookie);
    for text in printed(apps, &token).await {
        assert!(text.contains(&token), "{text}");
    }
}

#[tokio::test]
async fn a_trace_inside_prints_no_token() {
    let [token, _] = tokens();
    for text in printed(apps!([all_headers(), trace()], set_cookie), &token).await {
        assert!(text.contains("harmless"), "{text}");
        assert!(!text.contains(&token), "{text}");
    }
}

#[tokio::test]
async fn a_trace_prints_the_cookie_that_a_handler_sets() {
    let [token, _] = tokens();
    for apps in [
        apps!([trace(), all_headers()], set_cookie),
        apps!([all_headers(), trace()], set_cookie),
        // An answer goes outwards: it is concealed too late here.
        apps!([conceal_answers(), trace(), all_headers()], set_cookie),
    ] {
        for text in printed(apps, &token).await {
            assert!(text.contains("of-this-browser"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_trace_prints_no_cookie_that_is_concealed_inside() {
    let [token, _] = tokens();
    let apps = apps!([trace(), conceal_answers(), all_headers()], set_cookie);
    for text in printed(apps, &token).await {
        assert!(text.contains("set-cookie"), "{text}");
        assert!(!text.contains("of-this-browser"), "{text}");
    }
}

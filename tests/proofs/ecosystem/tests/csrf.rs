//! tower-http's `CsrfLayer` beside the layer's own check of cookies: what each of them refuses.

use std::convert::Infallible;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{
    Method, Request, Response, StatusCode,
    header::{AUTHORIZATION, COOKIE, HOST, ORIGIN},
};
use http_body_util::Full;
use sequence_auth::{AuthError, AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{
    support::{ISSUER, auth, bearer},
    tower_http::{App, app, apps, echo},
};

const FRIEND: &str = "https://friend.example";

/// Who refuses a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Refusal {
    Csrf,
    Layer,
}
use Refusal::{Csrf, Layer};

fn layer() -> SequenceAuthLayer {
    let cookie = TokenSource::cookie("__Host-token").unwrap();
    auth().sources([TokenSource::bearer(), cookie])
}

fn csrf() -> CsrfLayer {
    CsrfLayer::new().add_trusted_origin(FRIEND).unwrap()
}

/// A request with the token in a cookie, and with these headers.
fn with_cookie(method: &Method, headers: &[(&'static str, &'static str)]) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .header(HOST, "game.example");
    request = request.header(COOKIE, format!("__Host-token={}", ISSUER.token().mint()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

async fn refusal(app: &App, request: Request<Body>) -> Option<Refusal> {
    let response = app.clone().oneshot(request).await.unwrap();
    let extensions = response.extensions();
    let by_csrf = extensions.get::<ProtectionError>().map(|_| Csrf);
    let kind = extensions.get().map(AuthError::kind);
    let by_layer = kind.map(|kind| {
        assert_eq!(kind, Kind::CrossSiteCookie);
        Layer
    });
    let expected = if by_csrf.or(by_layer).is_some() {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::OK
    };
    assert_eq!(response.status(), expected);
    by_csrf.or(by_layer)
}

/// A route that requires the application's own session instead of a token.
async fn session<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::default())
}

/// Requests that both layers judge alike, and requests that only one of them refuses: method, headers, and the layer
/// that refuses.
type Row = (Method, &'static [(&'static str, &'static str)], bool, bool);
const ROWS: &[Row] = &[
    (Method::POST, &[], false, false),
    (
        Method::POST,
        &[("sec-fetch-site", "same-origin")],
        false,
        false,
    ),
    (Method::POST, &[("sec-fetch-site", "none")], false, false),
    (Method::POST, &[("sec-fetch-site", "same-site")], true, true),
    (
        Method::POST,
        &[("sec-fetch-site", "cross-site")],
        true,
        true,
    ),
    (
        Method::POST,
        &[("origin", "https://game.example")],
        false,
        false,
    ),
    (
        Method::POST,
        &[("origin", "https://attacker.example")],
        true,
        true,
    ),
    (Method::POST, &[("origin", "null")], true, true),
    (
        Method::GET,
        &[("sec-fetch-site", "cross-site")],
        false,
        false,
    ),
    // A WebSocket, which a safe method opens.
    (
        Method::GET,
        &[("upgrade", "websocket"), ("sec-fetch-site", "cross-site")],
        false,
        true,
    ),
    (
        Method::GET,
        &[
            ("upgrade", "websocket"),
            ("origin", "https://attacker.example"),
        ],
        false,
        true,
    ),
    // An origin that the application trusts, and the layer does not know of.
    (
        Method::POST,
        &[("sec-fetch-site", "cross-site"), ("origin", FRIEND)],
        false,
        true,
    ),
];

#[tokio::test]
async fn each_check_refuses_its_own() {
    for (method, headers, by_csrf, by_layer) in ROWS {
        let request = || with_cookie(method, headers);
        let accepting = TokenSource::cookie("__Host-token").unwrap();
        let accepting = accepting.dangerous_accept_cross_site();
        let csrf_alone = apps!([csrf(), auth().sources([accepting.clone()])], echo);
        for app in csrf_alone {
            let expected = by_csrf.then_some(Csrf);
            assert_eq!(refusal(&app, request()).await, expected, "{headers:?}");
        }
        for app in apps!([layer()], echo) {
            let expected = by_layer.then_some(Layer);
            assert_eq!(refusal(&app, request()).await, expected, "{headers:?}");
        }
    }
}

#[tokio::test]
async fn together_they_refuse_what_either_refuses_in_either_order() {
    for (method, headers, by_csrf, by_layer) in ROWS {
        let request = || with_cookie(method, headers);
        for app in apps!([csrf(), layer()], echo) {
            let expected = by_csrf.then_some(Csrf).or(by_layer.then_some(Layer));
            assert_eq!(refusal(&app, request()).await, expected, "{headers:?}");
        }
        for app in apps!([layer(), csrf()], echo) {
            let expected = by_layer.then_some(Layer).or(by_csrf.then_some(Csrf));
            assert_eq!(refusal(&app, request()).await, expected, "{headers:?}");
        }
    }
}

#[tokio::test]
async fn only_the_csrf_layer_refuses_bearer_tokens_from_other_sites() {
    let request = || {
        let request = Request::post("/").header(AUTHORIZATION, bearer());
        let request = request.header(ORIGIN, "https://other.example");
        request.body(Body::empty()).unwrap()
    };
    for app in apps!([layer()], echo) {
        assert_eq!(refusal(&app, request()).await, None);
    }
    for app in apps!([csrf(), layer()], echo) {
        assert_eq!(refusal(&app, request()).await, Some(Csrf));
    }
}

#[tokio::test]
async fn only_the_csrf_layer_protects_a_session_of_the_application() {
    let request = || {
        let request = Request::post("/").header(COOKIE, "__Host-session=5");
        let request = request.header("sec-fetch-site", "cross-site");
        request.body(Body::empty()).unwrap()
    };
    let optional = || layer().optional();
    for app in apps!([csrf(), optional()], session) {
        assert_eq!(refusal(&app, request()).await, Some(Csrf));
    }
    for app in apps!([optional()], session) {
        assert_eq!(refusal(&app, request()).await, None);
    }
}

//! What a page of another origin can read of a refusal, and send with its cookies, behind `CorsLayer`.

use axum::{Router, body::Body};
use ecosystem::other_origin;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_TYPE, COOKIE, ORIGIN, RETRY_AFTER,
        WWW_AUTHENTICATE,
    },
};
use sequence_auth::{
    AuthError, AuthErrorKind as Kind, SequenceAuthLayer, TokenSource, testing::LocalIssuer,
};
use test_support::guide::assert_guide_shows;
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;

use crate::{
    support::{ISSUER, PROJECT, auth, bearer, with_bearer},
    tower_http::{App, app, apps, echo},
};

const GAME: HeaderValue = HeaderValue::from_static("https://game.example");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// What the guide recommends for pages of another origin, cookies included.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin([GAME])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([WWW_AUTHENTICATE, RETRY_AFTER, GRPC_STATUS, GRPC_MESSAGE])
        .allow_credentials(true)
}

async fn send(app: App, mut request: Request<Body>) -> Response<Body> {
    request.headers_mut().insert(ORIGIN, GAME);
    app.oneshot(request).await.unwrap()
}

fn post() -> Request<Body> {
    Request::post("/").body(Body::empty()).unwrap()
}

fn kind(response: &Response<Body>) -> Option<Kind> {
    response.extensions().get().map(AuthError::kind)
}

/// Returns `true` if the header is there and a page of the game's origin gets to see it.
fn can_read(headers: &HeaderMap, name: &HeaderName) -> bool {
    let exposed = headers.get(ACCESS_CONTROL_EXPOSE_HEADERS);
    let exposed = exposed.map_or("", |names| names.to_str().unwrap());
    headers.contains_key(name)
        && headers.get(ACCESS_CONTROL_ALLOW_ORIGIN) == Some(&GAME)
        && exposed
            .split(',')
            .any(|exposed| exposed.trim() == name.as_str())
}

/// An issuer whose keys were never there.
fn without_keys() -> SequenceAuthLayer {
    let issuer = LocalIssuer::new();
    issuer.set_down(true);
    issuer.layer(PROJECT)
}

#[test]
fn the_guide_shows_the_application_for_pages_of_another_origin() {
    let code = include_str!("../src/other_origin.rs");
    assert_guide_shows("getting_started.rs", code);
}

#[tokio::test]
async fn a_page_calls_the_application_that_the_guide_shows() {
    let app = other_origin::app(auth());
    let preflight = Request::options("/me")
        .header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "authorization");
    let with_token = Request::get("/me").header(AUTHORIZATION, bearer());
    for (request, status) in [
        (preflight, StatusCode::OK),
        (with_token, StatusCode::OK),
        (Request::get("/me"), StatusCode::UNAUTHORIZED),
    ] {
        let request = request.header(ORIGIN, GAME).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
    }
}

#[tokio::test]
async fn a_page_reads_why_it_is_refused_and_when_to_come_again() {
    for app in apps!([cors(), auth()], echo) {
        let refused = send(app, post()).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert!(can_read(refused.headers(), &WWW_AUTHENTICATE));
    }
    for app in apps!([cors(), auth()], echo) {
        let mut call = post();
        let grpc = HeaderValue::from_static("application/grpc");
        call.headers_mut().insert(CONTENT_TYPE, grpc);
        let refused = send(app, call).await;
        assert!(can_read(refused.headers(), &GRPC_STATUS));
        assert!(can_read(refused.headers(), &GRPC_MESSAGE));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_reads_when_to_come_again() {
    for app in apps!([cors(), without_keys()], echo) {
        let unavailable = send(app, with_bearer().body(Body::empty()).unwrap()).await;
        assert_eq!(unavailable.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(can_read(unavailable.headers(), &RETRY_AFTER));
    }
}

#[tokio::test]
async fn headers_that_are_not_exposed_are_hidden() {
    let cors = cors().expose_headers([RETRY_AFTER]);
    for app in apps!([cors.clone(), auth()], echo) {
        let refused = send(app, post()).await;
        assert!(refused.headers().contains_key(WWW_AUTHENTICATE));
        assert!(!can_read(refused.headers(), &WWW_AUTHENTICATE));
    }
}

#[tokio::test]
async fn cors_inside_hides_refusals_from_pages() {
    for app in apps!([auth(), cors()], echo) {
        let refused = send(app, post()).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert!(!can_read(refused.headers(), &WWW_AUTHENTICATE));
    }
}

#[tokio::test]
async fn allowed_credentials_do_not_open_the_check_of_cookies() {
    let cookie = TokenSource::cookie("__Host-token").unwrap();
    let request = |method| {
        let cookie = format!("__Host-token={}", ISSUER.token().mint());
        let request = Request::builder().method(method).header(COOKIE, cookie);
        request.body(Body::empty()).unwrap()
    };
    for app in apps!([cors(), auth().sources([cookie.clone()])], echo) {
        let refused = send(app.clone(), request(Method::POST)).await;
        assert_eq!(kind(&refused), Some(Kind::CrossSiteCookie));
        assert!(can_read(refused.headers(), &WWW_AUTHENTICATE));
        let passed = send(app, request(Method::GET)).await;
        assert_eq!(passed.status(), StatusCode::OK);
        assert_eq!(passed.headers()[ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
    }
    let cookie = cookie.dangerous_accept_cross_site();
    for app in apps!([cors(), auth().sources([cookie.clone()])], echo) {
        let passed = send(app, request(Method::POST)).await;
        assert_eq!(passed.status(), StatusCode::OK);
    }
}

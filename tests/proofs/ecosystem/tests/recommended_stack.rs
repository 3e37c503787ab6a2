//! The recommended stack behaves as the guide says.

use axum::{Router, body::Body, routing::post};
use ecosystem::recommended_stack::app;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
        AUTHORIZATION, COOKIE, ORIGIN, SET_COOKIE,
    },
};
use http_body_util::BodyExt;
use sequence_auth::{AuthError, AuthErrorKind as Kind, LoginCookies, NonceKey, Nonces};
use test_support::guide::assert_guide_shows;
use tower::ServiceExt;

use crate::support::{ISSUER, auth, logged};

const GAME: &str = "https://game.example";
const ATTACKER: &str = "https://attacker.example";

fn stack() -> Router {
    let cookies = LoginCookies::default().allow_origin(GAME);
    let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies);
    app(auth(), nonces.build().unwrap(), post("signed in")).unwrap()
}

async fn send(app: &Router, mut request: Request<Body>, origin: &'static str) -> Response<Body> {
    let origin = HeaderValue::from_static(origin);
    request.headers_mut().insert(ORIGIN, origin);
    app.clone().oneshot(request).await.unwrap()
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// The sign-in of the game's page: a token with a nonce that the page requested, and the nonce's cookie.
struct SignIn {
    token: String,
    cookie: String,
}

impl SignIn {
    async fn with_nonce_of(app: &Router) -> Self {
        let answer = send(app, get("/nonce"), GAME).await;
        assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let nonce = str::from_utf8(&body).unwrap().split('"').nth(3).unwrap();
        let token = ISSUER.token().nonce(nonce).mint();
        Self { token, cookie }
    }

    async fn send(&self, app: &Router, origin: &'static str) -> Response<Body> {
        let request = Request::post("/login")
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(COOKIE, &self.cookie);
        send(app, request.body(Body::empty()).unwrap(), origin).await
    }
}

fn kind(response: &Response<Body>) -> Option<Kind> {
    response.extensions().get().map(AuthError::kind)
}

#[test]
fn the_guide_shows_it() {
    let code = include_str!("../src/recommended_stack.rs");
    assert_guide_shows("middleware.rs", code);
}

#[tokio::test]
async fn a_player_signs_in_once_from_a_page_of_the_game() {
    let app = stack();
    let preflight = Request::options("/login")
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "authorization");
    let allowed = send(&app, preflight.body(Body::empty()).unwrap(), GAME).await;
    assert_eq!(allowed.status(), StatusCode::OK);
    let sign_in = SignIn::with_nonce_of(&app).await;
    let signed_in = sign_in.send(&app, GAME).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    assert_eq!(signed_in.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
    let again = sign_in.send(&app, GAME).await;
    assert_eq!(kind(&again), Some(Kind::UsedNonce));
    assert_eq!(again.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_before_a_nonce_is_used() {
    let app = stack();
    let sign_in = SignIn::with_nonce_of(&app).await;
    let refused = sign_in.send(&app, ATTACKER).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(kind(&refused), None);
    let signed_in = sign_in.send(&app, GAME).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
}

#[tokio::test]
async fn pages_of_other_sites_get_no_nonce() {
    let refused = send(&stack(), get("/nonce"), ATTACKER).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(!refused.headers().contains_key(SET_COOKIE));
}

#[tokio::test]
async fn health_is_open_and_the_player_is_not() {
    let app = stack();
    let health = send(&app, get("/healthz"), GAME).await;
    assert_eq!(health.status(), StatusCode::OK);
    let me = send(&app, get("/me"), GAME).await;
    assert_eq!(kind(&me), Some(Kind::MissingToken));
}

#[tokio::test]
async fn its_trace_prints_no_headers() {
    let app = stack();
    let token = ISSUER.token().mint();
    let me = || {
        let request = Request::get("/me").header("x-harmless", "harmless");
        let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(send(&app, me(), GAME).await.status(), StatusCode::OK);
    let text = logged(&app, me).await;
    assert!(text.contains("/me"), "{text}");
    assert!(!text.contains("harmless"), "{text}");
    assert!(!text.contains(&token), "{text}");
}

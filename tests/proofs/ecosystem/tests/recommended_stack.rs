//! The stack that the guide recommends does what the guide says of it.

use axum::{Router, body::Body, routing::post};
use ecosystem::recommended_stack::app;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
        AUTHORIZATION, ORIGIN,
    },
};
use sequence_auth::{AuthError, AuthErrorKind as Kind, NonceKey, Nonces};
use test_support::guide::assert_guide_shows;
use tower::ServiceExt;

use crate::support::{ISSUER, auth, logged};

const GAME: &str = "https://game.example";

fn stack() -> (Nonces, Router) {
    let nonces = Nonces::new(NonceKey::random());
    let app = app(auth(), nonces.clone(), post("signed in"));
    (nonces, app.unwrap())
}

async fn send(app: &Router, mut request: Request<Body>, origin: &'static str) -> Response<Body> {
    let origin = HeaderValue::from_static(origin);
    request.headers_mut().insert(ORIGIN, origin);
    app.clone().oneshot(request).await.unwrap()
}

fn sign_in(token: &str) -> Request<Body> {
    let request = Request::post("/login").header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(Body::empty()).unwrap()
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
    let (nonces, app) = stack();
    let preflight = Request::options("/login")
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "authorization");
    let allowed = send(&app, preflight.body(Body::empty()).unwrap(), GAME).await;
    assert_eq!(allowed.status(), StatusCode::OK);
    let token = ISSUER.token().nonce(&nonces.issue()).mint();
    let signed_in = send(&app, sign_in(&token), GAME).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    assert_eq!(signed_in.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
    let again = send(&app, sign_in(&token), GAME).await;
    assert_eq!(kind(&again), Some(Kind::UsedNonce));
    assert_eq!(again.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], GAME);
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_before_a_nonce_is_used() {
    let (nonces, app) = stack();
    let token = ISSUER.token().nonce(&nonces.issue()).mint();
    let refused = send(&app, sign_in(&token), "https://attacker.example").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(kind(&refused), None);
    let signed_in = send(&app, sign_in(&token), GAME).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
}

#[tokio::test]
async fn its_trace_prints_no_token() {
    let (_, app) = stack();
    let token = ISSUER.token().mint();
    let me = || {
        let request = Request::get("/me").header("x-harmless", "harmless");
        let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(send(&app, me(), GAME).await.status(), StatusCode::OK);
    let text = logged(&app, me).await;
    assert!(text.contains("harmless"), "{text}");
    assert!(!text.contains(&token), "{text}");
}

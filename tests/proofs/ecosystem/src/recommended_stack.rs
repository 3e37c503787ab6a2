//! The layer and those of tower-http, as the guide recommends.

use std::time::Duration;

use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::{MethodRouter, get},
};
use http::{
    HeaderValue, Method, StatusCode,
    header::{
        AUTHORIZATION, CONTENT_TYPE, COOKIE, RETRY_AFTER, SEC_WEBSOCKET_PROTOCOL, SET_COOKIE,
        WWW_AUTHENTICATE,
    },
};
use sequence_auth::{Nonces, SequenceAuthLayer, SequenceClaims};
use tower::ServiceBuilder;
use tower_http::{
    cors::CorsLayer,
    csrf::{self, CsrfLayer},
    sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// The origin of the game's pages.
const GAME: &str = "https://game.example";

/// Makes an application whose pages are at another origin.
pub fn app(
    auth: SequenceAuthLayer,
    nonces: Nonces,
    login: MethodRouter,
) -> Result<Router, csrf::ConfigError> {
    let tokens = [AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL];
    let around = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::new(tokens))
        .layer(TraceLayer::new_for_http())
        .layer(SetSensitiveResponseHeadersLayer::new([SET_COOKIE]))
        .layer(cors())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(15),
        ))
        .layer(CsrfLayer::new().add_trusted_origin(GAME)?);
    Ok(Router::new()
        .route("/nonce", get(nonce).with_state(nonces.clone()))
        .route("/login", login.layer(auth.clone().with_nonces(nonces)))
        .route("/me", get(me).layer(auth))
        .route("/healthz", get("up")) // open
        .layer(around))
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin([HeaderValue::from_static(GAME)])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([WWW_AUTHENTICATE, RETRY_AFTER])
        .allow_credentials(true)
}

async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
    nonces.respond_to(&request)
}

async fn me(claims: SequenceClaims) -> String {
    claims.wallet().to_string()
}

//! An issuer to try the server with. NOT FOR PRODUCTION: it signs whatever it is asked to, which is why
//! it listens on loopback only.
//!
//! It does what the official SDK needs to sign a player in and to get ID tokens, and lets its key change
//! and its key endpoint fail, so that one can watch what the server makes of it.

mod discovery;
mod failure;
mod identity;
mod input;
mod notice;
mod sessions;
mod switches;
mod tokens;
mod waas;
mod webrpc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, DATE},
    },
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use sequence_auth::testing::LocalIssuer;
use tower_http::cors::{Any, CorsLayer};

use failure::Failure;
use sessions::Sessions;
use webrpc::WebrpcError;

/// The issuer's limit for a nonce.
const MAX_NONCE_BYTES: usize = 128;
/// How long its tokens live, and how long one may take to answer its challenge, in seconds.
const LIFETIME: u64 = 600;
/// More than any request that the official SDK sends.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// What the real issuer sends along with whatever it says.
const NO_CACHE: HeaderValue = HeaderValue::from_static(
    "no-cache, no-store, no-transform, must-revalidate, private, max-age=0",
);

#[derive(Clone)]
struct Demo {
    issuer: LocalIssuer,
    project_id: u64,
    failure: Failure,
    sessions: Sessions,
}

/// Builds the routes of an issuer that signs tokens for one project unless asked for another.
pub fn router(issuer: LocalIssuer, project_id: u64) -> Router {
    let demo = Demo {
        issuer,
        project_id,
        failure: Failure::default(),
        sessions: Sessions::default(),
    };
    Router::new()
        .route("/", get(notice::page))
        .route("/.well-known/jwks.json", get(discovery::jwks))
        .route(
            "/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route("/status", get(waas::status))
        .route("/rpc/WaasAuthenticator/SendIntent", post(waas::send_intent))
        .route(
            "/rpc/WaasAuthenticator/RegisterSession",
            post(waas::register_session),
        )
        .route("/demo/token", post(tokens::token))
        .route("/demo/state", get(switches::state))
        .route("/demo/rotate", post(switches::rotate))
        .route("/demo/fail", post(switches::fail))
        .fallback(async || WebrpcError::bad_route())
        .method_not_allowed_fallback(async || WebrpcError::bad_method())
        .with_state(demo)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response(forbid_caching))
        .layer(cors())
}

async fn forbid_caching(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, NO_CACHE);
    response
}

/// Any page may call it. The SDK reads the issuer's clock from the `Date` header.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(Any)
        .expose_headers([DATE])
}

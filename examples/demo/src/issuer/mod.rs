//! An issuer to try the server with. NOT FOR PRODUCTION: it signs tokens for anybody, so it only listens on loopback.
//!
//! It plays two issuers. As Embedded Wallet, it supports the official SDK, which signs a player in and gets ID tokens.
//! As OMS Wallet, it signs tokens without a sign-in. Each issuer has its own key and switches for a rotation and for
//! failures of its key endpoint, to watch how the server reacts.

mod demo_issuer;
mod discovery;
mod failure;
mod identity;
mod input;
mod key_endpoint;
mod notice;
mod oms_tokens;
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

use key_endpoint::KeyEndpoint;
use sessions::Sessions;
use webrpc::WebrpcError;

pub use demo_issuer::DemoIssuer;

/// The issuer's maximum length of a nonce.
const MAX_NONCE_BYTES: usize = 128;
/// The lifetime of its tokens, and the time to answer its challenge, in seconds.
const LIFETIME: u64 = 600;
/// Larger than any request of the official SDK.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// Headers that the real issuer adds to every response.
const NO_CACHE: HeaderValue = HeaderValue::from_static(
    "no-cache, no-store, no-transform, must-revalidate, private, max-age=0",
);

/// The state of Embedded Wallet.
#[derive(Clone)]
struct EmbeddedWallet {
    issuer: LocalIssuer,
    project_id: u64,
    sessions: Sessions,
}

/// Builds the routes of the demo issuer, with Embedded Wallet at its URL and OMS Wallet below `/oms`.
pub fn router(demo: &DemoIssuer) -> Router {
    let keys = KeyEndpoint::new(demo.embedded_wallet.clone(), "RS256");
    let oms_keys = KeyEndpoint::new(demo.oms_wallet.clone(), "ES256");
    let oms_token = post(oms_tokens::token).with_state(demo.oms_wallet.clone());
    embedded_wallet_routes(demo)
        .merge(keys.router())
        .nest("/oms", oms_keys.router())
        .route("/demo/oms-token", oms_token)
        .route("/", get(notice::page))
        .fallback(async || WebrpcError::bad_route())
        .method_not_allowed_fallback(async || WebrpcError::bad_method())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response(forbid_caching))
        .layer(cors())
}

/// Builds the routes that sign in, and those that sign tokens without a sign-in.
fn embedded_wallet_routes(demo: &DemoIssuer) -> Router {
    Router::new()
        .route("/status", get(waas::status))
        .route("/rpc/WaasAuthenticator/SendIntent", post(waas::send_intent))
        .route(
            "/rpc/WaasAuthenticator/RegisterSession",
            post(waas::register_session),
        )
        .route("/demo/token", post(tokens::token))
        .route("/demo/sequence-token", post(tokens::sequence_token))
        .with_state(EmbeddedWallet {
            issuer: demo.embedded_wallet.clone(),
            project_id: demo.project_id,
            sessions: Sessions::default(),
        })
}

async fn forbid_caching(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, NO_CACHE);
    response
}

/// Every page may send requests. The SDK reads the issuer's clock from the `Date` header.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(Any)
        .expose_headers([DATE])
}

//! A login with nonces, and the tokens for it, which anybody gets.

use std::{error::Error, sync::Arc};

use axum::{
    Router,
    extract::{RawQuery, Request, State},
    http::{HeaderValue, Method, header::CONTENT_TYPE},
    response::Response,
    routing::{get, post},
};
use sequence_auth::{LoginCookies, NonceKey, Nonces, SequenceClaims, testing::LocalIssuer};
use tower_http::cors::CorsLayer;

/// Builds the routes, for the pages of these origins too.
pub(crate) fn routes(
    issuer: &Arc<LocalIssuer>,
    mut cookies: LoginCookies,
    pages: impl Iterator<Item = String>,
) -> Result<Router, Box<dyn Error>> {
    let mut origins = Vec::<HeaderValue>::new();
    for page in pages {
        origins.push(page.parse()?);
        cookies = cookies.allow_origin(page);
    }
    let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies);
    let nonces = nonces.build()?;
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE])
        .allow_credentials(true);
    let layer = issuer.layer(13639).with_nonces(nonces.clone());
    Ok(Router::new()
        .route("/login", post(log_in).route_layer(layer))
        .route("/nonce", get(nonce).with_state(nonces))
        .route("/token-with", get(token).with_state(issuer.clone()))
        .layer(cors))
}

async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
    nonces.respond_to(&request)
}

/// Mints a token whose nonce is the query.
async fn token(State(issuer): State<Arc<LocalIssuer>>, RawQuery(nonce): RawQuery) -> String {
    issuer.token().nonce(&nonce.unwrap_or_default()).mint()
}

async fn log_in(claims: SequenceClaims) -> String {
    claims.wallet().to_string()
}

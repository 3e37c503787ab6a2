//! The routes: one for the proxy's questions, one for the operator.

use axum::{
    Json, Router,
    body::Bytes,
    http::{HeaderValue, Response, StatusCode, header::CACHE_CONTROL},
    middleware::{from_fn, map_response},
    response::IntoResponse,
    routing::{any, get},
};
use sequence_auth::{AuthError, ConfigError, KeyHealth, SequenceAuthLayer, SequenceClaims};

use crate::{
    original_request,
    token_names::TokenNames,
    wallet_headers::{REFUSAL, wallet_headers},
};

/// Builds the routes `/verify`, for the proxy, and `/healthz`.
///
/// # Errors
///
/// If a header or cookie name is invalid.
pub fn app(auth: SequenceAuthLayer, names: &TokenNames) -> Result<Router, ConfigError> {
    let health = auth.clone();
    let auth = auth.sources(names.sources()?).on_reject(answer_proxy);
    let verify = any(verify)
        .layer(auth)
        .layer(from_fn(original_request::restore));
    Ok(Router::new()
        .route("/verify", verify)
        .route("/healthz", get(async move || healthz(&health.health())))
        .layer(map_response(forbid_caching)))
}

async fn verify(claims: SequenceClaims) -> impl IntoResponse {
    (StatusCode::NO_CONTENT, wallet_headers(&claims))
}

/// Gives a refusal a status that every proxy passes on. nginx's `auth_request` passes 401 and 403 on, treats other
/// statuses as failures, and drops the body. The body is therefore repeated in a header.
///
/// The status comes from the error instead of the response: a refused gRPC call has HTTP 200, which would let the
/// request pass.
fn answer_proxy(error: &AuthError, mut response: Response<Bytes>) -> Response<Bytes> {
    *response.status_mut() = match error.status() {
        status @ (StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE) => status,
        _ => StatusCode::UNAUTHORIZED,
    };
    if let Ok(body) = HeaderValue::from_bytes(response.body()) {
        response.headers_mut().insert(REFUSAL, body);
    }
    response
}

fn healthz(health: &KeyHealth) -> (StatusCode, Json<KeyHealth>) {
    let status = if health.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health.clone()))
}

async fn forbid_caching<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

//! The application: the official sample, and a little more. It does not depend on the issuer of the tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{
    Extension, Json, Router,
    http::StatusCode,
    routing::{get, post},
};
use sequence_auth::{KeyHealth, SequenceAuthLayer, SequenceClaims};
use serde_json::{Value, json};

/// Builds the routes. The layer is on each guarded route, so other methods get 405 instead of 401.
pub(crate) fn app(layer: &SequenceAuthLayer) -> Router {
    let health = layer.clone();
    Router::new()
        .route(
            "/api/verify-wallet",
            post(verify_wallet).route_layer(layer.clone()),
        )
        .route("/me", get(me).route_layer(layer.clone()))
        .route("/healthz", get(async move || healthz(&health.health())))
}

/// The contract of the official sample. `iat` is always present, and null if the token has no time of issue, which OMS
/// Wallet does not guarantee.
async fn verify_wallet(Extension(claims): Extension<SequenceClaims>) -> Json<Value> {
    Json(json!({
        "message": "Wallet verified successfully",
        "wallet": {
            "walletAddress": claims.wallet().to_checksum(None),
            "email": claims.email(),
            "iat": claims.issued_at().map(unix_seconds),
            "exp": unix_seconds(claims.expires_at()),
        },
    }))
}

async fn me(Extension(claims): Extension<SequenceClaims>) -> Json<SequenceClaims> {
    Json(claims)
}

/// The page of the demo shows the whole state of the keys. It names the URL of the keys and the causes of failed fetches,
/// so a public probe of your own should return the status alone.
fn healthz(health: &KeyHealth) -> (StatusCode, Json<KeyHealth>) {
    let status = if health.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health.clone()))
}

fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

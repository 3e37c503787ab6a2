//! The layer and that for CORS alone, as the first page of the guide shows them.

use axum::{
    Router,
    http::{
        HeaderValue, Method,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    routing::get,
};
use sequence_auth::{SequenceAuthLayer, SequenceClaims};
use tower_http::cors::CorsLayer;

async fn me(claims: SequenceClaims) -> String {
    format!("Hello {}", claims.wallet())
}

/// Makes an application for the pages of `https://game.example`.
pub fn app(auth: SequenceAuthLayer) -> Router {
    let cors = CorsLayer::new()
        .allow_origin([HeaderValue::from_static("https://game.example")])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE]);
    Router::new()
        .route("/me", get(me))
        .route_layer(auth)
        .layer(cors) // added last, so it is outside of `auth`
}

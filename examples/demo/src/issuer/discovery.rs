//! Where the issuer's keys are, and the keys.

use axum::{
    Json,
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::Demo;

pub(super) async fn jwks(State(demo): State<Demo>) -> Response {
    if let Some(failed) = demo.failure.answer().await {
        return failed;
    }
    let headers = [(CONTENT_TYPE, "application/json")];
    (headers, demo.issuer.jwks()).into_response()
}

pub(super) async fn configuration(State(demo): State<Demo>) -> Json<Value> {
    let url = demo.issuer.url();
    Json(json!({
        "issuer": url,
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
    }))
}

//! The keys of an issuer, and the document that names their URL.

use axum::{
    Json,
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::key_endpoint::KeyEndpoint;

pub(super) async fn jwks(State(endpoint): State<KeyEndpoint>) -> Response {
    if let Some(failed) = endpoint.failure.answer().await {
        return failed;
    }
    let headers = [(CONTENT_TYPE, "application/json")];
    (headers, endpoint.issuer.jwks()).into_response()
}

pub(super) async fn configuration(State(endpoint): State<KeyEndpoint>) -> Json<Value> {
    let url = endpoint.issuer.url();
    Json(json!({
        "issuer": url,
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": [endpoint.algorithm],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
    }))
}

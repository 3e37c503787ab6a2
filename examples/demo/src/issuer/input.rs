//! Reading the requests to the routes below `/demo`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::MAX_NONCE_BYTES;

/// Names the mistake in the request, as 400.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({"error": self.0}));
        (StatusCode::BAD_REQUEST, body).into_response()
    }
}

/// Reads a JSON object with any content type, which lets `curl -d` work. A missing body is an empty object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body
    };
    serde_json::from_slice(body).map_err(|error| Refusal(error.to_string()))
}

pub(super) fn ensure_nonce_fits(nonce: Option<&str>) -> Result<(), Refusal> {
    let bytes = nonce.map_or(0, str::len);
    if bytes > MAX_NONCE_BYTES {
        return Err(Refusal(format!(
            "nonce has {bytes} bytes, more than {MAX_NONCE_BYTES}"
        )));
    }
    Ok(())
}

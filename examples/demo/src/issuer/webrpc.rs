//! Errors of the WaaS RPC in the form of webrpc, which the official SDK turns into exceptions.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct WebrpcError {
    error: &'static str,
    code: i32,
    msg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    status: u16,
}

impl WebrpcError {
    pub(super) fn bad_route() -> Self {
        Self::new("WebrpcBadRoute", -2, "bad route", StatusCode::NOT_FOUND)
    }

    pub(super) fn bad_method() -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new("WebrpcBadMethod", -3, "bad method", status)
    }

    pub(super) fn bad_request(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                "WebrpcBadRequest",
                -4,
                "bad request",
                StatusCode::BAD_REQUEST,
            )
        }
    }

    /// A valid request that the issuer cannot fulfil.
    pub(super) fn endpoint(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                "WebrpcEndpoint",
                0,
                "endpoint error",
                StatusCode::BAD_REQUEST,
            )
        }
    }

    fn new(error: &'static str, code: i32, msg: &'static str, status: StatusCode) -> Self {
        Self {
            error,
            code,
            msg,
            cause: None,
            status: status.as_u16(),
        }
    }
}

impl IntoResponse for WebrpcError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

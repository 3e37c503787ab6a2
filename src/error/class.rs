//! The classes of refusals, each with its own status and code.

use http::StatusCode;

/// A class of refusals with the same HTTP status and `error` code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// RFC 6750 §3.1: "the request lacks any authentication information".
    MissingToken,
    /// RFC 6750 §3.1, `invalid_request`.
    InvalidRequest,
    /// RFC 9110 §15.5.14.
    BodyTooLarge,
    /// RFC 9110 §15.5.9.
    BodyTimeout,
    /// RFC 6750 §3.1, `invalid_token`.
    InvalidToken,
    /// RFC 6750 §3.1, `insufficient_scope`.
    Forbidden,
    /// RFC 9110 §15.6.4.
    Unavailable,
    /// RFC 6585 §4.
    TooManyRequests,
}

impl Class {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::MissingToken | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// Returns `true` if the same request may succeed later, so that its response has `Retry-After`.
    pub(super) fn is_temporary(self) -> bool {
        matches!(self, Self::Unavailable | Self::TooManyRequests)
    }
}

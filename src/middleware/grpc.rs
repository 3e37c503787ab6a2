//! The responses to refused gRPC requests.

use std::borrow::Cow;

use bytes::Bytes;
use http::{
    HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use crate::error::{AuthError, Class};

/// Returns a gRPC "Trailers-Only" response, which has the gRPC status in its headers.
pub(super) fn answer(error: &AuthError) -> Response<Bytes> {
    let mut response = with_body("application/grpc", Bytes::new());
    let headers = response.headers_mut();
    headers.insert("grpc-status", HeaderValue::from_static(status(error)));
    let message = HeaderValue::from_str(&message(error));
    headers.insert("grpc-message", message.expect("printable ASCII"));
    response
}

/// Returns a response with the HTTP status 200, as all responses of gRPC.
pub(super) fn with_body(content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // A cache may store a response with the status 200 and send it to other clients (RFC 9111 §4.2.2).
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Returns the `grpc-status` of an error.
pub(super) fn status(error: &AuthError) -> &'static str {
    match error.kind().class() {
        Class::InvalidRequest => "3",
        Class::BodyTimeout => "4",
        Class::Forbidden => "7",
        Class::BodyTooLarge | Class::TooManyRequests => "8",
        Class::Unavailable => "14",
        Class::MissingToken | Class::InvalidToken => "16",
    }
}

/// Returns the `grpc-message` of an error. The header is percent-encoded; in printable ASCII this concerns `%` alone.
pub(super) fn message(error: &AuthError) -> Cow<'_, str> {
    let description = error.description();
    if description.contains('%') {
        description.replace('%', "%25").into()
    } else {
        description.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AuthErrorKind as Kind;

    #[test]
    fn every_class_has_its_code() {
        for (kind, code) in [
            (Kind::MalformedAuthorization, "3"),
            (Kind::BodyTimeout, "4"),
            (Kind::BodyTooLarge, "8"),
            (Kind::NotAuthorized, "7"),
            (Kind::KeysUnavailable, "14"),
            (Kind::OneTimeShareUsed, "8"),
            (Kind::MissingToken, "16"),
            (Kind::Expired, "16"),
        ] {
            assert_eq!(status(&kind.into()), code);
        }
    }
}

//! The answers to refused gRPC requests.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use crate::error::{AuthError, Class};

/// The media types of gRPC, and those of gRPC-Web, which are answered in the same way.
const GRPC: [&[u8]; 3] = [
    b"application/grpc",
    b"application/grpc-web",
    b"application/grpc-web-text",
];

/// Returns `true` for gRPC, by its content type, with or without the suffix of a format.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|value| GRPC.iter().any(|media_type| begins(value, media_type)))
}

/// Returns `true` if a value is this media type, before a suffix and parameters.
fn begins(value: &[u8], media_type: &[u8]) -> bool {
    let Some((start, rest)) = value.split_at_checked(media_type.len()) else {
        return false;
    };
    let is_over = matches!(rest.first(), None | Some(b'+' | b';' | b' ' | b'\t'));
    is_over && start.eq_ignore_ascii_case(media_type)
}

/// Makes a gRPC "Trailers-Only" response: the status stands in the headers.
pub(super) fn answer(error: &AuthError) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    // Its status is 200, which a cache may keep for whoever asks next (RFC 9111 §4.2.2).
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        "grpc-status",
        HeaderValue::from(status(error.kind().class())),
    );
    // Of the percent-encoding that `grpc-message` has, printable ASCII needs this alone.
    let message = HeaderValue::try_from(error.description().replace('%', "%25"));
    headers.insert("grpc-message", message.expect("printable ASCII"));
    response
}

/// Returns the `grpc-status` of a refusal.
fn status(class: Class) -> u16 {
    match class {
        Class::InvalidRequest => 3,
        Class::BodyTimeout => 4,
        Class::Forbidden => 7,
        Class::BodyTooLarge => 8,
        Class::Unavailable => 14,
        Class::MissingToken | Class::InvalidToken => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AuthErrorKind as Kind;

    #[test]
    fn every_class_has_its_code() {
        for (kind, code) in [
            (Kind::MalformedAuthorization, 3),
            (Kind::BodyTimeout, 4),
            (Kind::BodyTooLarge, 8),
            (Kind::NotAuthorized, 7),
            (Kind::KeysUnavailable, 14),
            (Kind::MissingToken, 16),
            (Kind::Expired, 16),
        ] {
            assert_eq!(status(kind.class()), code);
        }
    }
}

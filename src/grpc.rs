//! Telling gRPC requests, and its status codes.

use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};

use crate::error::Class;

/// Tells gRPC by its content type: `application/grpc`, with or without a suffix.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    const GRPC: &[u8] = b"application/grpc";
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type
        .and_then(|value| value.get(..GRPC.len()))
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(GRPC))
}

/// Returns the `grpc-status` of a refusal.
pub(crate) fn status(class: Class) -> u16 {
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

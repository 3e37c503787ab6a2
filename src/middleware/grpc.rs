//! Telling gRPC requests, and its status codes.

use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};

use crate::error::Class;

/// The media types of gRPC, and those of gRPC-Web, which are answered in the same way.
const GRPC: [&[u8]; 3] = [
    b"application/grpc",
    b"application/grpc-web",
    b"application/grpc-web-text",
];

/// Tells gRPC by its content type, with or without the suffix of a format.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|value| GRPC.iter().any(|media_type| begins(value, media_type)))
}

/// Tells whether a value is this media type, before a suffix and parameters.
fn begins(value: &[u8], media_type: &[u8]) -> bool {
    let Some((start, rest)) = value.split_at_checked(media_type.len()) else {
        return false;
    };
    let is_over = matches!(rest.first(), None | Some(b'+' | b';' | b' ' | b'\t'));
    is_over && start.eq_ignore_ascii_case(media_type)
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

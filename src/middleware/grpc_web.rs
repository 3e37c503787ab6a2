//! The responses to refused gRPC-Web requests.
//!
//! The gRPC status may be in the headers, as in gRPC, or in a frame of the body (`PROTOCOL-WEB.md` of gRPC). grpc-web
//! 2.1, @improbable-eng/grpc-web 0.15, @connectrpc/connect-web 2.2 and tonic-web 0.14 read both. Here it is in the body
//! only: the browser hides headers from pages of other origins unless CORS exposes them, and grpc-web reports a status
//! in both places twice.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Response;

use super::{
    grpc::{message, status, with_body},
    protocol::{Encoding, WebFormat},
};
use crate::error::AuthError;

/// Returns a response whose body is a single frame of trailers.
pub(super) fn answer(error: &AuthError, format: WebFormat) -> Response<Bytes> {
    let frame = trailers_frame(status(error), &message(error));
    let body = match format.encoding {
        Encoding::Binary => frame.into(),
        Encoding::Base64 => STANDARD.encode(frame).into(),
    };
    with_body(format.content_type, body)
}

/// Returns the frame: a flag, the length, and the trailers in the form of HTTP/1 headers. As in tonic-web and Envoy,
/// the value follows the colon directly, because some clients do not remove a space.
fn trailers_frame(status: &str, message: &str) -> Vec<u8> {
    let trailers = ["grpc-status:", status, "\r\ngrpc-message:", message, "\r\n"];
    let length: usize = trailers.iter().map(|text| text.len()).sum();
    let mut frame = Vec::with_capacity(5 + length);
    frame.push(0x80);
    let length = u32::try_from(length).expect("the text is shorter than 4 GiB");
    frame.extend(length.to_be_bytes());
    for text in trailers {
        frame.extend_from_slice(text.as_bytes());
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_has_flag_length_and_lines() {
        let frame = trailers_frame("16", "no");
        assert_eq!(
            frame,
            b"\x80\0\0\0\x21grpc-status:16\r\ngrpc-message:no\r\n"
        );
        let frame = trailers_frame("7", &"x".repeat(300));
        assert_eq!(frame[..5], [0x80, 0, 0, 1, 0x4a]);
        assert_eq!(frame.len(), 5 + 0x14a);
    }
}

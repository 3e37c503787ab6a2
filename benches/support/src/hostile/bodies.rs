//! Bodies that take long to search.

use bytes::Bytes;
use http::{Request, header::CONTENT_TYPE};
use http_body_util::Full;
use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};

use super::Hostile;

/// The layer's default limit for a body.
const BODY_LIMIT: usize = 64 * 1024;

/// Requests with bodies of 64 KiB that the layer searches for a token and finds none.
pub fn bodies(issuer: &LocalIssuer) -> Vec<Hostile> {
    let rest = BODY_LIMIT - 30;
    let bodies = [
        ("10,000 members", Kind::MissingToken, object(r#""a":0,"#)),
        (
            "10,000 members, broken",
            Kind::MalformedBody,
            object(r#""a":0,"#) + "}",
        ),
        (
            "escaped names",
            Kind::MissingToken,
            object(r#""\u0061":0,"#),
        ),
        (
            "names like the field's",
            Kind::MissingToken,
            object(r#""sequenceTokem":0,"#),
        ),
        (
            "the field again and again",
            Kind::RepeatedTokenField,
            object(r#""sequenceToken":0,"#),
        ),
        ("numbers", Kind::MissingToken, object(r#""a":1e5,"#)),
        ("arrays", Kind::MissingToken, object(r#""a":[[[[[[]]]]]],"#)),
        (
            "an array of arrays",
            Kind::MissingToken,
            "[".repeat(rest / 2) + &"]".repeat(rest / 2),
        ),
        ("spaces", Kind::MissingToken, " ".repeat(rest) + "{}"),
        (
            "a string of escapes",
            Kind::MissingToken,
            object(&format!(r#""a":"{}","#, r"\u0061".repeat(10_900))),
        ),
        (
            "a token of escapes",
            Kind::TokenTooLarge,
            format!(r#"{{"sequenceToken":"{}"}}"#, r"\u0061".repeat(rest / 6)),
        ),
        (
            "a token of dots",
            Kind::TokenTooLarge,
            format!(r#"{{"sequenceToken":"{}"}}"#, ".".repeat(rest)),
        ),
    ];
    let requests = bodies
        .map(|(name, expected, body)| Hostile::new(issuer, (name, expected), with_body(body)));
    requests.into()
}

/// A JSON object that is one piece again and again.
fn object(piece: &str) -> String {
    let pieces = (BODY_LIMIT - 20) / piece.len();
    format!(r#"{{{}"z":0}}"#, piece.repeat(pieces))
}

fn with_body(body: String) -> Request<Full<Bytes>> {
    assert!(body.len() <= BODY_LIMIT && body.len() > BODY_LIMIT - 1024);
    let request = Request::post("/").header(CONTENT_TYPE, "application/json");
    request.body(body.into()).unwrap()
}

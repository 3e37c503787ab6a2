//! Headers that are large, or many.

use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};

use super::{Hostile, as_header, with_headers};

/// A row: its name, why the layer refuses it, a header, and each value of the header.
type Row = (&'static str, Kind, &'static str, Vec<String>);

/// Requests whose headers are large or many, without a token.
pub fn headers(issuer: &LocalIssuer) -> Vec<Hostile> {
    let rows = authorization().into_iter().chain(types()).chain(many());
    rows.map(|(name, expected, header, values)| {
        Hostile::new(issuer, (name, expected), with_headers(header, &values))
    })
    .collect()
}

fn authorization() -> Vec<Row> {
    let bearer = |rest: &str| format!("Bearer{rest}");
    [
        ("390 kB of ~", Kind::MissingToken, as_header("~")),
        ("390 kB of letters", Kind::MissingToken, as_header("a")),
        (
            "390 kB of spaces",
            Kind::MalformedAuthorization,
            as_header(" "),
        ),
        (
            "Bearer, 390 kB of letters",
            Kind::TokenTooLarge,
            bearer(&format!(" {}", as_header("a"))),
        ),
        (
            "Bearer, 390 kB of ~",
            Kind::MissingToken,
            bearer(&as_header("~")),
        ),
        (
            "Bearer, 390 kB of spaces, x",
            Kind::TokenTooLarge,
            bearer(&format!("{}x", as_header(" "))),
        ),
        (
            "Bearer x, 390 kB of spaces",
            Kind::TokenTooLarge,
            bearer(&format!(" x{}", as_header(" "))),
        ),
        (
            "Bearer, 390 kB of dots",
            Kind::TokenTooLarge,
            bearer(&format!(" {}", as_header("."))),
        ),
        (
            "Basic, 390 kB of letters",
            Kind::MissingToken,
            format!("Basic {}", as_header("a")),
        ),
    ]
    .map(|(name, expected, value)| (name, expected, "authorization", vec![value]))
    .into()
}

/// Headers that tell what the body is, which is empty.
fn types() -> Vec<Row> {
    let json = |rest: &str| format!("application/json{}", as_header(rest));
    [
        (
            "a type of 390 kB, +json",
            "content-type",
            format!("a/{}+json", as_header("a")),
        ),
        ("JSON, 390 kB of spaces", "content-type", json(" ")),
        ("JSON, 390 kB of parameters", "content-type", json(";a=b")),
        (
            "gRPC, 390 kB of a suffix",
            "content-type",
            format!("application/grpc+{}", as_header("a")),
        ),
        (
            "390 kB of codings",
            "content-encoding",
            as_header("identity,"),
        ),
    ]
    .map(|(name, header, value)| (name, Kind::MissingToken, header, vec![value]))
    .into()
}

fn many() -> [Row; 3] {
    [
        (
            "1,000 Authorization headers",
            Kind::RepeatedAuthorization,
            "authorization",
            "Bearer x",
        ),
        (
            "1,000 types",
            Kind::MissingToken,
            "content-type",
            "application/json",
        ),
        (
            "1,000 codings",
            Kind::MissingToken,
            "content-encoding",
            "identity",
        ),
    ]
    .map(|(name, expected, header, value)| (name, expected, header, vec![value.to_owned(); 1000]))
}

//! Lists that take long to search for a token: cookies, subprotocols, and a header of the application's own.

use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource, testing::LocalIssuer};

use super::{Hostile, as_header, as_list, as_list_before, with_bad_signature, with_headers};

/// A row: its name, why the layer refuses it, and each value of the header.
type Row = (&'static str, Kind, Vec<String>);

/// A layer that looks for a token in a cookie, and requests without a good one.
pub fn cookies(
    issuer: &LocalIssuer,
    layer: SequenceAuthLayer,
) -> (SequenceAuthLayer, Vec<Hostile>) {
    let last = format!("; token={}", bad_token(issuer));
    let repeated = format!("token={}; ", bad_token(issuer));
    let rows = [
        (
            "390 kB of cookies",
            Kind::MalformedTokenCookie,
            vec![as_header("a=b; ")],
        ),
        (
            "16 KiB of cookies",
            Kind::MissingToken,
            vec![as_list("a=b; ")],
        ),
        (
            "16 KiB of semicolons",
            Kind::MissingToken,
            vec![as_list(";")],
        ),
        (
            "16 KiB of the cookie's name",
            Kind::MissingToken,
            vec![as_list("token; ")],
        ),
        (
            "16 KiB of names that end like the cookie's",
            Kind::MalformedTokenCookie,
            vec![as_list("xtoken=; ")],
        ),
        (
            "16 KiB of cookies, a bad signature",
            Kind::InvalidSignature,
            vec![as_list_before("a=b; ", &last)],
        ),
        (
            "16 KiB between two of the cookie",
            Kind::RepeatedTokenCookie,
            vec![repeated + &as_list_before("a=b; ", &last)[last.len() * 2..]],
        ),
        (
            "1,000 Cookie headers",
            Kind::MissingToken,
            vec!["a=b".to_owned(); 1000],
        ),
    ];
    let layer = layer.sources([TokenSource::cookie("token").unwrap()]);
    let mut requests = requests(issuer, "cookie", rows);
    let large = as_header("a");
    for (name, origin, host) in [
        ("an origin of 390 kB", &*large, "a"),
        ("a host of 390 kB", "a", &large),
    ] {
        requests.push(from_other_origin(issuer, name, origin, host));
    }
    (layer, requests)
}

/// A cookie that the layer accepts from its own site alone, and the origin and host of the request.
fn from_other_origin(
    issuer: &LocalIssuer,
    name: &'static str,
    origin: &str,
    host: &str,
) -> Hostile {
    let token = format!("token={}", bad_token(issuer));
    let mut request = with_headers("cookie", &[token]);
    let headers = request.headers_mut();
    headers.insert("origin", format!("https://{origin}").parse().unwrap());
    headers.insert("host", host.parse().unwrap());
    Hostile::new(issuer, (name, Kind::CrossSiteCookie), request)
}

/// A layer that looks for a token among the subprotocols of a WebSocket, and requests without a good one.
pub fn subprotocols(
    issuer: &LocalIssuer,
    layer: SequenceAuthLayer,
) -> (SequenceAuthLayer, Vec<Hostile>) {
    let last = format!(", token.{}", bad_token(issuer));
    let rows = [
        (
            "390 kB of subprotocols",
            Kind::MalformedTokenProtocol,
            vec![as_header("a, ")],
        ),
        (
            "16 KiB of subprotocols",
            Kind::MissingToken,
            vec![as_list("a, ")],
        ),
        ("16 KiB of commas", Kind::MissingToken, vec![as_list(",")]),
        (
            "16 KiB of subprotocols, a bad signature",
            Kind::InvalidSignature,
            vec![as_list_before("a, ", &last)],
        ),
        (
            "16 KiB that end like the prefix",
            Kind::MalformedTokenProtocol,
            vec![as_list("xtoken., ")],
        ),
        (
            "1,000 headers of subprotocols",
            Kind::MissingToken,
            vec!["a".to_owned(); 1000],
        ),
    ];
    let layer = layer.sources([TokenSource::subprotocol("token.").unwrap()]);
    (layer, requests(issuer, "sec-websocket-protocol", rows))
}

/// A layer that looks for a token in a header of the application's own, and requests without a good one.
pub fn own_headers(
    issuer: &LocalIssuer,
    layer: SequenceAuthLayer,
) -> (SequenceAuthLayer, Vec<Hostile>) {
    let rows = [
        (
            "390 kB of letters",
            Kind::TokenTooLarge,
            vec![as_header("a")],
        ),
        ("390 kB of dots", Kind::TokenTooLarge, vec![as_header(".")]),
        (
            "390 kB of spaces",
            Kind::MalformedTokenHeader,
            vec![as_header(" ")],
        ),
        (
            "1,000 headers",
            Kind::RepeatedTokenHeader,
            vec!["x".to_owned(); 1000],
        ),
    ];
    let layer = layer.sources([TokenSource::header("x-token").unwrap()]);
    (layer, requests(issuer, "x-token", rows))
}

fn requests<const N: usize>(issuer: &LocalIssuer, header: &str, rows: [Row; N]) -> Vec<Hostile> {
    let request = |(name, expected, values): Row| {
        Hostile::new(issuer, (name, expected), with_headers(header, &values))
    };
    rows.map(request).into()
}

fn bad_token(issuer: &LocalIssuer) -> String {
    with_bad_signature(issuer, &issuer.token().mint())
}

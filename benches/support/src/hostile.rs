//! Requests that are made to cost as much as they can, and are refused.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, header::CONTENT_TYPE};
use http_body_util::Full;
use sequence_auth::testing::LocalIssuer;
use serde_json::Value;

/// The largest header that hyper accepts over HTTP/1 by default.
const LARGEST_HEADER: usize = 390_000;
/// The layer's default limit for a body.
const BODY_LIMIT: usize = 64 * 1024;
const TOKEN_LIMIT: usize = 8 * 1024;

pub struct Hostile {
    pub name: &'static str,
    pub request: Request<Full<Bytes>>,
    /// The good token to compare with: of the same size, if the hostile token is larger than usual.
    pub good: String,
}

/// Requests whose headers are large or many.
pub fn headers(issuer: &LocalIssuer) -> Vec<Hostile> {
    let large = |text: &str| text.repeat(LARGEST_HEADER / text.len());
    let authorization = [
        ("390 kB of ~", large("~")),
        ("390 kB of letters", large("a")),
        ("390 kB of spaces", large(" ")),
        (
            "Bearer, 390 kB of letters",
            "Bearer ".to_owned() + &large("a"),
        ),
        ("Bearer, 390 kB of ~", "Bearer".to_owned() + &large("~")),
        (
            "Bearer, 390 kB of spaces, x",
            "Bearer".to_owned() + &large(" ") + "x",
        ),
        (
            "Bearer x, 390 kB of spaces",
            "Bearer x".to_owned() + &large(" "),
        ),
        ("Bearer, 390 kB of dots", "Bearer ".to_owned() + &large(".")),
        (
            "Basic, 390 kB of letters",
            "Basic ".to_owned() + &large("a"),
        ),
    ];
    let content_type = [
        (
            "a type of 390 kB, +json",
            "a/".to_owned() + &large("a") + "+json",
        ),
        (
            "JSON, 390 kB of spaces",
            "application/json".to_owned() + &large(" "),
        ),
        (
            "JSON, 390 kB of parameters",
            "application/json".to_owned() + &large(";a=b"),
        ),
        (
            "gRPC, 390 kB of a suffix",
            "application/grpc+".to_owned() + &large("a"),
        ),
    ];
    let content_encoding = [("390 kB of codings", large("identity,"))];
    let authorization = authorization.map(|(name, value)| (name, "authorization", vec![value]));
    let content_type = content_type.map(|(name, value)| (name, "content-type", vec![value]));
    let content_encoding =
        content_encoding.map(|(name, value)| (name, "content-encoding", vec![value]));
    let many = [
        (
            "1,000 Authorization headers",
            "authorization",
            vec!["Bearer x".to_owned(); 1000],
        ),
        (
            "1,000 types",
            "content-type",
            vec!["application/json".to_owned(); 1000],
        ),
        (
            "1,000 codings",
            "content-encoding",
            vec!["identity".to_owned(); 1000],
        ),
    ];
    let all = authorization
        .into_iter()
        .chain(content_type)
        .chain(content_encoding)
        .chain(many);
    all.map(|(name, header, values)| hostile(issuer, name, with_headers(header, &values)))
        .collect()
}

/// Requests with tokens that are large, or have headers that are.
pub fn tokens(issuer: &LocalIssuer) -> Vec<Hostile> {
    let good = issuer.token().mint();
    let (message, _) = good.rsplit_once('.').unwrap();
    let (_, claims) = message.split_once('.').unwrap();
    let other = issuer.token().claim("number", 1).mint();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let padding = "A".repeat((TOKEN_LIMIT - message.len() - 2) / 4 * 4);
    let bad = |rest: &str| {
        let header = format!(
            r#"{{"alg":"{}","kid":"{}"{rest}}}"#,
            algorithm(issuer),
            issuer.key_id()
        );
        format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(header))
    };
    let tokens = [
        ("a header of 500 members", bad(&members(500))),
        ("a header of 1 KiB in members", bad(&members(80))),
        ("a header of 16 members", bad(&members(14))),
        (
            "a header of 1 KiB in one member",
            bad(&format!(r#","a":"{}""#, "a".repeat(680))),
        ),
        (
            "a header of 1 KiB in escapes",
            bad(&format!(r#","{}":0"#, r"\u0061".repeat(113))),
        ),
        ("8 KiB of dots", ".".repeat(TOKEN_LIMIT)),
        ("8 KiB of letters", "a".repeat(TOKEN_LIMIT)),
        ("8 KiB of signature", format!("{message}.{padding}")),
        (
            "8 KiB of signature, malformed",
            format!("{message}.{padding}A"),
        ),
        (
            "8 KiB of claims, bad signature",
            with_bad_signature(issuer, &large(issuer, TOKEN_LIMIT)),
        ),
        ("a bad signature", with_bad_signature(issuer, &good)),
        ("expired", issuer.token().expired().mint()),
        (
            "another issuer",
            issuer.token().claim("iss", "https://other.example").mint(),
        ),
        ("a second dot", format!("{message}..{signature}")),
    ];
    let requests = tokens
        .into_iter()
        .map(|(name, token)| with_token(issuer, name, &token));
    requests.collect()
}

/// Requests with tokens whose header has to be read to select the issuer. Those that name no issuer are compared with
/// good tokens of this one.
pub fn of_unknown_issuer(issuer: &LocalIssuer) -> Vec<Hostile> {
    let good = issuer.token().mint();
    let claims = good.split('.').nth(1).unwrap();
    let other = issuer.token().claim("number", 1).mint();
    let signature = other.split('.').nth(2).unwrap();
    let key_id = issuer.key_id();
    let with_header = |header: String| {
        let header = URL_SAFE_NO_PAD.encode(header);
        format!("{header}.{claims}.{signature}")
    };
    let alone = format!(r#""kid":"{key_id}","typ":"JWT""#);
    let escapes = format!(r#""kid":"{key_id}","{}":0"#, r"\u0061".repeat(112));
    let long = format!(r#""kid":"{key_id}","a":"{}""#, "a".repeat(670));
    let many = format!(r#""kid":"{key_id}"{}"#, members(14));
    let ending = format!(r#","alg":"{}""#, algorithm(issuer));
    [
        ("its algorithm last", &alone, ending.as_str()),
        ("in 16 members", &many, &ending),
        ("after 1 KiB in one member", &long, &ending),
        ("after 1 KiB in escapes", &escapes, &ending),
        ("no algorithm, 15 members", &many, ""),
        ("no algorithm, 1 KiB in escapes", &escapes, ""),
        (
            "another algorithm in 16 members",
            &many,
            r#","alg":"HS256""#,
        ),
        (
            "another algorithm after 1 KiB in escapes",
            &escapes,
            r#","alg":"HS256""#,
        ),
        (
            "two algorithms after 1 KiB in escapes",
            &escapes,
            r#","alg":"RS256","alg":"ES256""#,
        ),
    ]
    .map(|(name, members, ending)| {
        let token = with_header(format!("{{{members}{ending}}}"));
        with_token(issuer, name, &token)
    })
    .into()
}

/// Requests with bodies of 64 KiB that the layer searches for a token and finds none.
pub fn bodies(issuer: &LocalIssuer) -> Vec<Hostile> {
    let rest = BODY_LIMIT - 30;
    let bodies = [
        ("10,000 members", object(r#""a":0,"#)),
        ("10,000 members, broken", object(r#""a":0,"#) + "}"),
        ("escaped names", object(r#""\u0061":0,"#)),
        ("names like the field's", object(r#""sequenceTokem":0,"#)),
        ("the field again and again", object(r#""sequenceToken":0,"#)),
        ("numbers", object(r#""a":1e5,"#)),
        ("arrays", object(r#""a":[[[[[[]]]]]],"#)),
        (
            "an array of arrays",
            "[".repeat(rest / 2) + &"]".repeat(rest / 2),
        ),
        ("spaces", " ".repeat(rest) + "{}"),
        (
            "a string of escapes",
            object(&format!(r#""a":"{}","#, r"\u0061".repeat(10_900))),
        ),
        (
            "a token of escapes",
            format!(r#"{{"sequenceToken":"{}"}}"#, r"\u0061".repeat(rest / 6)),
        ),
        (
            "a token of dots",
            format!(r#"{{"sequenceToken":"{}"}}"#, ".".repeat(rest)),
        ),
    ];
    let requests = bodies.map(|(name, body)| hostile(issuer, name, with_body(body)));
    requests.into()
}

fn hostile(issuer: &LocalIssuer, name: &'static str, request: Request<Full<Bytes>>) -> Hostile {
    let good = issuer.token().mint();
    Hostile {
        name,
        request,
        good,
    }
}

/// A request with a token, compared with a good token of its size.
fn with_token(issuer: &LocalIssuer, name: &'static str, token: &str) -> Hostile {
    let request = with_headers("authorization", &[format!("Bearer {token}")]);
    Hostile {
        good: large(issuer, token.len()),
        ..hostile(issuer, name, request)
    }
}

/// The `alg` of the issuer's tokens.
fn algorithm(issuer: &LocalIssuer) -> String {
    let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    jwks["keys"][0]["alg"].as_str().unwrap().to_owned()
}

/// A good token of about this size, but not smaller than the usual token.
fn large(issuer: &LocalIssuer, bytes: usize) -> String {
    let usual = issuer.token().claim("padding", "").mint().len();
    let padding = bytes.min(TOKEN_LIMIT).saturating_sub(usual) / 4 * 3;
    issuer.token().claim("padding", "a".repeat(padding)).mint()
}

/// The token with the signature of another token.
fn with_bad_signature(issuer: &LocalIssuer, token: &str) -> String {
    let other = issuer.token().claim("number", 2).mint();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let (message, _) = token.rsplit_once('.').unwrap();
    format!("{message}.{signature}")
}

fn members(count: usize) -> String {
    let members = (0..count).map(|number| format!(r#","{number:x}":0"#));
    members.collect()
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

/// A request with a JSON body, unless the header says otherwise, without a token.
fn with_headers(name: &str, values: &[String]) -> Request<Full<Bytes>> {
    let request = Request::post("/");
    let request = match name {
        "content-type" => request,
        _ => request.header(CONTENT_TYPE, "application/json"),
    };
    let request = values
        .iter()
        .fold(request, |request, value| request.header(name, value));
    request.body(Full::default()).unwrap()
}

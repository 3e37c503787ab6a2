//! Tokens that are large, or whose header takes long to read.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{AuthErrorKind as Kind, testing::LocalIssuer};
use serde_json::Value;

use super::{Hostile, TOKEN_LIMIT, large, with_bad_signature, with_headers};

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
        (
            "a header of 500 members",
            Kind::HeaderTooLarge,
            bad(&members(500)),
        ),
        (
            "a header of 1 KiB in members",
            Kind::MalformedHeader,
            bad(&members(80)),
        ),
        (
            "a header of 16 members",
            Kind::InvalidSignature,
            bad(&members(14)),
        ),
        (
            "a header of 1 KiB in one member",
            Kind::InvalidSignature,
            bad(&format!(r#","a":"{}""#, "a".repeat(680))),
        ),
        (
            "a header of 1 KiB in escapes",
            Kind::InvalidSignature,
            bad(&format!(r#","{}":0"#, r"\u0061".repeat(113))),
        ),
        (
            "8 KiB of dots",
            Kind::MalformedToken,
            ".".repeat(TOKEN_LIMIT),
        ),
        (
            "8 KiB of letters",
            Kind::MalformedToken,
            "a".repeat(TOKEN_LIMIT),
        ),
        (
            "8 KiB of signature",
            Kind::InvalidSignature,
            format!("{message}.{padding}"),
        ),
        (
            "8 KiB of signature, malformed",
            Kind::MalformedToken,
            format!("{message}.{padding}A"),
        ),
        (
            "8 KiB of claims, bad signature",
            Kind::InvalidSignature,
            with_bad_signature(issuer, &large(issuer, TOKEN_LIMIT)),
        ),
        (
            "a bad signature",
            Kind::InvalidSignature,
            with_bad_signature(issuer, &good),
        ),
        ("expired", Kind::Expired, issuer.token().expired().mint()),
        (
            "another issuer",
            Kind::InvalidIssuer,
            issuer.token().claim("iss", "https://other.example").mint(),
        ),
        (
            "a second dot",
            Kind::MalformedToken,
            format!("{message}..{signature}"),
        ),
    ];
    let requests = tokens
        .into_iter()
        .map(|(name, expected, token)| with_token(issuer, (name, expected), &token));
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
        (
            "its algorithm last",
            Kind::InvalidSignature,
            &alone,
            ending.as_str(),
        ),
        ("in 16 members", Kind::InvalidSignature, &many, &ending),
        (
            "after 1 KiB in one member",
            Kind::InvalidSignature,
            &long,
            &ending,
        ),
        (
            "after 1 KiB in escapes",
            Kind::InvalidSignature,
            &escapes,
            &ending,
        ),
        (
            "no algorithm, 15 members",
            Kind::UnsupportedAlgorithm,
            &many,
            "",
        ),
        (
            "no algorithm, 1 KiB in escapes",
            Kind::UnsupportedAlgorithm,
            &escapes,
            "",
        ),
        (
            "another algorithm in 16 members",
            Kind::UnsupportedAlgorithm,
            &many,
            r#","alg":"HS256""#,
        ),
        (
            "another algorithm after 1 KiB in escapes",
            Kind::UnsupportedAlgorithm,
            &escapes,
            r#","alg":"HS256""#,
        ),
        (
            "two algorithms after 1 KiB in escapes",
            Kind::MalformedHeader,
            &escapes,
            r#","alg":"RS256","alg":"ES256""#,
        ),
    ]
    .map(|(name, expected, members, ending)| {
        let token = with_header(format!("{{{members}{ending}}}"));
        with_token(issuer, (name, expected), &token)
    })
    .into()
}

/// A request with a token, compared with a good token of its size.
fn with_token(issuer: &LocalIssuer, row: (&'static str, Kind), token: &str) -> Hostile {
    let request = with_headers("authorization", &[format!("Bearer {token}")]);
    Hostile {
        good: large(issuer, token.len()),
        ..Hostile::new(issuer, row, request)
    }
}

/// The `alg` of the issuer's tokens.
fn algorithm(issuer: &LocalIssuer) -> String {
    let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    jwks["keys"][0]["alg"].as_str().unwrap().to_owned()
}

fn members(count: usize) -> String {
    let members = (0..count).map(|number| format!(r#","{number:x}":0"#));
    members.collect()
}

//! A token comes from a header of the application's own.

use http::StatusCode;
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};

use super::{HEADER, looking_in, with, with_lines};
use crate::support::{ISSUER, Script, bearer, layer, send, without_token};

fn header_layer() -> SequenceAuthLayer {
    looking_in(TokenSource::header(HEADER).unwrap())
}

fn with_header(value: impl AsRef<[u8]>) -> http::Request<Script> {
    with(without_token(), HEADER, value)
}

#[tokio::test]
async fn token_may_be_bare_or_after_bearer() {
    let token = ISSUER.token().mint();
    for value in [
        token.clone(),
        format!(" {token} "),
        format!("Bearer {token}"),
        format!("bearer   {token}"),
        format!("  BEARER {token} "),
    ] {
        send(&header_layer(), with_header(&value)).await.claims();
    }
}

#[tokio::test]
async fn name_is_matched_in_any_case() {
    let layer = looking_in(TokenSource::header("X-SEQUENCE-Token").unwrap());
    send(&layer, with_header(ISSUER.token().mint()))
        .await
        .claims();
}

#[tokio::test]
async fn repeated_header_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for lines in [
        vec![&*token, &token],
        vec![&token, ""],
        vec!["", &token],
        vec!["", ""],
    ] {
        let answer = send(&header_layer(), with_lines(HEADER, lines)).await;
        answer.assert_refused(Kind::RepeatedTokenHeader);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn blank_header_has_the_next_source_asked() {
    let layer = layer().sources([TokenSource::header(HEADER).unwrap(), TokenSource::bearer()]);
    for blank in ["", " ", "    "] {
        let request = with(bearer(&ISSUER.token().mint()), HEADER, blank);
        send(&layer, request).await.claims();
        send(&layer, with_header(blank))
            .await
            .assert_refused(Kind::MissingToken);
    }
}

#[tokio::test]
async fn header_without_a_token_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for value in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "bearer   ".to_owned(),
        "Basic dTpw".to_owned(),
        format!("Token {token}"),
        format!("Bearer:{token}"),
        format!("Bearer Bearer {token}"),
        format!("\"{token}\""),
        format!("{token}, {token}"),
        format!("{token};"),
        format!("{token}\t{token}"),
        format!("{token}%"),
        "tök.en.x".to_owned(),
    ] {
        let answer = send(&header_layer(), with_header(&value)).await;
        assert_eq!(answer.kind(), Some(Kind::MalformedTokenHeader), "{value}");
        answer.assert_refused(Kind::MalformedTokenHeader);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let answer = send(&header_layer(), with_header(b"\xff\x80")).await;
    answer.assert_refused(Kind::MalformedTokenHeader);
}

#[tokio::test]
async fn bad_token_is_unauthorized() {
    for (value, kind) in [
        ("x", Kind::MalformedToken),
        ("Bearer x.y.z", Kind::MalformedToken),
        ("Bearerx.y.z", Kind::MalformedToken),
        (&ISSUER.token().expired().mint(), Kind::Expired),
        (&ISSUER.token().project(1).mint(), Kind::InvalidAudience),
    ] {
        let answer = send(&header_layer(), with_header(value)).await;
        answer.assert_refused(kind);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn long_header_is_classified_by_its_start() {
    let long = |text: &str| text.repeat(390_000 / text.len());
    for (value, kind) in [
        (long("~"), Kind::TokenTooLarge),
        (long("a"), Kind::TokenTooLarge),
        (long("."), Kind::TokenTooLarge),
        (long("\""), Kind::TokenTooLarge),
        (long(" "), Kind::MalformedTokenHeader),
        (format!("Bearer {}", long("a")), Kind::TokenTooLarge),
        (format!("Bearer{}", long("a")), Kind::TokenTooLarge),
        (format!("Bearer{}", long(",")), Kind::MalformedTokenHeader),
        (format!("Bearer{}", long(" ")), Kind::MalformedTokenHeader),
        (format!("x{}", long(" ")), Kind::TokenTooLarge),
        ("x".repeat(8 * 1024 + 1), Kind::TokenTooLarge),
        ("x".repeat(8 * 1024), Kind::MalformedToken),
        // At most 64 spaces around it do not count.
        (
            format!("{:<8256}", "x".repeat(8 * 1024)),
            Kind::MalformedToken,
        ),
        (
            format!("{:<8257}", "x".repeat(8 * 1024)),
            Kind::TokenTooLarge,
        ),
    ] {
        let answer = send(&header_layer(), with_header(&value)).await;
        assert_eq!(answer.kind(), Some(kind), "{value:.20}");
    }
}

#[tokio::test]
async fn other_headers_hold_no_token() {
    let token = ISSUER.token().mint();
    for name in ["authorization", "x-sequence", "x-sequence-token2", "cookie"] {
        let value = format!("Bearer {token}");
        send(&header_layer(), with(without_token(), name, value))
            .await
            .assert_refused(Kind::MissingToken);
    }
}

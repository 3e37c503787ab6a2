//! Each refusal names the bad claim in a fixed text.

use http::{HeaderValue, StatusCode};
use sequence_auth::testing::TokenBuilder;
use serde_json::{Value, json};

use crate::{
    claims::seconds_from_now,
    oms_wallet::{layer, token},
    support::{bearer, send},
};

type Case = (TokenBuilder, &'static str);

fn refused_for_who_and_what() -> Vec<Case> {
    let of = |name, value: Value| token().claim(name, value);
    vec![
        (
            of("iss", json!("https://waas.sequence.app")),
            "the issuer (iss) of the token is missing, malformed or another one",
        ),
        (
            of("aud", json!("prj_02")),
            "the audience (aud) of the token is missing, malformed or another project",
        ),
        (
            of("sub", json!("")),
            "the subject (sub) of the token is missing or is not a wallet",
        ),
        (
            of("wallet_address", json!("0x")),
            "the wallet address (wallet_address) of the token is missing or malformed",
        ),
        (
            of("wallet_type", json!("solana")),
            "the wallet type (wallet_type) of the token is not ethereum",
        ),
        (
            of("email", json!(7)),
            "the email claim of the token is malformed",
        ),
        (
            token().guest(),
            "the token has no email claim, and this service requires one",
        ),
        (
            of("nonce", json!(7)),
            "the nonce claim of the token is malformed",
        ),
    ]
}

fn refused_for_when() -> Vec<Case> {
    let of = |name, value: Value| token().claim(name, value);
    let at = |name, seconds| token().claim(name, seconds_from_now(seconds));
    vec![
        (
            token().without_claim("exp"),
            "the expiry (exp) of the token is missing or malformed",
        ),
        (at("exp", -31), "the token has expired (exp)"),
        (
            at("exp", 2 * 24 * 60 * 60),
            "the lifetime (exp) of the token is longer than this service accepts",
        ),
        (
            of("iat", json!("x")),
            "the issue time (iat) of the token is missing or malformed",
        ),
        (at("iat", 60), "the token was issued in the future (iat)"),
        (
            of("nbf", json!("x")),
            "the start time (nbf) of the token is malformed",
        ),
        (at("nbf", 60), "the token is not valid yet (nbf)"),
        (
            at("auth_time", 60),
            "the sign-in time (auth_time) of the token is malformed or in the future",
        ),
    ]
}

#[tokio::test]
async fn refusal_names_the_claim() {
    let cases = refused_for_who_and_what().into_iter();
    for (token, text) in cases.chain(refused_for_when()) {
        let answer = send(&layer(), bearer(&token.mint())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{text}");
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        let expected = json!({ "error": "invalid_token", "error_description": text });
        assert_eq!(body, expected);
        assert_eq!(
            answer.headers["www-authenticate"].to_str().unwrap(),
            format!(
                r#"Bearer realm="sequence", error="invalid_token", error_description="{text}""#
            )
        );
    }
}

#[tokio::test]
async fn refusal_of_grpc_request_is_unauthenticated() {
    let token = token().claim("wallet_type", "tron").mint();
    let mut request = bearer(&token);
    let content_type = HeaderValue::from_static("application/grpc");
    request.headers_mut().insert("content-type", content_type);
    let answer = send(&layer(), request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["grpc-status"], "16");
    let message = answer.headers["grpc-message"].to_str().unwrap();
    assert!(message.contains("wallet_type"), "{message}");
}

//! Each refusal has its status, challenge and body, over HTTP and over gRPC.

use http::{HeaderValue, Request, Response, StatusCode, Version};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::Value;

use crate::support::{
    Answer, ISSUER, PROJECT, Script, Step, bearer, json, layer, send, with_authorization,
    without_token,
};

/// A layer whose keys never arrive.
pub(super) fn without_keys() -> SequenceAuthLayer {
    SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(std::future::pending)
        .build()
        .unwrap()
}

fn assert_json(answer: &Answer, code: &str) {
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let error = answer.error.as_ref().unwrap();
    assert_eq!(error.code(), code);
    assert_eq!(body["error"], code);
    assert_eq!(body["error_description"], error.description());
    assert_eq!(body.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn missing_token_challenge_has_no_error_code() {
    let answer = send(&layer(), without_token()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_json(&answer, "missing_token");
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer realm="sequence""#
    );
    assert!(!answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn bad_token_challenge_names_the_failed_check() {
    let answer = send(&layer(), bearer(&ISSUER.token().expired().mint())).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_json(&answer, "invalid_token");
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer realm="sequence", error="invalid_token", error_description="the token has expired (exp)""#
    );
}

#[tokio::test]
async fn answer_to_guest_names_the_email() {
    let answer = send(&layer(), bearer(&ISSUER.token().guest().mint())).await;
    answer.assert_refused(Kind::MissingEmail);
    assert!(str::from_utf8(&answer.body).unwrap().contains("email"));
}

#[tokio::test]
async fn malformed_credentials_are_an_invalid_request() {
    let answer = send(&layer(), with_authorization("Bearer")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_json(&answer, "invalid_request");
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with(r#"Bearer realm="sequence", error="invalid_request""#));
}

#[tokio::test(start_paused = true)]
async fn large_or_slow_body_gets_no_challenge() {
    let large = send(&layer().body_limit(1), json("{}")).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let slow = send(&layer(), json(Script::chunked([Step::Hang]))).await;
    assert_eq!(slow.status, StatusCode::REQUEST_TIMEOUT);
    for answer in [large, slow] {
        assert_json(&answer, "invalid_request");
        assert!(!answer.headers.contains_key("www-authenticate"));
    }
}

#[tokio::test(start_paused = true)]
async fn slow_body_closes_only_http_1_connections() {
    for (version, closes) in [
        (Version::HTTP_10, true),
        (Version::HTTP_11, true),
        (Version::HTTP_2, false),
        (Version::HTTP_3, false),
    ] {
        let with_version = |mut request: Request<Script>| {
            *request.version_mut() = version;
            request
        };
        let slow = with_version(json(Script::chunked([Step::Hang])));
        let slow = send(&layer(), slow).await;
        slow.assert_refused(Kind::BodyTimeout);
        let connection = slow.headers.get("connection");
        assert_eq!(connection.is_some_and(|value| value == "close"), closes);
        let missing = send(&layer(), with_version(without_token())).await;
        assert!(!missing.headers.contains_key("connection"));
    }
}

#[tokio::test(start_paused = true)]
async fn missing_keys_are_answered_with_retry_after() {
    let answer = send(&without_keys(), bearer(&ISSUER.token().mint())).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_json(&answer, "temporarily_unavailable");
    assert_eq!(answer.headers["retry-after"], "1");
    assert!(!answer.headers.contains_key("www-authenticate"));
}

fn grpc(mut request: Request<Script>, content_type: &'static str) -> Request<Script> {
    let content_type = HeaderValue::from_static(content_type);
    request.headers_mut().insert("content-type", content_type);
    request
}

fn assert_grpc(answer: &Answer, code: &str) {
    assert_eq!(answer.headers["content-type"], "application/grpc");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["grpc-status"], code);
    let error = answer.error.as_ref().unwrap();
    assert_eq!(answer.headers["grpc-message"], error.description());
    assert!(answer.body.is_empty());
    assert!(answer.seen.is_none());
}

#[tokio::test(start_paused = true)]
async fn grpc_is_answered_with_grpc_status() {
    for content_type in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc; charset=utf-8",
        "APPLICATION/GRPC+PROTO",
    ] {
        let answer = send(&layer(), grpc(without_token(), content_type)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_grpc(&answer, "16");
    }
    let bad_token = grpc(bearer(&ISSUER.token().expired().mint()), "application/grpc");
    assert_grpc(&send(&layer(), bad_token).await, "16");
    let malformed = grpc(with_authorization("Bearer"), "application/grpc");
    assert_grpc(&send(&layer(), malformed).await, "3");
    let no_keys = grpc(bearer(&ISSUER.token().mint()), "application/grpc");
    assert_grpc(&send(&without_keys(), no_keys).await, "14");
}

#[tokio::test]
async fn lookalikes_of_grpc_are_answered_over_http() {
    for content_type in [
        "application/json",
        "application/grpcx",
        "application/grpc-webx",
        "application/grpc.v1",
        "application/grp",
        "text/grpc",
    ] {
        let answer = send(&layer(), grpc(without_token(), content_type)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{content_type}");
        assert_json(&answer, "missing_token");
    }
}

#[tokio::test]
async fn grpc_json_body_is_not_searched() {
    let request = grpc(json(Script::untouchable()), "application/grpc+json");
    assert_grpc(&send(&layer(), request).await, "16");
}

#[tokio::test]
async fn on_reject_may_replace_the_answer() {
    let layer = layer().on_reject(|error, response| {
        assert_eq!(error.kind(), Kind::MissingToken);
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let mut response = Response::new("go to /login".into());
        *response.status_mut() = StatusCode::FOUND;
        response
    });
    let answer = send(&layer, without_token()).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(&answer.body[..], b"go to /login");
    // The error is in the extensions of every response.
    assert_eq!(answer.kind(), Some(Kind::MissingToken));
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
}

#[tokio::test]
async fn descriptions_fit_into_a_quoted_string() {
    let stranger = LocalIssuer::new();
    for token in [
        "x".to_owned(),
        "x".repeat(9000),
        stranger.token().mint(),
        ISSUER.token().header("alg", "none").mint(),
        ISSUER.token().header("typ", "x").mint(),
        ISSUER.token().header("crit", "x").mint(),
        ISSUER.token().header("kid", "").mint(),
        ISSUER.token().header("kid", 7).mint(),
        ISSUER.token().claim("iss", "x").mint(),
        ISSUER.token().claim("aud", "x").mint(),
        ISSUER.token().claim("sub", "x").mint(),
        ISSUER.token().claim("nonce", 1).mint(),
    ] {
        let answer = send(&layer(), bearer(&token)).await;
        assert_json(&answer, "invalid_token");
        let error = answer.error.unwrap();
        let description = error.description();
        // RFC 6750 §3
        assert!(
            description
                .bytes()
                .all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        );
    }
}

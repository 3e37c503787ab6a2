//! What the proxy is answered.

use axum::{body::Body, http::Request};
use forward_auth::TokenNames;
use sequence_auth::{EmailPolicy, FetchError, SequenceAuthLayer, testing::LocalIssuer};
use test_support::{ISSUER, PROJECT, layer};

use crate::asked::{Answer, ask, verify};

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

async fn with_token(layer: &SequenceAuthLayer, token: &str) -> Answer {
    verify(layer, &[("authorization", &format!("Bearer {token}"))]).await
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json()["error"], error);
    assert_eq!(answer.header("x-wallet-refusal"), answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.headers.contains_key("x-wallet-address"));
}

#[tokio::test]
async fn a_good_token_is_told_in_four_headers() {
    let token = ISSUER.token().wallet(WALLET.to_lowercase()).mint();
    let bearer = format!("bearer {token}");
    let cookie = format!("a=b; __Host-token={token}; c=d");
    for header in [
        ("authorization", &bearer),
        ("x-sequence-token", &token),
        ("cookie", &cookie),
    ] {
        let answer = verify(&layer(), &[(header.0, header.1)]).await;
        assert_eq!(answer.status, 204, "{answer:?}");
        assert_eq!(answer.body, "");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-wallet-address"), WALLET);
        assert_eq!(answer.header("x-wallet-email"), "player@example.com");
        assert_eq!(answer.header("x-wallet-project"), "13639");
        assert_eq!(answer.header("x-wallet-issuer"), ISSUER.url());
    }
}

#[tokio::test]
async fn a_guest_has_all_four_too() {
    let token = ISSUER.token().without_claim("email").mint();
    let refused = with_token(&layer(), &token).await;
    assert_refused(&refused, 401, "invalid_token");
    let guests = layer().email_policy(EmailPolicy::Optional);
    let answer = with_token(&guests, &token).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("x-wallet-email"), "");
}

#[tokio::test]
async fn emails_are_percent_encoded() {
    let token = ISSUER.token().email("日, \"%+@example.com").mint();
    let answer = with_token(&layer(), &token).await;
    let told = "%E6%97%A5%2C%20%22%25%2B@example.com";
    assert_eq!(answer.header("x-wallet-email"), told);
}

#[tokio::test]
async fn a_token_of_oms_wallet_is_told_alike() {
    let issuer = LocalIssuer::oms_wallet();
    let layer = layer().or(issuer.layer("prj_7")).unwrap();
    let answer = with_token(&layer, &issuer.token().mint()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("x-wallet-project"), "prj_7");
    assert_eq!(answer.header("x-wallet-issuer"), issuer.url());
}

#[tokio::test]
async fn any_method_may_ask() {
    let token = ISSUER.token().mint();
    for method in ["GET", "HEAD", "POST", "DELETE", "PROPFIND"] {
        let request = Request::builder()
            .method(method)
            .uri("/verify?a=b")
            .header("x-forwarded-method", "PATCH")
            .header("x-forwarded-host", "game.example")
            .header("authorization", format!("Bearer {token}"));
        let answer = ask(&layer(), request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 204, "{method}");
    }
}

#[tokio::test]
async fn no_token_is_a_401_with_the_bare_challenge() {
    let answer = verify(&layer(), &[]).await;
    assert_refused(&answer, 401, "missing_token");
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge, r#"Bearer realm="sequence""#);
}

async fn assert_malformed(headers: &[(&str, &str)]) {
    let answer = verify(&layer(), headers).await;
    assert_refused(&answer, 401, "invalid_request");
    let challenge = answer.header("www-authenticate");
    let says_so = challenge.contains(r#"error="invalid_request""#);
    assert!(says_so, "{challenge}");
}

#[tokio::test]
async fn a_malformed_request_is_a_401_that_says_so() {
    assert_malformed(&[("authorization", "Bearer")]).await;
    assert_malformed(&[("authorization", "Bearer a b")]).await;
    assert_malformed(&[("x-sequence-token", "é")]).await;
}

#[tokio::test]
async fn a_good_token_that_comes_twice_is_a_401_that_says_so() {
    let token = ISSUER.token().mint();
    let bearer = ("authorization", &*format!("Bearer {token}"));
    let header = ("x-sequence-token", &*token);
    let cookies = format!("__Host-token={token}; __Host-token={token}");
    assert_malformed(&[bearer, bearer]).await;
    assert_malformed(&[header, header]).await;
    assert_malformed(&[("cookie", &cookies)]).await;
}

/// The layer answers them with an HTTP 200, which would let them pass.
#[tokio::test]
async fn calls_of_grpc_are_refused_like_any_other() {
    for content_type in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc-web",
        "application/grpc-web+proto",
        "application/grpc-web-text",
        "application/grpc-web-text+proto",
    ] {
        let headers = [("content-type", content_type), ("accept", content_type)];
        let answer = verify(&layer(), &headers).await;
        assert_refused(&answer, 401, "missing_token");
        let bearer = ("authorization", "Bearer x.y.z");
        let answer = verify(&layer(), &[headers[0], headers[1], bearer]).await;
        assert_refused(&answer, 401, "invalid_token");
    }
}

#[tokio::test]
async fn a_body_holds_no_token() {
    let body = format!(r#"{{"sequenceToken":"{}"}}"#, ISSUER.token().mint());
    let request = Request::post("/verify")
        .header("x-forwarded-method", "POST")
        .header("x-forwarded-host", "game.example")
        .header("content-type", "application/json");
    let answer = ask(&layer(), request.body(Body::from(body)).unwrap()).await;
    assert_refused(&answer, 401, "missing_token");
}

#[tokio::test(start_paused = true)]
async fn without_keys_it_is_a_503_and_says_when_to_come_back() {
    let builder = SequenceAuthLayer::builder(PROJECT);
    let layer = builder.key_fetcher(async || Err(FetchError::new("down")));
    let layer = layer.build().unwrap();
    let answer = with_token(&layer, &ISSUER.token().mint()).await;
    assert_refused(&answer, 503, "temporarily_unavailable");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    let health = ask(
        &layer,
        Request::get("/healthz").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(health.status, 503);
}

#[tokio::test]
async fn healthz_tells_of_the_keys() {
    let answer = ask(
        &layer(),
        Request::get("/healthz").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["state"], "fresh");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn names_that_are_none_are_errors() {
    for (cookie, header) in [
        ("a b", "x-token"),
        ("token", "a b"),
        ("", "x-token"),
        ("a", "cookie"),
    ] {
        let names = TokenNames {
            cookie: cookie.to_owned(),
            header: header.to_owned(),
        };
        assert!(forward_auth::app(layer(), &names).is_err(), "{names:?}");
    }
}

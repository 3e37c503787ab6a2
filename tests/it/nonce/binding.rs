//! A bound nonce is only accepted from the browser that requested it.

use http::HeaderValue;
use sequence_auth::{AuthErrorKind as Kind, NonceKey, Nonces, SequenceAuthLayer};

use crate::{
    login::{assert_accepted, assert_refused, token, with_cookie, with_header},
    support::{bearer, layer, with_field},
};

const COOKIE: &str = "__Host-login";

fn by_cookie() -> (SequenceAuthLayer, Nonces) {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie(COOKIE);
    let nonces = nonces.build().unwrap();
    (layer().with_nonces(nonces.clone()), nonces)
}

fn by_header() -> (SequenceAuthLayer, Nonces) {
    let nonces = Nonces::builder(NonceKey::random()).bound_by_header("X-Session");
    let nonces = nonces.build().unwrap();
    (layer().with_nonces(nonces.clone()), nonces)
}

#[tokio::test]
async fn bound_nonce_passes_only_with_its_cookie() {
    let (login, nonces) = by_cookie();
    let token = token(&nonces.issue_for("mine"));
    for other in [
        "__Host-login=yours",
        "__Host-login=min",
        "__Host-login=mine2",
    ] {
        assert_refused(&login, with_cookie(&token, other), Kind::OtherBinding).await;
    }
    assert_accepted(&login, with_cookie(&token, "__Host-login=mine")).await;
    let replayed = with_cookie(&token, "__Host-login=mine");
    assert_refused(&login, replayed, Kind::UsedNonce).await;
}

#[tokio::test]
async fn bound_nonce_passes_with_token_in_body() {
    let (login, nonces) = by_cookie();
    let token = token(&nonces.issue_for("mine"));
    let mut request = with_field(&token);
    assert_refused(&login, request, Kind::MissingBinding).await;
    request = with_field(&token);
    let cookie = HeaderValue::from_static("__Host-login=mine");
    request.headers_mut().insert("cookie", cookie);
    assert_accepted(&login, request).await;
}

#[tokio::test]
async fn missing_or_repeated_cookie_is_refused() {
    let (login, nonces) = by_cookie();
    let token = token(&nonces.issue_for("mine"));
    let long = format!("__Host-login={}", "x".repeat(1025));
    let many = |count: usize| format!("{}__Host-login=mine", "a=b; ".repeat(count));
    for cookies in [
        "",
        "a=b",
        "__Host-login",
        "__Host-login=",
        "__host-login=mine",
        "__Host-login =mine",
        "x__Host-login=mine",
        "a=__Host-login=mine",
        "__Host-login2=mine",
        "__Host-login=mine; __Host-login=yours",
        "__Host-login=yours; a=b; __Host-login=mine",
        "__Host-login=mine;__Host-login=mine",
        &long,
        &many(4_000),
    ] {
        let request = with_cookie(&token, cookies);
        assert_refused(&login, request, Kind::MissingBinding).await;
    }
    assert_refused(&login, bearer(&token), Kind::MissingBinding).await;
    let mut in_two_headers = with_cookie(&token, "__Host-login=mine");
    let another = HeaderValue::from_static("__Host-login=yours");
    in_two_headers.headers_mut().append("cookie", another);
    assert_refused(&login, in_two_headers, Kind::MissingBinding).await;
    assert_accepted(&login, with_cookie(&token, &many(3_000))).await;
}

#[tokio::test]
async fn cookie_is_found_among_others() {
    let (login, nonces) = by_cookie();
    for cookies in [
        "__Host-login=mine",
        "a=b; __Host-login=mine",
        "a=b;__Host-login=mine;c=d",
        "; ;=; __Host-login=mine ;",
    ] {
        let token = token(&nonces.issue_for("mine"));
        assert_accepted(&login, with_cookie(&token, cookies)).await;
    }
    let mut in_two_headers = with_cookie(&token(&nonces.issue_for("mine")), "a=b");
    let another = HeaderValue::from_static("__Host-login=mine");
    in_two_headers.headers_mut().append("cookie", another);
    assert_accepted(&login, in_two_headers).await;
}

#[tokio::test]
async fn binding_is_compared_exactly() {
    let (login, nonces) = by_cookie();
    for value in ["a=b", "\"mine\"", "a%20b", "a b", &"x".repeat(1024)] {
        let cookie = format!("__Host-login={value}");
        let token = token(&nonces.issue_for(value));
        assert_accepted(&login, with_cookie(&token, &cookie)).await;
    }
    let unquoted = token(&nonces.issue_for("mine"));
    let request = with_cookie(&unquoted, "__Host-login=\"mine\"");
    assert_refused(&login, request, Kind::OtherBinding).await;
}

#[tokio::test]
async fn nonce_may_be_bound_by_header() {
    let (login, nonces) = by_header();
    let token = token(&nonces.issue_for("mine"));
    assert_refused(&login, bearer(&token), Kind::MissingBinding).await;
    let other = with_header(&token, "x-session", "yours");
    assert_refused(&login, other, Kind::OtherBinding).await;
    let mut both = with_header(&token, "x-session", "mine");
    let mine = HeaderValue::from_static("mine");
    both.headers_mut().append("x-session", mine);
    assert_refused(&login, both, Kind::MissingBinding).await;
    let as_cookie = with_cookie(&token, "x-session=mine");
    assert_refused(&login, as_cookie, Kind::MissingBinding).await;
    assert_accepted(&login, with_header(&token, "x-session", "mine")).await;
}

#[tokio::test]
async fn bound_and_unbound_nonces_never_mix() {
    let key = NonceKey::random();
    let bound = Nonces::builder(key.clone()).bound_by_cookie(COOKIE);
    let bound = layer().with_nonces(bound.build().unwrap());
    let unbound = Nonces::new(key);
    let request = with_cookie(&token(&unbound.issue()), "__Host-login=mine");
    assert_refused(&bound, request, Kind::OtherBinding).await;
    let request = with_cookie(&token(&unbound.issue_for("mine")), "__Host-login=mine");
    assert_refused(&layer().with_nonces(unbound), request, Kind::OtherBinding).await;
}

#[tokio::test]
async fn empty_binding_never_passes() {
    let (login, nonces) = by_cookie();
    let token = token(&nonces.issue_for(""));
    for cookie in ["__Host-login=", "__Host-login", "a=b"] {
        let request = with_cookie(&token, cookie);
        assert_refused(&login, request, Kind::MissingBinding).await;
    }
}

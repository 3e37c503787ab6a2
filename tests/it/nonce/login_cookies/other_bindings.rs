//! The response of `respond_to` for unbound nonces, and for nonces bound to the application's own cookie or header.

use http::{Request, Response, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, Nonces};

use super::{nonce, nonces_with, set_cookies};
use crate::{
    login::{assert_accepted, assert_refused, token, with_cookie, with_header},
    support::{bearer, layer},
};

fn ask(nonces: &Nonces, header: (&str, &str)) -> Response<String> {
    let request = Request::get("/nonce").header(header.0, header.1);
    nonces.respond_to(&request.body(()).unwrap())
}

#[track_caller]
fn assert_not_issued(response: &Response<String>, description: &str) {
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let document = format!(r#"{{"error":"invalid_request","error_description":"{description}"}}"#);
    assert_eq!(*response.body(), document);
}

#[track_caller]
fn assert_nothing_to_bind_to(response: &Response<String>) {
    let description =
        "what the nonce is bound to, a cookie or header, is missing, repeated or too long";
    assert_not_issued(response, description);
}

#[track_caller]
fn assert_too_many_cookies(response: &Response<String>) {
    assert_not_issued(response, "the request has too many cookies");
}

#[tokio::test]
async fn nonce_is_bound_to_the_cookie_of_its_request() {
    let nonces = nonces_with(|nonces| nonces.bound_by_cookie("session"));
    let login = layer().with_nonces(nonces.clone());
    let answer = ask(&nonces, ("cookie", "a=b; session=mine"));
    assert_eq!(set_cookies(&answer), [""; 0]);
    let token = token(&nonce(&answer));
    let other = with_cookie(&token, "session=yours");
    assert_refused(&login, other, Kind::OtherBinding).await;
    assert_accepted(&login, with_cookie(&token, "session=mine")).await;
}

#[tokio::test]
async fn nonce_is_bound_to_the_header_of_its_request() {
    let nonces = nonces_with(|nonces| nonces.bound_by_header("x-session"));
    let login = layer().with_nonces(nonces.clone());
    let token = token(&nonce(&ask(&nonces, ("x-session", "mine"))));
    let other = with_header(&token, "x-session", "yours");
    assert_refused(&login, other, Kind::OtherBinding).await;
    assert_accepted(&login, with_header(&token, "x-session", "mine")).await;
}

#[test]
fn request_without_what_to_bind_to_is_a_bad_request() {
    let by_cookie = nonces_with(|nonces| nonces.bound_by_cookie("session"));
    let by_header = nonces_with(|nonces| nonces.bound_by_header("x-session"));
    let long = "x".repeat(1025);
    for cookies in [
        "a=b",
        "session=",
        "session=a; session=a",
        &format!("session={long}"),
        &format!("session=a{}", "; a=b".repeat(4_000)),
    ] {
        assert_nothing_to_bind_to(&ask(&by_cookie, ("cookie", cookies)));
    }
    for value in ["", &long] {
        assert_nothing_to_bind_to(&ask(&by_header, ("x-session", value)));
    }
    assert_nothing_to_bind_to(&ask(&by_header, ("cookie", "x-session=a")));
}

/// Returns the new cookie as a client sends it back.
fn new_cookie(response: &Response<String>) -> &str {
    let (pair, _) = set_cookies(response)[0].split_once(';').unwrap();
    pair
}

/// A client gets a nonce only if it can log in with it: its cookies and the new one are searched.
#[tokio::test]
async fn request_with_too_many_cookies_gets_no_nonce() {
    let nonces = super::nonces_of(sequence_auth::LoginCookies::default());
    let login = layer().with_nonces(nonces.clone());
    let cookies = |bytes: usize| "a=b; ".repeat(bytes.div_ceil(5))[..bytes].to_owned();
    let limit = 16 * 1024;
    let largest = limit - "; ".len() - new_cookie(&ask(&nonces, ("cookie", ""))).len();
    for bytes in [largest + 1, limit, limit + 1] {
        assert_too_many_cookies(&ask(&nonces, ("cookie", &cookies(bytes))));
    }
    // The response removes the oldest login cookies of a client that has eight, and each has the size of the new one.
    let logins = (0..8).map(|id| format!("__Host-login-{id:024x}={}", "x".repeat(22)));
    let logins = logins.collect::<Vec<_>>().join("; ");
    // The separator of the removed cookie counts.
    let others = cookies(limit - logins.len() - 2 * "; ".len());
    let full = format!("{logins}; {others}");
    let answer = ask(&nonces, ("cookie", &full));
    let (_, kept) = full.split_once("; ").unwrap();
    let sent = format!("{kept}; {}", new_cookie(&answer));
    assert_accepted(&login, with_cookie(&token(&nonce(&answer)), &sent)).await;
    assert_too_many_cookies(&ask(&nonces, ("cookie", &format!("{full}x"))));
    let before = cookies(largest);
    let answer = ask(&nonces, ("cookie", &before));
    let sent = format!("{before}; {}", new_cookie(&answer));
    assert_accepted(&login, with_cookie(&token(&nonce(&answer)), &sent)).await;
}

/// Browsers keep eight of them, and a response removes sixteen.
#[test]
fn request_with_too_many_login_cookies_gets_no_nonce() {
    let nonces = super::nonces_of(sequence_auth::LoginCookies::default());
    let cookies = |count: u32| {
        let cookies = (0..count).map(|id| format!("__Host-login-{id:024x}=a"));
        cookies.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        set_cookies(&ask(&nonces, ("cookie", &cookies(128)))).len(),
        17
    );
    assert_too_many_cookies(&ask(&nonces, ("cookie", &cookies(129))));
}

#[tokio::test]
async fn nonce_that_is_bound_to_nothing_is_for_any_client() {
    let nonces = crate::login::nonces();
    let answer = ask(&nonces, ("sec-fetch-site", "cross-site"));
    assert_eq!(set_cookies(&answer), [""; 0]);
    let login = layer().with_nonces(nonces);
    assert_accepted(&login, bearer(&token(&nonce(&answer)))).await;
}

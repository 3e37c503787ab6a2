//! A token comes from a cookie. The tests of requests from other sites are among the attacks.

use http::{Method, StatusCode};
use sequence_auth::{AuthErrorKind as Kind, SequenceAuthLayer, TokenSource};

use super::{COOKIE, looking_in, with, with_lines};
use crate::support::{ISSUER, bearer, layer, send, without_token};

fn cookie_layer() -> SequenceAuthLayer {
    looking_in(TokenSource::cookie(COOKIE).unwrap())
}

fn with_cookies<V: AsRef<[u8]>>(
    lines: impl IntoIterator<Item = V>,
) -> http::Request<crate::support::Script> {
    with_lines("cookie", lines)
}

#[tokio::test]
async fn token_is_found_among_other_cookies() {
    let token = ISSUER.token().mint();
    let ours = format!("{COOKIE}={token}");
    for lines in [
        vec![ours.clone()],
        vec![format!("a=b; {ours}")],
        vec![format!("{ours}; a=b")],
        vec![format!("a=b;{ours};c=d")],
        vec![format!("a=b;  {ours}  ; c=d;")],
        vec![format!(" {ours} ")],
        vec![format!(";;{ours};;")],
        // HTTP/2 may send each cookie in its own header.
        vec!["a=b".to_owned(), ours.clone(), "c=d".to_owned()],
        vec!["a=b; c=d".to_owned(), format!("e=f; {ours}")],
    ] {
        send(&cookie_layer(), with_cookies(&lines)).await.claims();
    }
}

#[tokio::test]
async fn name_is_matched_as_a_whole() {
    let token = ISSUER.token().mint();
    for name in [
        format!("x{COOKIE}"),
        format!("{COOKIE}2"),
        format!("{COOKIE} "),
        COOKIE.to_lowercase(),
        COOKIE.replace("__Host-", ""),
        format!("x {COOKIE}"),
    ] {
        let other = format!("{name}={token}");
        send(&cookie_layer(), with_cookies([&other]))
            .await
            .assert_refused(Kind::MissingToken);
        let both = format!("{other}; {COOKIE}={token}");
        send(&cookie_layer(), with_cookies([both])).await.claims();
    }
    for without_value in [COOKIE.to_owned(), format!("{COOKIE}{token}")] {
        send(&cookie_layer(), with_cookies([without_value]))
            .await
            .assert_refused(Kind::MissingToken);
    }
}

#[tokio::test]
async fn repeated_cookie_is_a_bad_request() {
    let ours = format!("{COOKIE}={}", ISSUER.token().mint());
    let empty = format!("{COOKIE}=");
    for lines in [
        vec![format!("{ours}; {ours}")],
        vec![ours.clone(), ours.clone()],
        vec![format!("{ours};{empty}")],
        vec![format!("{empty}; a=b; {ours}")],
        vec![empty.clone(), "a=b".to_owned(), empty.clone()],
    ] {
        let answer = send(&cookie_layer(), with_cookies(&lines)).await;
        answer.assert_refused(Kind::RepeatedTokenCookie);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn empty_cookie_has_the_next_source_asked() {
    let layer = layer().sources([TokenSource::cookie(COOKIE).unwrap(), TokenSource::bearer()]);
    for empty in ["", " ", "  "] {
        let cookie = format!("{COOKIE}={empty}");
        let request = with(bearer(&ISSUER.token().mint()), "cookie", &cookie);
        send(&layer, request).await.claims();
        send(&layer, with_cookies([&cookie]))
            .await
            .assert_refused(Kind::MissingToken);
        let answer = send(&layer.clone().optional(), with_cookies([cookie])).await;
        assert!(answer.seen().anonymous);
    }
}

#[tokio::test]
async fn cookie_without_a_token_is_a_bad_request() {
    let token = ISSUER.token().mint();
    for value in [
        format!("\"{token}\""),
        format!("Bearer {token}"),
        format!("{token},{token}"),
        format!("{token}%3D"),
        format!("{token}\u{e9}"),
        "\"\"".to_owned(),
        "{}".to_owned(),
    ] {
        let cookie = format!("{COOKIE}={value}");
        let answer = send(&cookie_layer(), with_cookies([&cookie])).await;
        assert_eq!(answer.kind(), Some(Kind::MalformedTokenCookie), "{value}");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn bad_token_is_unauthorized() {
    for (value, kind) in [
        ("x", Kind::MalformedToken),
        ("x=y", Kind::MalformedToken),
        (&ISSUER.token().expired().mint(), Kind::Expired),
        (&"x".repeat(8 * 1024), Kind::MalformedToken),
        (&"x".repeat(8 * 1024 + 1), Kind::TokenTooLarge),
        (&"x".repeat(16 * 1024 - 20), Kind::TokenTooLarge),
    ] {
        let cookie = format!("{COOKIE}={value}");
        let answer = send(&cookie_layer(), with_cookies([cookie])).await;
        assert_eq!(answer.kind(), Some(kind), "{value:.20}");
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn more_than_16_kib_of_cookies_are_a_bad_request() {
    const LIMIT: usize = 16 * 1024;
    let ours = format!("{COOKIE}={}", ISSUER.token().mint());
    let filled = |bytes: usize| format!("{ours}; a={}", "x".repeat(bytes - ours.len() - 4));
    // A server may join two headers with a delimiter and a space.
    let [first_half, second_half] = [LIMIT / 2, LIMIT / 2 - "; ".len()];
    let halves = [filled(first_half), "x".repeat(second_half)];
    for lines in [vec![filled(LIMIT)], halves.to_vec()] {
        send(&cookie_layer(), with_cookies(lines)).await.claims();
    }
    let (first, second) = (format!("a={}", "x".repeat(LIMIT - 2)), "b".to_owned());
    for lines in [
        vec![filled(LIMIT + 1)],
        vec![first, second],
        vec![filled(first_half), "x".repeat(second_half + 1)],
        vec![ours.clone(), "x".repeat(390_000)],
        vec![";".repeat(390_000)],
        vec![format!("{COOKIE}=;").repeat(20_000)],
    ] {
        let answer = send(&cookie_layer(), with_cookies(&lines)).await;
        answer.assert_refused(Kind::MalformedTokenCookie);
        let answer = send(&cookie_layer().optional(), with_cookies(&lines)).await;
        answer.assert_refused(Kind::MalformedTokenCookie);
    }
}

/// The cookie is not searched for among any number of names that end as its own does, nor overlooked behind them.
#[tokio::test]
async fn cookie_among_too_many_of_similar_names_is_a_bad_request() {
    let ours = format!("{COOKIE}={}", ISSUER.token().mint());
    let similar = |count: usize| format!("x{COOKIE}=a; ").repeat(count);
    let layer = cookie_layer();
    send(&layer, with_cookies([similar(127) + &ours]))
        .await
        .claims();
    for cookies in [
        [similar(128) + &ours, String::new()],
        [format!("{ours}; {}", similar(128)), String::new()],
        [ours.clone(), similar(128)],
        [similar(64) + &ours, similar(64)],
    ] {
        send(&layer, with_cookies(cookies))
            .await
            .assert_refused(Kind::MalformedTokenCookie);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_bad_request() {
    let cookie = [COOKIE.as_bytes(), b"=\xff\x80"].concat();
    send(&cookie_layer(), with_cookies([cookie]))
        .await
        .assert_refused(Kind::MalformedTokenCookie);
    let token = ISSUER.token().mint();
    let beside = [b"a=\xff; ", COOKIE.as_bytes(), b"=", token.as_bytes()].concat();
    send(&cookie_layer(), with_cookies([beside])).await.claims();
}

#[tokio::test]
async fn client_that_names_no_site_passes_with_every_method() {
    let cookie = format!("{COOKIE}={}", ISSUER.token().mint());
    for method in [Method::GET, Method::POST, Method::DELETE, Method::CONNECT] {
        let mut request = with(without_token(), "cookie", &cookie);
        *request.method_mut() = method;
        send(&cookie_layer(), request).await.claims();
    }
}

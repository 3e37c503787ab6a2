//! The head of a request for a nonce: each nonce that is issued is good for one login of that client.

#![no_main]

use std::collections::BTreeSet;

use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, COOKIE, SET_COOKIE},
};
use libfuzzer_sys::fuzz_target;
use sequence_auth::{AuthErrorKind, LoginCookies, NonceKey, Nonces, TokenVerifier};
use sequence_auth_fuzz::{ISSUER, KEY_ID, LOCAL, request_head, run};
use serde_json::Value;

const PREFIX: &str = "__Host-login-";
/// Cookies above this size are not searched. A new cookie takes less than `ROOM`.
const LIMIT: usize = 16 * 1024;
const ROOM: usize = 128;
/// More of their prefix than this is not searched.
const LOGIN_COOKIES: usize = 128;
const ALLOWED: &str = "https://play.example";

/// New ones for each input, because a store limits the uses of a wallet.
fn nonces() -> (Nonces, TokenVerifier) {
    let cookies = LoginCookies::new(PREFIX).allow_origin(ALLOWED);
    let nonces = Nonces::builder(NonceKey::random()).bound_by_login_cookies(cookies);
    let nonces = nonces.build().expect("settings that fit");
    let verifier = LOCAL.clone().with_nonces(nonces.clone()).verifier();
    (nonces, verifier)
}

fuzz_target!(|data: &[u8]| {
    let Some(request) = request_head(data) else {
        return;
    };
    let (nonces, verifier) = nonces();
    let response = nonces.respond_to(&request);
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    let document: Value = serde_json::from_str(response.body()).expect("JSON");
    if response.status() != StatusCode::OK {
        assert!(["access_denied", "invalid_request"].contains(&text(&document["error"])));
        assert!(!response.headers().contains_key(SET_COOKIE));
        assert!(
            response.status() != StatusCode::BAD_REQUEST || has_many_cookies(request.headers())
        );
        return;
    }
    assert!(
        !is_of_another_site(request.headers()),
        "another site got a nonce"
    );
    let token = ISSUER.token().header("kid", KEY_ID);
    let token = token.nonce(text(&document["nonce"])).mint();
    let login = |headers: &HeaderMap| {
        let verified = run(verifier.verify_with_headers(&token, headers));
        verified.map(drop).map_err(|error| error.kind())
    };
    assert_eq!(login(request.headers()), Err(AuthErrorKind::MissingBinding));
    let headers = with_new_cookie(request.headers(), &response);
    assert_eq!(login(&headers), Ok(()));
    assert_eq!(login(&headers), Err(AuthErrorKind::UsedNonce));
});

/// Cookies that are almost too large, or too many for a login.
fn has_many_cookies(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let joined = cookies.collect::<Vec<_>>().join(&b"; "[..]);
    let prefixes = joined
        .windows(PREFIX.len())
        .filter(|text| *text == PREFIX.as_bytes());
    joined.len() > LIMIT - ROOM || prefixes.count() > LOGIN_COOKIES
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// By another way than the crate's, and only if nothing allows the origin.
fn is_of_another_site(headers: &HeaderMap) -> bool {
    let is_allowed = headers
        .get_all("origin")
        .iter()
        .any(|origin| origin == ALLOWED);
    let mut sites = headers.get_all("sec-fetch-site").iter();
    !is_allowed && sites.any(|site| site == "cross-site" || site == "same-site")
}

/// The headers of the client's next request: with the new cookie, and without those that the response removes.
fn with_new_cookie(headers: &HeaderMap, response: &Response<String>) -> HeaderMap {
    let cookies = response.headers().get_all(SET_COOKIE).iter();
    let cookies = cookies.map(|cookie| cookie.to_str().expect("visible ASCII"));
    let pairs: Vec<_> = cookies
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    let (new, removed) = pairs.split_first().expect("a cookie");
    let removed: BTreeSet<_> = removed.iter().copied().collect();
    assert!(removed.iter().all(|name| name.starts_with(PREFIX)));
    let is_kept = |pair: &&[u8]| {
        let equals = pair.iter().position(|byte| *byte == b'=');
        let name = equals.map(|equals| pair[..=equals].trim_ascii());
        let name = name.and_then(|name| str::from_utf8(name).ok());
        name.is_none_or(|name| !removed.contains(name))
    };
    let mut next = headers.clone();
    next.remove(COOKIE);
    for value in headers.get_all(COOKIE) {
        let pairs = value.as_bytes().split(|byte| *byte == b';');
        let kept: Vec<_> = pairs.filter(is_kept).collect();
        let kept = kept.join(&b';');
        next.append(
            COOKIE,
            HeaderValue::from_bytes(&kept).expect("part of a value"),
        );
    }
    next.append(COOKIE, HeaderValue::from_str(new).expect("visible ASCII"));
    next
}

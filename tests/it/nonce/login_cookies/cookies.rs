//! Setting and removing the cookies.

use std::time::Duration;

use http::Request;
use sequence_auth::LoginCookies;

use super::{nonces_of, nonces_with, request, set_cookies};

/// The cookie of a nonce, with `name` and `value` instead of the random parts.
#[track_caller]
fn shape(cookies: LoginCookies, prefix: &str) -> String {
    let response = nonces_of(cookies).respond_to(&request());
    let headers = response.headers();
    assert!(headers["set-cookie"].is_sensitive(), "no trace prints it");
    let [cookie] = set_cookies(&response)[..] else {
        panic!("{:?}", response.headers());
    };
    let rest = cookie.strip_prefix(prefix).expect("the prefix");
    let (id, rest) = rest.split_once('=').unwrap();
    let (value, attributes) = rest.split_once("; ").unwrap();
    let is_hex = |char: char| matches!(char, '0'..='9' | 'a'..='f');
    assert!(id.len() == 24 && id.chars().all(is_hex), "{id}");
    let is_base64url = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    assert!(
        value.len() == 22 && value.chars().all(is_base64url),
        "{value}"
    );
    attributes.to_owned()
}

#[test]
fn cookie_is_kept_from_scripts_and_other_sites() {
    assert_eq!(
        shape(LoginCookies::default(), "__Host-login-"),
        "Path=/; Max-Age=300; HttpOnly; Secure; SameSite=Strict"
    );
    assert_eq!(
        shape(LoginCookies::new("__Host-a."), "__Host-a."),
        "Path=/; Max-Age=300; HttpOnly; Secure; SameSite=Strict"
    );
}

#[test]
fn cookie_for_frames_is_partitioned() {
    assert_eq!(
        shape(
            LoginCookies::default().allow_cross_site_frames(),
            "__Host-login-"
        ),
        "Path=/; Max-Age=300; HttpOnly; Secure; SameSite=None; Partitioned"
    );
}

#[test]
fn cookie_over_plain_http_is_not_secure() {
    assert_eq!(
        shape(LoginCookies::new("login-").allow_plain_http(), "login-"),
        "Path=/; Max-Age=300; HttpOnly; SameSite=Strict"
    );
}

#[test]
fn cookie_lasts_as_long_as_its_nonce() {
    for (milliseconds, seconds) in [(1, 1), (999, 1), (1000, 1), (1001, 2), (86_400_000, 86_400)] {
        let nonces = nonces_with(|nonces| {
            let lifetime = Duration::from_millis(milliseconds);
            nonces
                .lifetime(lifetime)
                .bound_by_login_cookies(LoginCookies::default())
        });
        let response = nonces.respond_to(&request());
        let expected = format!("; Max-Age={seconds};");
        assert!(
            set_cookies(&response)[0].contains(&expected),
            "{response:?}"
        );
    }
}

#[test]
fn ids_and_values_of_cookies_are_all_different() {
    let nonces = nonces_of(LoginCookies::default());
    let cookie = || {
        let response = nonces.respond_to(&request());
        let cookie = set_cookies(&response)[0].split_once(';').unwrap().0;
        let (name, value) = cookie.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    let (names, values): (Vec<_>, Vec<_>) = (0..100).map(|_| cookie()).unzip();
    for mut texts in [names, values] {
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), 100);
    }
}

/// A cookie of a nonce with this time of issue. A larger number is later.
fn cookie(time: u32) -> String {
    format!("__Host-login-{time:012x}{:012x}=x", 0xabcd)
}

/// The times of the cookies that the response to a request with these cookies removes.
fn removed(cookies: &str) -> Vec<String> {
    let request = Request::get("/nonce").header("cookie", cookies);
    let response = nonces_of(LoginCookies::default()).respond_to(&request.body(()).unwrap());
    let removals = set_cookies(&response).split_off(1).into_iter();
    let removed = removals.map(|text| {
        let (pair, attributes) = text.split_once("; ").unwrap();
        assert_eq!(
            attributes,
            "Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
        );
        format!("{pair}x")
    });
    removed.collect()
}

fn cookies(times: impl IntoIterator<Item = u32>) -> Vec<String> {
    times.into_iter().map(cookie).collect()
}

#[test]
fn oldest_cookies_are_removed_so_that_eight_remain() {
    assert_eq!(removed(&cookies(1..=7).join("; ")), [""; 0]);
    assert_eq!(removed(&cookies(1..=8).join("; ")), cookies([1]));
    assert_eq!(
        removed(&cookies((1..=10).rev()).join("; ")),
        cookies([1, 2, 3])
    );
    let mixed = cookies([9, 4, 6, 8, 5, 7, 10, 3, 255]).join(";");
    assert_eq!(removed(&mixed), cookies([3, 4]));
}

#[test]
fn answer_removes_sixteen_cookies_at_most() {
    assert_eq!(removed(&cookies(1..=100).join("; ")), cookies(1..=16));
}

#[test]
fn other_cookies_are_neither_counted_nor_removed() {
    let others = [
        "__Host-login=x",
        "__Host-login-=x",
        "__Host-login-0000000000000000000000=x",
        "__Host-login-00000000000000000000000=x",
        "__Host-login-0000000000000000000000000=x",
        "__Host-login-00000000000000000000000G=x",
        "__Host-login-00000000000000000000000A=x",
        "__Host-login-000000000000000000000000",
        "x__Host-login-000000000000000000000000=x",
        "a=__Host-login-000000000000000000000000=x",
        "__Host-login-é=x",
    ];
    let seven = cookies(1..=7).join("; ");
    assert_eq!(removed(&format!("{}; {seven}", others.join("; "))), [""; 0]);
    // Each name is only used by one cookie.
    assert_eq!(removed(&format!("{seven}; {seven}")), [""; 0]);
}

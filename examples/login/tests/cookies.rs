//! The cookies' flags.

use std::collections::BTreeSet;

use reqwest::{Method, header::HeaderMap};

use crate::{
    browser::{Browser, LOGIN, SESSION},
    program::Program,
};

/// The name, and the attributes.
pub(crate) fn only_cookie(headers: &HeaderMap) -> (&str, BTreeSet<&str>) {
    let cookies: Vec<_> = headers.get_all("set-cookie").iter().collect();
    let [cookie] = cookies[..] else {
        panic!("{cookies:?}");
    };
    let (pair, flags) = cookie.to_str().unwrap().split_once("; ").unwrap();
    (pair.split_once('=').unwrap().0, flags.split("; ").collect())
}

fn flags(flags: &[&'static str]) -> BTreeSet<&'static str> {
    let common = ["HttpOnly", "SameSite=Strict", "Path=/"];
    common.iter().chain(flags).copied().collect()
}

#[tokio::test]
async fn cookies_are_for_this_host_over_https_and_for_no_script_and_no_other_site() {
    let program = Program::start();
    let mut browser = Browser::default();
    let nonce = browser.get(&program, "/nonce").await;
    let (name, found) = only_cookie(&nonce.headers);
    assert!(name.starts_with(LOGIN), "{name}");
    assert_eq!(found, flags(&["Secure", "Max-Age=300"]));
    let login = browser.log_in(&program).await;
    let expected = (SESSION, flags(&["Secure", "Max-Age=3600"]));
    assert_eq!(only_cookie(&login.headers), expected);
}

#[tokio::test]
async fn the_session_s_cookie_is_removed_with_the_flags_that_its_name_asks_for() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let logout = browser.log_out(&program).await;
    let (name, found) = only_cookie(&logout.headers);
    assert_eq!(name, SESSION);
    let expected = flags(&["Secure", "Max-Age=0"]);
    assert!(found.is_superset(&expected), "{found:?}");
}

#[tokio::test]
async fn a_session_that_is_gone_takes_its_cookie_along_with_those_flags() {
    for (options, name, more) in [
        (&[][..], SESSION, &["Secure", "Max-Age=0"][..]),
        (&["--insecure-cookies"], "session", &["Max-Age=0"]),
    ] {
        let program = Program::start_with(options);
        // From before a restart, or with an id that has a wrong form.
        for id in ["AAAAAAAAAAAAAAAAAAAAAA", "no id", ""] {
            let mut browser = Browser::with(name, id);
            let account = browser.get(&program, "/account").await;
            let (removed, found) = only_cookie(&account.headers);
            assert_eq!(removed, name);
            assert!(found.is_superset(&flags(more)), "{found:?}");
            assert_eq!(found.contains("Secure"), name == SESSION);
            assert!(browser.cookies.is_empty());
        }
    }
}

/// Sends the cookies unchanged. Expects a refusal that neither sets nor removes any of them.
async fn assert_ambiguous(program: &Program, cookies: &[&str]) {
    for (method, path) in [
        (Method::GET, "/nonce"),
        (Method::POST, "/login"),
        (Method::GET, "/account"),
        (Method::POST, "/logout"),
    ] {
        let mut browser = Browser::default();
        let url = format!("{}{path}", program.url);
        let mut request = browser.request(method, &url).body("{}");
        request = request.header("content-type", "application/json");
        for cookie in cookies {
            request = request.header("cookie", *cookie);
        }
        let answer = browser.send(request).await;
        answer.assert_refused(400, "the session's cookie came twice");
        assert!(
            !answer.headers.contains_key("set-cookie"),
            "{path} {cookies:?}"
        );
    }
}

#[tokio::test]
async fn of_two_sessions_none_counts() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let good = format!("{SESSION}={}", browser.cookies[SESSION]);
    let other = format!("{SESSION}=AAAAAAAAAAAAAAAAAAAAAA");
    for cookies in [
        &[&*format!("{other}; {good}")][..],
        &[&*format!("{good}; a=b;{other}")],
        &[&*format!("{good}; {good}")],
        &[&*good, &*other],
    ] {
        assert_ambiguous(&program, cookies).await;
    }
    assert!(browser.is_logged_in(&program).await);
}

/// Browsers let a subdomain set them: none begins with `__Host-`.
const PLANTED: [&str; 4] = [
    "__Host%2Dsession",
    "__Host%2dsession",
    "%5F_Host-session",
    "\u{a0}__Host-session",
];

#[tokio::test]
async fn a_session_s_name_that_is_ours_only_when_it_is_decoded_is_none() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    for name in PLANTED {
        let mut planted = Browser::with(name, &browser.cookies[SESSION]);
        assert!(!planted.is_logged_in(&program).await, "{name}");
        assert_eq!(planted.log_out(&program).await.status, 401, "{name}");
    }
    assert!(browser.is_logged_in(&program).await);
}

#[tokio::test]
async fn what_a_subdomain_plants_disturbs_no_login_and_no_session() {
    let program = Program::start();
    for name in PLANTED
        .into_iter()
        .chain(["__Host-session2", "a%2Db", "%zz"])
    {
        for value in ["AAAAAAAAAAAAAAAAAAAAAA", "%zz"] {
            // Before the session's own, and after it.
            let mut browser = Browser::with(name, value);
            browser
                .cookies
                .insert(format!("~=;{name}"), value.to_owned());
            assert_eq!(browser.log_in(&program).await.status, 200, "{name}");
            assert!(browser.is_logged_in(&program).await, "{name}");
            assert_eq!(browser.log_out(&program).await.status, 204, "{name}");
        }
    }
}

#[tokio::test]
async fn a_cookie_that_is_not_utf_8_hides_no_session() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let own = format!("{SESSION}={}", browser.cookies[SESSION]);
    for cookies in [
        [b"a=\xff; ", own.as_bytes()].concat(),
        [own.as_bytes(), b";\xff"].concat(),
    ] {
        let url = format!("{}/account", program.url);
        let request = Browser::default().request(Method::GET, &url);
        let answer = browser.send(request.header("cookie", &cookies[..])).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_nonce_s_cookie_that_comes_twice_or_by_another_name_is_missing() {
    let program = Program::start();
    let mut browser = Browser::default();
    let token = browser.token(&program).await;
    let name = browser.login_cookies().remove(0);
    let value = browser.cookies[&name].clone();
    for cookies in [
        format!("{name}={value}; {name}=AAAAAAAAAAAAAAAAAAAAAA"),
        format!("{name}={value}; {name}={value}"),
        format!("{}={value}", name.replace("Host-", "Host%2D")),
        format!("{}={value}", name.to_uppercase()),
    ] {
        let mut browser = Browser::default();
        let request = browser.log_in_request(&program, &token);
        let answer = browser.send(request.header("cookie", &cookies)).await;
        answer.assert_refused(401, "cookie or header, is missing");
    }
    assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
}

#[tokio::test]
async fn only_secure_can_be_left_out() {
    let program = Program::start_with(&["--insecure-cookies"]);
    let mut browser = Browser::default();
    let nonce = browser.get(&program, "/nonce").await;
    let (name, found) = only_cookie(&nonce.headers);
    assert!(name.starts_with("login-"), "{name}");
    assert_eq!(found, flags(&["Max-Age=300"]));
    let login = browser.log_in(&program).await;
    let expected = ("session", flags(&["Max-Age=3600"]));
    assert_eq!(only_cookie(&login.headers), expected);
    assert!(browser.is_logged_in(&program).await);
}

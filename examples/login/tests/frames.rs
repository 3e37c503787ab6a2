//! The page in a frame on another site.

use std::collections::BTreeSet;

use reqwest::{Client, Method, StatusCode};
use serde_json::json;

use crate::{
    browser::{Browser, LOGIN, SESSION},
    cookies::only_cookie,
    program::Program,
};

const FRAMED_SESSION: &str = "__Host-framed-session";

const FRAMED: [&str; 2] = ["--framed-by", "https://discord.com,https://*.itch.zone"];

#[track_caller]
fn assert_flags(found: &BTreeSet<&str>, lifetime: &str) {
    let expected = [
        "HttpOnly",
        "SameSite=None",
        "Secure",
        "Partitioned",
        "Path=/",
        lifetime,
    ];
    assert!(found.is_superset(&expected.into()), "{found:?}");
    assert!(!found.contains("SameSite=Strict"), "{found:?}");
}

#[tokio::test]
async fn cookies_are_for_frames_too_and_for_each_site_around_them_apart() {
    let program = Program::start_with(&FRAMED);
    let mut browser = Browser::default();
    let nonce = browser.get(&program, "/nonce").await;
    let (name, flags) = only_cookie(&nonce.headers);
    assert!(name.starts_with(LOGIN), "{name}");
    assert_flags(&flags, "Max-Age=300");
    let login = browser.log_in(&program).await;
    let (name, flags) = only_cookie(&login.headers);
    assert_eq!(name, FRAMED_SESSION);
    assert_flags(&flags, "Max-Age=3600");
    let logout = browser.log_out(&program).await;
    let (name, flags) = only_cookie(&logout.headers);
    assert_eq!(name, FRAMED_SESSION);
    assert_flags(&flags, "Max-Age=0");
    assert!(!browser.is_logged_in(&program).await);
}

/// Browsers store a partitioned cookie beside an unpartitioned one. If both had the same name, neither would count.
#[tokio::test]
async fn a_session_of_a_server_with_other_cookies_stands_in_no_login_s_way() {
    for (options, old) in [(&FRAMED[..], SESSION), (&[], FRAMED_SESSION)] {
        let program = Program::start_with(options);
        let mut browser = Browser::with(old, "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(browser.log_in(&program).await.status, 200);
        assert!(browser.is_logged_in(&program).await);
        assert_eq!(browser.cookies[old], "AAAAAAAAAAAAAAAAAAAAAA");
    }
}

#[tokio::test]
async fn the_page_names_who_may_show_it() {
    for (options, ancestors) in [
        (&[][..], "frame-ancestors 'none';"),
        (
            &FRAMED,
            "frame-ancestors https://discord.com https://*.itch.zone;",
        ),
    ] {
        let program = Program::start_with(options);
        let page = Client::new().get(&program.url).send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains(ancestors), "{policy}");
    }
}

/// The browser sends the cookies of the partition in what that page has it send.
#[tokio::test]
async fn the_page_around_the_frame_can_do_nothing_in_the_player_s_name() {
    let program = Program::start_with(&FRAMED);
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let token = browser.token(&program).await;
    let body = json!({"sequenceToken": token});
    for (name, value) in [
        ("origin", "https://discord.com"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let nonce = browser.request(Method::GET, &format!("{}/nonce", program.url));
        let log_in = browser.post(&program, "/login", &body);
        let log_out = browser.post(&program, "/logout", &json!({}));
        for request in [nonce, log_in, log_out] {
            let answer = browser.send(request.header(name, value)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        }
    }
    assert!(browser.is_logged_in(&program).await);
    assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
}

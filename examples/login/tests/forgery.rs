//! Requests that another site has a browser send.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{browser::Browser, program::Program};

const FOREIGN: [(&str, &str); 5] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://attacker.test"),
    ("origin", "null"),
    ("origin", "http://127.0.0.1:1"),
];

#[tokio::test]
async fn a_login_from_another_origin_is_refused_and_uses_nothing_up() {
    let program = Program::start();
    let mut browser = Browser::default();
    let token = browser.token(&program).await;
    let login = json!({"sequenceToken": token});
    for (name, value) in FOREIGN {
        let request = browser.post(&program, "/login", &login).header(name, value);
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let own = browser
        .post(&program, "/login", &login)
        .header("sec-fetch-site", "same-origin")
        .header("origin", &program.url);
    assert_eq!(browser.send(own).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_logout_from_another_origin_is_refused() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    for (name, value) in FOREIGN {
        let request = browser.post(&program, "/logout", &json!({}));
        let answer = browser.send(request.header(name, value)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(browser.is_logged_in(&program).await);
}

/// An answer would set a cookie, and the ninth ends a login that has begun.
#[tokio::test]
async fn another_origin_cannot_have_a_browser_ask_for_a_nonce() {
    let program = Program::start();
    let url = format!("{}/nonce", program.url);
    let mut browser = Browser::default();
    for (name, value) in FOREIGN {
        let request = browser.request(Method::GET, &url).header(name, value);
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        let sets_cookie = answer.headers.contains_key("set-cookie");
        assert!(!sets_cookie, "{name}: {value}");
    }
}

#[tokio::test]
async fn its_own_origin_and_an_address_typed_in_get_a_nonce_and_end_no_login() {
    let program = Program::start();
    let url = format!("{}/nonce", program.url);
    let mut browser = Browser::default();
    let token = browser.token(&program).await;
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "none"),
        ("origin", &*program.url),
    ] {
        let request = browser.request(Method::GET, &url).header(name, value);
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {value}");
    }
    assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
}

/// The content types that a form can send, or a script without a preflight.
const OF_FORMS: [Option<&str>; 4] = [
    None,
    Some("text/plain"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=application/json"),
];

#[tokio::test]
async fn what_a_form_can_send_changes_nothing_even_from_a_browser_that_tells_no_origin() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let token = browser.token(&program).await;
    let body = json!({"sequenceToken": token}).to_string();
    for path in ["/login", "/logout"] {
        for content_type in OF_FORMS {
            let url = format!("{}{path}", program.url);
            let mut request = browser.request(Method::POST, &url).body(body.clone());
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let answer = browser.send(request).await;
            let expected = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            assert_eq!(answer.status, expected, "{path} {content_type:?}");
        }
    }
    assert!(browser.is_logged_in(&program).await);
    assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
}

#[tokio::test]
async fn changes_are_posted_and_nothing_else_allows_another_origin_to_read() {
    let program = Program::start();
    let mut browser = Browser::default();
    for path in ["/login", "/logout"] {
        let answer = browser.get(&program, path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["/nonce", "/account", "/login"] {
        let url = format!("{}{path}", program.url);
        let preflight = browser
            .request(Method::OPTIONS, &url)
            .header("origin", "https://attacker.test")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let answer = browser.send(preflight).await;
        let allowed = answer.headers.get("access-control-allow-origin");
        assert_eq!(allowed, None, "{path}");
    }
}

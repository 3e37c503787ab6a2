//! Several logins in one browser, which leave each other alone.

use reqwest::Method;

use crate::{
    browser::{Browser, answer},
    program::Program,
};

#[tokio::test]
async fn each_tab_logs_in_with_the_nonce_that_it_got() {
    let program = Program::start();
    let mut browser = Browser::default();
    let first = browser.token(&program).await;
    let second = browser.token(&program).await;
    for token in [first, second] {
        assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
    }
}

#[tokio::test]
async fn a_tab_that_is_reloaded_logs_in_with_the_nonce_that_it_got_then() {
    let program = Program::start();
    let mut browser = Browser::default();
    let before = browser.get(&program, "/nonce").await.body["nonce"].clone();
    assert_eq!(browser.log_in(&program).await.status, 200);
    // Had the answer only come late, it is still good.
    let token = browser.token_with(&program, &before).await;
    assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
}

#[tokio::test]
async fn two_first_requests_at_once_are_both_good_for_a_login() {
    let program = Program::start();
    let mut browser = Browser::default();
    let url = format!("{}/nonce", program.url);
    let ask = || async { browser.request(Method::GET, &url).send().await.unwrap() };
    let (first, second) = tokio::join!(ask(), ask());
    let answers = [answer(first).await, answer(second).await];
    for answer in &answers {
        browser.keep_cookies(answer);
    }
    for answer in answers {
        let token = browser.token_with(&program, &answer.body["nonce"]).await;
        assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
    }
}

#[tokio::test]
async fn a_login_leaves_those_of_other_tabs_as_they_are() {
    let program = Program::start();
    let mut browser = Browser::default();
    let slow = browser.token(&program).await;
    for _ in 0..7 {
        assert_eq!(browser.log_in(&program).await.status, 200);
    }
    assert_eq!(browser.log_in_with(&program, &slow).await.status, 200);
}

#[tokio::test]
async fn the_ninth_tab_ends_the_login_of_the_first() {
    let program = Program::start();
    let mut browser = Browser::default();
    let mut tokens = Vec::new();
    for _ in 0..9 {
        tokens.push(browser.token(&program).await);
    }
    assert_eq!(browser.login_cookies().len(), 8);
    let first = browser.log_in_with(&program, &tokens[0]).await;
    first.assert_refused(401, "cookie or header, is missing");
    for token in &tokens[1..] {
        assert_eq!(browser.log_in_with(&program, token).await.status, 200);
    }
}

//! The session that a login starts.

use serde_json::json;

use crate::{
    browser::{Browser, SESSION},
    program::Program,
};

fn with_session(id: &str) -> Browser {
    Browser::with(SESSION, id)
}

#[tokio::test]
async fn a_login_ends_the_old_session_and_starts_one_with_another_id() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let old = browser.cookies[SESSION].clone();
    assert_eq!(browser.log_in(&program).await.status, 200);
    assert_ne!(browser.cookies[SESSION], old);
    assert!(browser.is_logged_in(&program).await);
    assert!(!with_session(&old).is_logged_in(&program).await);
}

#[tokio::test]
async fn an_id_that_an_attacker_chose_is_not_taken_over() {
    let program = Program::start();
    let chosen = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut browser = with_session(chosen);
    assert_eq!(browser.log_in(&program).await.status, 200);
    assert_ne!(browser.cookies[SESSION], chosen);
    assert!(!with_session(chosen).is_logged_in(&program).await);
}

#[tokio::test]
async fn after_the_logout_the_session_is_gone_for_whoever_kept_its_id() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let mut copy = with_session(&browser.cookies[SESSION]);
    assert!(copy.is_logged_in(&program).await);
    assert_eq!(browser.log_out(&program).await.status, 204);
    assert!(!browser.cookies.contains_key(SESSION));
    assert!(!copy.is_logged_in(&program).await);
    assert_eq!(copy.log_out(&program).await.status, 401);
}

#[tokio::test]
async fn without_a_session_there_is_no_account_and_no_logout() {
    let program = Program::start();
    for mut browser in [Browser::default(), with_session("no id"), with_session("")] {
        let account = browser.get(&program, "/account").await;
        account.assert_refused(401, "there is no session");
        assert_eq!(account.body["error"], "not_logged_in");
        browser
            .log_out(&program)
            .await
            .assert_refused(401, "there is no session");
    }
}

#[tokio::test]
async fn a_refused_login_leaves_the_session_as_it_was() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.log_in(&program).await;
    let id = browser.cookies[SESSION].clone();
    let refused = browser.post(&program, "/login", &json!({"sequenceToken": "x.y.z"}));
    assert_eq!(browser.send(refused).await.status, 401);
    assert_eq!(browser.cookies[SESSION], id);
    assert!(browser.is_logged_in(&program).await);
}

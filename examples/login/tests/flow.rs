//! From the nonce to the account, and the requests that do not get there.

use serde_json::{Value, json};

use crate::{
    browser::{Browser, EMAIL, SESSION},
    program::Program,
};

#[tokio::test]
async fn a_player_logs_in_sees_the_account_and_logs_out() {
    let program = Program::start();
    let mut browser = Browser::default();
    assert!(!browser.is_logged_in(&program).await);
    let answer = browser.log_in(&program).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["email"], EMAIL);
    assert!(
        answer.body["issuer"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    assert!(answer.body["wallet"].as_str().unwrap().starts_with("0x"));
    let account = browser.get(&program, "/account").await;
    assert_eq!(account.status, 200);
    assert_eq!(account.body, answer.body);
    assert_eq!(browser.log_out(&program).await.status, 204);
    assert!(!browser.is_logged_in(&program).await);
}

#[tokio::test]
async fn no_answer_is_kept_by_a_cache() {
    let program = Program::start();
    let mut browser = Browser::default();
    for path in ["/nonce", "/account", "/", "/nowhere"] {
        let answer = browser.get(&program, path).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
    let login = browser.log_in(&program).await;
    assert_eq!(login.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_token_passes_once() {
    let program = Program::start();
    let mut browser = Browser::default();
    let token = browser.token(&program).await;
    assert_eq!(browser.log_in_with(&program, &token).await.status, 200);
    let mut thief = Browser::with_nonces_of(&browser);
    for browser in [&mut browser, &mut thief] {
        let again = browser.log_in_with(&program, &token).await;
        again.assert_refused(401, "used before");
    }
    assert!(!thief.is_logged_in(&program).await);
}

#[tokio::test]
async fn another_browser_cannot_use_a_token_and_does_not_use_it_up() {
    let program = Program::start();
    let mut attacker = Browser::default();
    let token = attacker.token(&program).await;
    let mut victim = Browser::default();
    let without_nonce = victim.log_in_with(&program, &token).await;
    without_nonce.assert_refused(401, "cookie or header, is missing");
    victim.get(&program, "/nonce").await;
    let with_another = victim.log_in_with(&program, &token).await;
    with_another.assert_refused(401, "cookie or header, is missing");
    let name = attacker.login_cookies().remove(0);
    let own = victim.login_cookies().remove(0);
    let value = victim.cookies[&own].clone();
    let mut renamed = Browser::with(&name, &value);
    let with_own_value = renamed.log_in_with(&program, &token).await;
    with_own_value.assert_refused(401, "another browser");
    assert!(!victim.cookies.contains_key(SESSION));
    assert_eq!(attacker.log_in_with(&program, &token).await.status, 200);
}

#[tokio::test]
async fn a_token_without_a_nonce_of_this_server_is_refused() {
    let program = Program::start();
    let mut browser = Browser::default();
    browser.get(&program, "/nonce").await;
    for nonce in [Value::Null, json!("made up")] {
        let token = browser.token_with(&program, &nonce).await;
        let answer = browser.log_in_with(&program, &token).await;
        answer.assert_refused(401, "nonce");
    }
    let nobody = browser.post(&program, "/login", &json!({}));
    assert_eq!(browser.send(nobody).await.body["error"], "missing_token");
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    let mut program = Program::start_with(&[]);
    let mut browser = Browser::default();
    let token = browser.token(&program).await;
    let login = browser.log_in_with(&program, &token).await;
    browser.log_in_with(&program, &token).await;
    let log = program.log();
    assert!(log.contains("the first keys are loaded"), "{log}");
    let wallet = login.body["wallet"].as_str().unwrap();
    let secrets = browser.cookies.values().map(String::as_str);
    for secret in secrets.chain([&*token, EMAIL, wallet]) {
        assert!(!log.contains(secret), "{log}");
    }
}

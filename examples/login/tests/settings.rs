//! What can be set, and set wrong.

use std::process::Output;

use crate::{
    browser::Browser,
    program::{Program, command},
    server::free_address,
};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Runs the program with settings that it cannot start with.
fn failure(options: &[&str], key: &str) -> String {
    let Output { status, stderr, .. } = command(options).env("NONCE_KEY", key).output().unwrap();
    assert_eq!(status.code(), Some(1));
    String::from_utf8(stderr).unwrap()
}

#[test]
fn a_key_that_is_none_is_an_error_that_does_not_quote_it() {
    let demo = ["--demo-listen", "127.0.0.1:0"];
    for (key, problem) in [
        ("", "0 bytes are fewer than 32"),
        ("c2VjcmV0", "6 bytes are fewer than 32"),
        ("secret", "it is not base64"),
    ] {
        let told = failure(&demo, key);
        assert!(told.contains(problem), "{told}");
        assert!(key.is_empty() || !told.contains(key), "{told}");
    }
}

#[test]
fn a_redis_that_is_none_is_an_error_that_does_not_tell_the_password() {
    let url = "http://user:hunter2@127.0.0.1";
    let told = failure(&["--demo-listen", "127.0.0.1:0", "--redis", url], KEY);
    assert!(told.contains("error: url: "), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_page_around_the_frame_is_named_by_its_origin() {
    for origin in [
        "",
        "https://",
        "https://*",
        "https://*.",
        "https://*:443",
        "https://a*.example",
        "https://:::",
        "discord.com",
        "ftp://discord.com",
        "https://discord.com/",
        "https://discord.com; script-src *",
        "https://discord.com https://attacker.test",
        "https://discord.com,*",
    ] {
        let Output { status, stderr, .. } = command(&["--framed-by", origin]).output().unwrap();
        assert_eq!(status.code(), Some(2), "{origin}");
        let told = String::from_utf8(stderr).unwrap();
        assert!(told.contains("it is not an origin"), "{told}");
    }
}

#[test]
fn cookies_in_frames_are_secure() {
    let options = ["--framed-by", "https://discord.com", "--insecure-cookies"];
    let Output { status, stderr, .. } = command(&options).output().unwrap();
    assert_eq!(status.code(), Some(2));
    let told = String::from_utf8(stderr).unwrap();
    assert!(told.contains("cannot be used with"), "{told}");
}

#[tokio::test]
async fn without_a_key_it_says_that_it_is_alone() {
    let mut program = Program::start();
    assert!(program.log().contains("NONCE_KEY is not set"));
}

#[tokio::test]
async fn the_nonces_of_an_instance_with_another_key_are_refused() {
    let (program, other) = (Program::start(), Program::start());
    let mut browser = Browser::default();
    let nonce = browser.get(&other, "/nonce").await.body;
    let token = browser.token_with(&program, &nonce["nonce"]).await;
    let answer = browser.log_in_with(&program, &token).await;
    answer.assert_refused(401, "nonce");
}

/// Two processes, each with its own store for the same nonce.
#[tokio::test]
async fn instances_without_redis_refuse_each_others_nonces_and_say_what_to_set() {
    let mut one = Program::alone(KEY, None);
    let mut other = Program::alone(KEY, Some(&one.issuer));
    let mut browser = Browser::default();
    let token = browser.token(&one).await;
    let refused = browser.log_in_with(&other, &token).await;
    refused.assert_refused(401, "issued by another instance");
    assert_eq!(browser.log_in_with(&one, &token).await.status, 200);
    let replayed = browser.log_in_with(&one, &token).await;
    replayed.assert_refused(401, "used before");
    let refused = browser.log_in_with(&other, &token).await;
    refused.assert_refused(401, "issued by another instance");
    assert_eq!(other.log().matches("NoncesBuilder::store").count(), 1);
    assert!(!one.log().contains("NoncesBuilder::store"));
}

#[tokio::test]
async fn without_its_redis_it_runs_and_lets_nobody_log_in() {
    let redis = format!("redis://:hunter2@{}", free_address());
    let mut program = Program::instance(KEY, &redis, None);
    let mut browser = Browser::default();
    let answer = browser.log_in(&program).await;
    assert_eq!(answer.status, 503);
    assert!(answer.headers.contains_key("retry-after"));
    assert!(!browser.is_logged_in(&program).await);
    let log = program.log();
    assert!(log.contains("logins are answered with 503"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

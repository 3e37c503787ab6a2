//! The page's files. What a browser makes of them is for `tests/e2e/browser`.

use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::program::Program;

const FILES: [(&str, &str); 5] = [
    ("/", "text/html; charset=utf-8"),
    ("/page/page.js", "text/javascript; charset=utf-8"),
    ("/page/calls.js", "text/javascript; charset=utf-8"),
    ("/page/page.css", "text/css; charset=utf-8"),
    ("/page/icon.svg", "image/svg+xml"),
];

const DIRECTIVES: [&str; 5] = [
    "default-src 'none';",
    "script-src 'self';",
    "style-src 'self';",
    "frame-ancestors 'none';",
    "require-trusted-types-for 'script';",
];

fn policy(response: &Response) -> &str {
    let policy = &response.headers()["content-security-policy"];
    policy.to_str().unwrap()
}

async fn config(client: &Client, program: &Program) -> Value {
    let response = client.get(format!("{}/config.json", program.url)).send();
    serde_json::from_slice(&response.await.unwrap().bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_page_runs_its_own_files_only_and_talks_to_this_server_and_the_demo_issuer() {
    let program = Program::start();
    let client = Client::new();
    for (path, content_type) in FILES {
        let url = format!("{}{path}", program.url);
        let file = client.get(url).send().await.unwrap();
        assert_eq!(file.status(), 200, "{path}");
        assert_eq!(file.headers()["content-type"], content_type, "{path}");
        assert_eq!(file.headers()["x-content-type-options"], "nosniff");
        assert_eq!(file.headers()["referrer-policy"], "no-referrer");
        let policy = policy(&file);
        let connect = format!("connect-src 'self' {};", program.issuer);
        for directive in DIRECTIVES.into_iter().chain([&*connect]) {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
    }
    let expected = json!({"issuer": program.issuer, "demo": true});
    assert_eq!(config(&client, &program).await, expected);
}

#[tokio::test]
async fn the_page_does_not_talk_to_an_issuer_that_is_not_the_server_s_own() {
    let demo = Program::start();
    let program = Program::trusting(&demo.issuer);
    let client = Client::new();
    let page = client.get(&program.url).send().await.unwrap();
    assert!(policy(&page).contains("connect-src 'self' ;"), "{page:?}");
    let expected = json!({"issuer": demo.issuer, "demo": false});
    assert_eq!(config(&client, &program).await, expected);
}

//! The page's files. What a browser makes of them is for `tests/browser`.

use reqwest::Client;
use serde_json::{Value, json};

use crate::program::Program;

const FILES: [(&str, &str); 5] = [
    ("/", "text/html; charset=utf-8"),
    ("/page/page.js", "text/javascript; charset=utf-8"),
    ("/page/calls.js", "text/javascript; charset=utf-8"),
    ("/page/page.css", "text/css; charset=utf-8"),
    ("/page/icon.svg", "image/svg+xml"),
];

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
        let policy = file.headers()["content-security-policy"].to_str().unwrap();
        let connect = format!("connect-src 'self' {};", program.issuer);
        for directive in [
            "default-src 'none';",
            "script-src 'self';",
            "style-src 'self';",
            "frame-ancestors 'none';",
            "require-trusted-types-for 'script';",
            &connect,
        ] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
    }
    let config = client.get(format!("{}/config.json", program.url));
    let config = config.send().await.unwrap().bytes().await.unwrap();
    let config: Value = serde_json::from_slice(&config).unwrap();
    assert_eq!(config, json!({"issuer": program.issuer, "demo": true}));
}

//! The page: its routes, not what a browser makes of them.

use axum::body::to_bytes;
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::server::page::{self, PageConfig, Party};

const CHECKED_HEADERS: [&str; 4] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
];

fn config() -> PageConfig {
    PageConfig {
        embedded_wallet: Some(Party::new(7, "https://issuer.test/a/path")),
        oms_wallet: Some(Party::new("prj_7".to_owned(), "https://oms.test")),
        access_key: Some("public-key".to_owned()),
        demo: false,
        refetch_cooldown: 30,
    }
}

async fn call(config: &PageConfig, request: Request<String>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = page::router(config).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, body.to_vec())
}

async fn get(config: &PageConfig, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    call(config, Request::get(path).body(String::new()).unwrap()).await
}

/// Returns the sources that the policy allows for one kind of thing.
async fn sources(config: &PageConfig, directive: &str) -> String {
    let (_, headers, _) = get(config, "/").await;
    let policy = headers["content-security-policy"].to_str().unwrap();
    let mut directives = policy.split(';').map(str::trim);
    let found = directives.find_map(|found| found.strip_prefix(directive));
    found
        .unwrap_or_else(|| panic!("{directive}: {policy}"))
        .trim()
        .to_owned()
}

#[tokio::test]
async fn every_file_of_the_page_is_served_as_what_it_is() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let file = entry.file_name().into_string().unwrap();
        let path = match file.as_str() {
            "index.html" => "/".to_owned(),
            other => format!("/page/{other}"),
        };
        let (status, headers, body) = get(&config(), &path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(body, std::fs::read(entry.path()).unwrap(), "{path}");
        let (_, extension) = file.rsplit_once('.').unwrap();
        let content_type = match extension {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "txt" => "text/plain; charset=utf-8",
            other => panic!("{other}"),
        };
        assert_eq!(headers["content-type"], content_type, "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for path in ["/", "/page/page.js", "/page/icon.svg", "/config.json"] {
        let (_, headers, _) = get(&config(), path).await;
        for name in CHECKED_HEADERS {
            assert!(headers.contains_key(name), "{path}: {name}");
        }
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
    }
}

#[tokio::test]
async fn only_the_page_s_own_files_are_run_and_nothing_else_is_loaded() {
    for (directive, allowed) in [
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("style-src", "'self'"),
        ("img-src", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
        ("require-trusted-types-for", "'script'"),
    ] {
        assert_eq!(sources(&config(), directive).await, allowed, "{directive}");
    }
}

#[tokio::test]
async fn the_page_may_talk_to_the_issuer_only_to_sign_in() {
    assert_eq!(
        sources(&config(), "connect-src").await,
        "'self' https://issuer.test"
    );
    let without_key = PageConfig {
        access_key: None,
        ..config()
    };
    let oms_alone = PageConfig {
        embedded_wallet: None,
        ..config()
    };
    for config in [without_key, oms_alone] {
        assert_eq!(sources(&config, "connect-src").await, "'self'");
    }
}

#[tokio::test]
async fn a_browser_fetches_a_file_again_only_when_it_has_changed() {
    let (_, headers, _) = get(&config(), "/page/page.css").await;
    assert_eq!(headers["cache-control"], "no-cache");
    let tag = headers["etag"].to_str().unwrap();
    for (known, expected) in [
        (tag, StatusCode::NOT_MODIFIED),
        ("\"another\"", StatusCode::OK),
    ] {
        let request = Request::get("/page/page.css").header("if-none-match", known);
        let (status, headers, body) = call(&config(), request.body(String::new()).unwrap()).await;
        assert_eq!(status, expected);
        assert_eq!(body.is_empty(), status == StatusCode::NOT_MODIFIED);
        assert_eq!(headers["etag"], tag);
    }
    let (_, other, _) = get(&config(), "/page/page.js").await;
    assert_ne!(other["etag"], tag);
}

#[tokio::test]
async fn the_configuration_tells_what_a_front_end_knows_and_no_more() {
    let (status, headers, body) = get(&config(), "/config.json").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({
            "embeddedWallet": {"projectId": 7, "issuer": "https://issuer.test/a/path"},
            "omsWallet": {"projectId": "prj_7", "issuer": "https://oms.test"},
            "accessKey": "public-key",
            "demo": false,
            "refetchCooldown": 30,
        })
    );
}

#[tokio::test]
async fn what_is_not_of_the_page_is_not_found() {
    for path in ["/page", "/page/", "/page/../page.rs", "/page/index.html"] {
        assert_eq!(
            get(&config(), path).await.0,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let post = Request::post("/").body(String::new()).unwrap();
    assert_eq!(
        call(&config(), post).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

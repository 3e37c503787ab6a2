//! What a browser meets: the issuer's own page, its documents, and its CORS headers.

use axum::body::to_bytes;
use http::{Method, Request, StatusCode};
use serde_json::json;
use test_support::ISSUER;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tower::ServiceExt;

use super::{call, get, router};

#[tokio::test]
async fn it_publishes_its_keys_and_where_they_are() {
    let (_, jwks) = call(router(), get("/.well-known/jwks.json")).await;
    assert_eq!(jwks["keys"][0]["kid"], ISSUER.key_id());
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 1);
    for (path, algorithm) in [("", "RS256"), ("/oms", "ES256")] {
        let issuer = format!("{}{path}", ISSUER.url());
        let documented = format!("{path}/.well-known/openid-configuration");
        let (_, configuration) = call(router(), get(&documented)).await;
        assert_eq!(configuration["issuer"], issuer);
        let jwks_uri = format!("{issuer}/.well-known/jwks.json");
        assert_eq!(configuration["jwks_uri"], jwks_uri);
        let algorithms = &configuration["id_token_signing_alg_values_supported"];
        assert_eq!(*algorithms, json!([algorithm]));
    }
}

#[tokio::test]
async fn its_page_says_that_it_is_not_for_production() {
    let response = router().oneshot(get("/")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    let policy = response.headers()["content-security-policy"].to_str();
    assert!(policy.unwrap().starts_with("default-src 'none'"));
    let page = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("NOT FOR PRODUCTION"));
    for mode in ["none", "unavailable", "hang", "garbage", "empty"] {
        assert!(page.contains(&format!("<code>{mode}</code>")), "{mode}");
    }
}

#[tokio::test]
async fn any_page_may_call_it() {
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/rpc/WaasAuthenticator/SendIntent")
        .header("origin", "http://127.0.0.1:3000")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-access-key",
        );
    let preflight = preflight.body(String::new()).unwrap();
    let response = router().oneshot(preflight).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    for name in ["origin", "methods", "headers"] {
        let name = format!("access-control-allow-{name}");
        assert_eq!(response.headers()[&name], "*", "{name}");
    }
    let oms = "/oms/.well-known/jwks.json";
    for path in ["/status", "/.well-known/jwks.json", oms, "/nowhere"] {
        let response = router().oneshot(get(path)).await.unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn a_page_can_read_its_clock() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await;
    let (running, ends) = watch::channel(());
    let server = tokio::spawn(serving::serve(listener, router(), ends));
    let mut client = client.unwrap();
    let request = "GET /status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"));
    assert!(answer.contains("\r\ndate: "));
    assert!(answer.contains("\r\naccess-control-expose-headers: date\r\n"));
    drop(running);
    server.await.unwrap();
}

#[tokio::test]
async fn nothing_it_says_is_to_be_cached() {
    let oms = ["/oms/.well-known/jwks.json", "/oms/demo/state"];
    let paths = ["/", "/.well-known/jwks.json", "/demo/state", "/nowhere"];
    for path in paths.into_iter().chain(oms) {
        let response = router().oneshot(get(path)).await.unwrap();
        let caching = response.headers()["cache-control"].to_str().unwrap();
        assert!(caching.contains("no-store"), "{path}");
    }
}

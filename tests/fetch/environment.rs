//! What the process's environment does to the fetching of keys.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::Duration,
};

use sequence_auth::{
    ClientBuilder, FetchError, FetchErrorKind, SequenceAuthLayer, testing::LocalIssuer,
};
use test_support::{PROJECT, child};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn failure(layer: &SequenceAuthLayer) -> FetchError {
    let fails = async {
        loop {
            if let Some(error) = layer.health().last_error() {
                return error.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let fails = tokio::time::timeout(Duration::from_secs(60), fails).await;
    fails.expect("the fetch fails")
}

#[test]
fn loopback_is_never_reached_through_a_proxy() {
    let nobody = "http://127.0.0.1:9";
    child::run(
        "environment::keys_are_fetched_from_loopback",
        &[
            ("HTTP_PROXY", &nobody),
            ("http_proxy", &nobody),
            ("ALL_PROXY", &nobody),
            ("NO_PROXY", &""),
        ],
    );
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn keys_are_fetched_from_loopback() {
    let issuer = LocalIssuer::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let jwks = issuer.jwks();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        let length = jwks.len();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{jwks}");
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let layer = SequenceAuthLayer::builder(PROJECT)
        .jwks_url(url)
        // This client reads the certificates of the system when it is built.
        .http_client(|| ClientBuilder::new().tls_backend_rustls())
        .build();
    layer.unwrap().ready().await.unwrap();
}

#[test]
fn no_authorities_are_needed_for_plain_http_on_loopback() {
    let nowhere = "/nonexistent";
    for test in [
        "environment::keys_are_fetched_from_loopback",
        "environment::no_https_client_can_be_built",
    ] {
        child::run(
            test,
            &[("SSL_CERT_FILE", &nowhere), ("SSL_CERT_DIR", &nowhere)],
        );
    }
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn no_https_client_can_be_built() {
    let layer = SequenceAuthLayer::builder(PROJECT)
        .jwks_url("https://127.0.0.1:9/")
        .http_client(|| ClientBuilder::new().tls_backend_rustls())
        .build()
        .unwrap();
    let error = failure(&layer).await;
    assert_eq!(error.kind(), FetchErrorKind::Client);
}

#[test]
fn another_host_is_reached_through_the_environments_proxy() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let asked_for = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        stream
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    child::run(
        "environment::an_outage_is_seen_in_health",
        &[("HTTPS_PROXY", &address), ("NO_PROXY", &"")],
    );
    let asked_for = asked_for.join().unwrap();
    assert!(
        asked_for.starts_with("CONNECT issuer.invalid:443 "),
        "{asked_for}"
    );
}

#[tokio::test]
#[ignore = "is run by the test above, in a process of its own"]
async fn an_outage_is_seen_in_health() {
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer("https://issuer.invalid")
        .build()
        .unwrap();
    let error = failure(&layer).await;
    assert_eq!(error.kind(), FetchErrorKind::Transport);
}

//! The URL of OMS Wallet's keys: below the issuer's URL by default.

use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use test_support::{
    bearer,
    http_endpoint::{Endpoint, ok},
    send,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

const PROJECT: &str = "prj_01hx";

/// Answers one request with a document, and returns its first line.
fn serve(listener: TcpListener, document: String) -> JoinHandle<String> {
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        stream.write_all(ok(&document).as_bytes()).await.unwrap();
        let request = String::from_utf8(request).unwrap();
        request.lines().next().unwrap().to_owned()
    })
}

#[tokio::test]
async fn the_keys_are_fetched_below_the_issuers_url() {
    for (path, asked_for) in [
        ("", "/.well-known/jwks.json"),
        ("/", "/.well-known/jwks.json"),
        ("/tenant", "/tenant/.well-known/jwks.json"),
        ("/tenant/", "/tenant/.well-known/jwks.json"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{path}", listener.local_addr().unwrap());
        let issuer = LocalIssuer::oms_wallet_at(&url);
        let served = serve(listener, issuer.jwks());
        let layer = SequenceAuthLayer::oms_wallet(PROJECT, &url).build();
        let token = issuer.token().project(PROJECT).mint();
        let answer = send(&layer.unwrap(), bearer(&token)).await;
        assert_eq!(answer.claims().issuer(), url);
        let line = served.await.unwrap();
        assert_eq!(line, format!("GET {asked_for} HTTP/1.1"));
    }
}

#[tokio::test]
async fn the_keys_may_be_elsewhere() {
    let issuer = LocalIssuer::oms_wallet();
    let endpoint = Endpoint::answering(ok(&issuer.jwks())).await;
    let builder = SequenceAuthLayer::oms_wallet(PROJECT, issuer.url());
    let layer = builder.jwks_url(&endpoint.url).build().unwrap();
    let token = issuer.token().project(PROJECT).mint();
    send(&layer, bearer(&token)).await.claims();
}

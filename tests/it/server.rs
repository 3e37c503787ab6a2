//! The example server: its routes, and how it serves.

use std::{
    process::ExitCode,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use axum::{Router, body::to_bytes};
use http::{Request, Response, StatusCode};
use sequence_auth::{FetchError, SequenceAuthLayer};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::{JoinHandle, spawn_blocking},
};
use tower::ServiceExt;

use crate::support::{ISSUER, PROJECT, in_twelve_hours, layer};

#[path = "../../examples/server/app.rs"]
mod app;
#[path = "../../examples/server/demo_issuer/mod.rs"]
pub(crate) mod demo_issuer;
#[path = "../../examples/axum/lingering.rs"]
pub(crate) mod lingering;
#[path = "../../examples/axum/lingering_listener.rs"]
pub(crate) mod lingering_listener;
#[path = "../../examples/server/program.rs"]
mod program;
#[path = "../../examples/server/serve.rs"]
mod serve;

pub(crate) async fn call(router: Router, request: Request<String>) -> (StatusCode, Value) {
    let response: Response<_> = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

pub(crate) async fn verify_wallet(body: String) -> (StatusCode, Value) {
    let request = Request::post("/api/verify-wallet")
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    call(app::app(&layer()), request).await
}

pub(crate) fn get(path: &str) -> Request<String> {
    Request::get(path).body(String::new()).unwrap()
}

#[tokio::test]
async fn a_wallet_is_verified_as_by_the_official_sample() {
    let wallet = "0x52908400098527886E0F7030069857D2E4169EE7";
    let expires_at = in_twelve_hours();
    let token = ISSUER
        .token()
        .wallet(wallet.to_lowercase())
        .claim("iat", expires_at - 50_000)
        .claim("exp", expires_at)
        .mint();
    let (status, answer) = verify_wallet(json!({"sequenceToken": token}).to_string()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        answer,
        json!({
            "message": "Wallet verified successfully",
            "wallet": {
                "walletAddress": wallet,
                "email": "player@example.com",
                "iat": expires_at - 50_000,
                "exp": expires_at,
            },
        })
    );
}

#[tokio::test]
async fn the_bearer_header_does_as_well_and_other_methods_are_not_allowed() {
    for (method, status) in [
        ("POST", StatusCode::OK),
        ("GET", StatusCode::METHOD_NOT_ALLOWED),
        ("PUT", StatusCode::METHOD_NOT_ALLOWED),
        ("DELETE", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = Request::builder()
            .method(method)
            .uri("/api/verify-wallet")
            .header("authorization", format!("Bearer {}", ISSUER.token().mint()))
            .body(String::new())
            .unwrap();
        assert_eq!(
            call(app::app(&layer()), request).await.0,
            status,
            "{method}"
        );
    }
}

#[tokio::test]
async fn me_tells_the_claims() {
    let mut request = get("/me");
    let token = ISSUER.token().nonce("n-1").mint();
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", value);
    let (status, claims) = call(app::app(&layer()), request).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["project_id"], PROJECT);
    let (status, _) = call(app::app(&layer()), get("/me")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn healthz_follows_the_keys() {
    let (status, health) = call(app::app(&layer()), get("/healthz")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(health["state"], "fresh");
    let waiting = SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(std::future::pending)
        .build()
        .unwrap();
    let (status, health) = call(app::app(&waiting), get("/healthz")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health["state"], "waiting");
}

/// A server on loopback, a client of it, and what ends the server when it is dropped.
pub(crate) async fn serve(router: Router) -> (JoinHandle<()>, TcpStream, watch::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await;
    let (running, ends) = watch::channel(());
    let server = tokio::spawn(serve::serve(listener, router, ends));
    (server, client.unwrap(), running)
}

pub(crate) async fn read_all(mut client: TcpStream) -> String {
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_client_may_close_its_side_after_the_request() {
    let (server, mut client, running) = serve(app::app(&layer())).await;
    let token = ISSUER.token().mint();
    let request = format!("GET /me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    assert!(read_all(client).await.starts_with("HTTP/1.1 200 OK"));
    drop(running);
    server.await.unwrap();
}

#[tokio::test]
async fn a_client_that_sends_far_too_much_still_gets_its_answer() {
    let (server, mut client, running) = serve(app::app(&layer())).await;
    let head = "POST /api/verify-wallet HTTP/1.1\r\nhost: x\r\n\
                content-type: application/json\r\ncontent-length: 10000000\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    client.write_all(&vec![b' '; 10_000_000]).await.unwrap();
    assert!(read_all(client).await.starts_with("HTTP/1.1 413 "));
    drop(running);
    server.await.unwrap();
}

/// A layer whose fetch of the keys blocks a thread, as looking up a name does, and what says that it has begun.
fn blocking(until: &Arc<Barrier>) -> (SequenceAuthLayer, Arc<Notify>) {
    let (until, begun) = (Arc::clone(until), Arc::new(Notify::new()));
    let begins = Arc::clone(&begun);
    let builder = SequenceAuthLayer::builder(PROJECT).key_fetcher(move || {
        let (until, begins) = (Arc::clone(&until), Arc::clone(&begins));
        async move {
            let look_up = spawn_blocking(move || {
                begins.notify_one();
                until.wait();
            });
            Err(FetchError::new(format!("{:?}", look_up.await)))
        }
    });
    (builder.build().unwrap(), begun)
}

#[test]
fn a_look_up_that_hangs_does_not_hold_up_the_end() {
    let until = Arc::new(Barrier::new(2));
    let (layer, begun) = blocking(&until);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let code = program::run(async move {
            let _ = layer.health();
            begun.notified().await;
            layer.shutdown().await;
            Ok(())
        });
        ended.send(code).unwrap();
    });
    let code = end.recv_timeout(Duration::from_secs(60));
    until.wait();
    assert_eq!(code.unwrap(), ExitCode::SUCCESS);
}

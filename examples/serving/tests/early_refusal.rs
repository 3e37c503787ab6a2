//! Uploads that are refused before they have been read, by `axum::serve` with [`LingeringListener`]: the
//! client always gets its answer.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::post};
use serving::{LingeringListener, LingeringStream, MAX_LINGER, MAX_SILENCE};
use test_support::layer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep},
};

const LARGE: usize = 4_000_000;
const CLIENTS: usize = 10;

/// Ends with the test's runtime.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", post("ok")).layer(layer());
    tokio::spawn(axum::serve(LingeringListener(listener), app).into_future());
    address
}

/// Sends all of a request, and only then looks for the answer.
async fn answer(address: SocketAddr, request: Vec<u8>) -> String {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(&request).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn assert_all_answered(head: &str, body: &[u8], status: &str) {
    let address = serve().await;
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\n");
    let request = [head.as_bytes(), body].concat();
    let clients: JoinSet<_> = (0..CLIENTS)
        .map(|_| answer(address, request.clone()))
        .collect();
    for answer in clients.join_all().await {
        let start = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&start), "{answer:?}");
        assert!(answer.ends_with('}'), "{answer:?}");
    }
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let chunks = body.chunks(100_000).flat_map(|chunk| {
        let size = format!("{:x}\r\n", chunk.len()).into_bytes();
        [&size, chunk, b"\r\n"].concat()
    });
    chunks.chain(*b"0\r\n\r\n").collect()
}

const BAD_TOKEN: &str = "authorization: Bearer x.y.z";
const JSON: &str = "content-type: application/json";

#[tokio::test]
async fn bad_token_before_upload_gets_401() {
    let head = format!("{BAD_TOKEN}\r\ncontent-length: {LARGE}");
    assert_all_answered(&head, &vec![b' '; LARGE], "401").await;
}

#[tokio::test]
async fn bad_token_before_chunked_upload_gets_401() {
    let head = format!("{BAD_TOKEN}\r\ntransfer-encoding: chunked");
    assert_all_answered(&head, &chunked(&vec![b' '; LARGE]), "401").await;
}

#[tokio::test]
async fn declared_large_body_gets_413() {
    let head = format!("{JSON}\r\ncontent-length: {LARGE}");
    assert_all_answered(&head, &vec![b' '; LARGE], "413").await;
}

#[tokio::test]
async fn chunked_large_body_gets_413() {
    let head = format!("{JSON}\r\ntransfer-encoding: chunked");
    assert_all_answered(&head, &chunked(&vec![b' '; LARGE]), "413").await;
}

/// A connection that its server has started to close, and a receiver that reports when the server has dropped it.
fn closing() -> (DuplexStream, JoinHandle<Duration>) {
    let (client, server) = duplex(64);
    let closing = tokio::spawn(async move {
        let start = Instant::now();
        LingeringStream::new(server).shutdown().await.unwrap();
        start.elapsed()
    });
    (client, closing)
}

#[tokio::test(start_paused = true)]
async fn closed_connection_is_not_waited_for() {
    let (mut client, closing) = closing();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(client.read(&mut [0; 9]).await.unwrap(), 0);
    drop(client);
    assert_eq!(closing.await.unwrap(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn silent_client_is_given_up() {
    let (mut client, closing) = closing();
    sleep(Duration::from_secs(1)).await;
    client.write_all(b"late").await.unwrap();
    assert_eq!(closing.await.unwrap(), Duration::from_secs(1) + MAX_SILENCE);
    client.write_all(b"too late").await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn endless_upload_is_given_up() {
    let (mut client, closing) = closing();
    for _ in 0..1_000 {
        let _ = client.write_all(&[0; 64]).await;
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(closing.await.unwrap(), MAX_LINGER);
}

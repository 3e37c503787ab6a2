//! Serving connections.

use axum::{Router, routing::get};
use test_support::{ISSUER, layer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

fn app() -> Router {
    Router::new()
        .route("/", get("ok").post("ok"))
        .layer(layer())
}

/// A server on loopback, a client, and a sender that ends the server when it is dropped.
async fn serve(router: Router) -> (JoinHandle<()>, TcpStream, watch::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await;
    let (running, ends) = watch::channel(());
    let server = tokio::spawn(serving::serve(listener, router, ends));
    (server, client.unwrap(), running)
}

async fn read_all(mut client: TcpStream) -> String {
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_client_may_close_its_side_after_the_request() {
    let (server, mut client, running) = serve(app()).await;
    let token = ISSUER.token().mint();
    let request = format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    assert!(read_all(client).await.starts_with("HTTP/1.1 200 OK"));
    drop(running);
    server.await.unwrap();
}

#[tokio::test]
async fn a_client_that_sends_far_too_much_still_gets_its_answer() {
    let (server, mut client, running) = serve(app()).await;
    let head = "POST / HTTP/1.1\r\nhost: x\r\n\
                content-type: application/json\r\ncontent-length: 10000000\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    client.write_all(&vec![b' '; 10_000_000]).await.unwrap();
    assert!(read_all(client).await.starts_with("HTTP/1.1 413 "));
    drop(running);
    server.await.unwrap();
}

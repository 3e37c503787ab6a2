//! The layer protects a hyper connection, with hyper's own body.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sequence_auth::{RequestBody, SequenceClaims};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tower::{Service, service_fn};
use tower_layer::Layer;

use crate::support::{ISSUER, layer};

async fn echo(
    request: Request<RequestBody<Incoming>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let claims: &SequenceClaims = request.extensions().get().expect("the layer ran");
    let email = claims.email().unwrap_or_default().to_owned();
    let body = request.into_body().collect().await.unwrap();
    let checksum = body
        .trailers()
        .is_some_and(|trailers| trailers.contains_key("x-checksum"));
    let text = format!("{email} {} {checksum}", body.to_bytes().len());
    Ok(Response::new(text.into()))
}

/// Serves a single connection with a service behind the layer.
pub(crate) async fn serve<S>(inner: S) -> (TcpStream, JoinHandle<hyper::Result<()>>)
where
    S: Service<
            Request<RequestBody<Incoming>>,
            Response = Response<Full<Bytes>>,
            Error = Infallible,
        >,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let (server, _) = listener.accept().await.unwrap();
    let service = TowerToHyperService::new(layer().layer(inner));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .half_close(true)
        .serve_connection(TokioIo::new(server), service)
        .with_upgrades();
    (client, tokio::spawn(connection))
}

/// Sends a request on a connection, and returns all bytes until its end.
pub(crate) async fn exchange(request: impl AsRef<[u8]>) -> String {
    let (mut client, connection) = serve(service_fn(echo)).await;
    client.write_all(request.as_ref()).await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    // If a client breaks off, its connection has an error.
    let _ = connection.await.unwrap();
    answer
}

#[tokio::test]
async fn bearer_token_passes() {
    let token = ISSUER.token().mint();
    let answer = exchange(&format!(
        "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
    ))
    .await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("player@example.com 0 false"), "{answer}");
}

#[tokio::test]
async fn token_in_chunked_body_passes_with_trailers() {
    let body = format!(r#"{{"sequenceToken":"{}"}}"#, ISSUER.token().mint());
    let (first, second) = body.split_at(100);
    let answer = exchange(&format!(
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\ntrailer: x-checksum\r\n\r\n\
         {:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\nx-checksum: abc\r\n\r\n",
        first.len(),
        second.len(),
    ))
    .await;
    let expected = format!("player@example.com {} true", body.len());
    assert!(answer.ends_with(&expected), "{answer}");
}

#[tokio::test]
async fn refusal_is_a_whole_response() {
    let answer = exchange("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized"), "{answer}");
    assert!(answer.contains("content-length: "), "{answer}");
    assert!(answer.contains(r#"{"error":"missing_token""#), "{answer}");
}

#[tokio::test]
async fn declared_large_body_is_refused_unsent() {
    let answer = exchange(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: 1099511627776\r\nexpect: 100-continue\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

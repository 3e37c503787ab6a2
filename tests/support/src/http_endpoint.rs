//! A loopback HTTP endpoint for the key document that misbehaves on command.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use sequence_auth::{
    FetchError, SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

use crate::PROJECT;

/// An endpoint that sends the same bytes to everyone, and then one more piece for ever.
pub struct Endpoint {
    pub url: String,
    pub connections: Arc<AtomicUsize>,
}

impl Endpoint {
    pub async fn sending(
        head: impl Into<Vec<u8>>,
        repeated: &'static [u8],
        pause: Duration,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, head, repeated, pause)
    }

    pub fn on(
        listener: TcpListener,
        head: impl Into<Vec<u8>>,
        repeated: &'static [u8],
        pause: Duration,
    ) -> Self {
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let head = head.into();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer(stream, head.clone(), repeated, pause));
            }
        });
        Self { url, connections }
    }

    /// Sends one response and closes the connection.
    pub async fn answering(response: impl Into<Vec<u8>>) -> Self {
        Self::sending(response, b"", Duration::ZERO).await
    }

    /// Returns the URL with another host and scheme.
    pub fn url_at(&self, scheme_and_host: &str) -> String {
        let (_, port_and_path) = self.url.rsplit_once(':').unwrap();
        format!("{scheme_and_host}:{port_and_path}")
    }

    pub fn builder(&self, issuer: &LocalIssuer) -> SequenceAuthLayerBuilder {
        SequenceAuthLayer::builder(PROJECT)
            .issuer(issuer.url())
            .audience_prefix("https://sequence.test/project/")
            .jwks_url(&self.url)
    }
}

async fn answer(mut stream: TcpStream, head: Vec<u8>, repeated: &[u8], pause: Duration) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let mut sent = stream.write_all(&head).await;
    while sent.is_ok() && !repeated.is_empty() {
        sleep(pause).await;
        sent = stream.write_all(repeated).await;
    }
}

pub fn ok(document: &str) -> String {
    response("200 OK", document)
}

pub fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// Returns the request for the keys, in lower case.
pub async fn request_of(
    settings: impl FnOnce(SequenceAuthLayerBuilder) -> SequenceAuthLayerBuilder,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let builder = SequenceAuthLayer::builder(PROJECT).jwks_url(&url);
    let layer = settings(builder).build().unwrap();
    let _ = layer.health();
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    String::from_utf8(request).unwrap().to_lowercase()
}

/// Waits for an attempt to fail.
pub async fn failure(layer: &SequenceAuthLayer) -> FetchError {
    let patience = Instant::now() + Duration::from_secs(60);
    while layer.health().failures() == 0 {
        assert!(Instant::now() < patience, "nothing fails");
        tokio::task::yield_now().await;
    }
    layer.health().last_error().unwrap().clone()
}

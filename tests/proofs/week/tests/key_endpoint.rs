//! The key document of an issuer over HTTP, and its outages.

use std::{
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Good,
    /// Good, after half a second.
    Slow,
    /// Closes the connection before anything is said.
    Closes,
    Fails,
    SendsGarbage,
    Hangs,
    /// Sends one byte after the other.
    Drips,
}

impl Mode {
    pub(crate) const OUTAGES: [Self; 5] = [
        Self::Closes,
        Self::Fails,
        Self::SendsGarbage,
        Self::Hangs,
        Self::Drips,
    ];
}

#[derive(Clone)]
pub(crate) struct KeyEndpoint {
    shared: Arc<Shared>,
    pub(crate) url: String,
}

struct Shared {
    mode: Mutex<Mode>,
    document: Mutex<String>,
    fetches: AtomicU64,
}

impl KeyEndpoint {
    pub(crate) async fn start(document: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            mode: Mutex::new(Mode::Good),
            document: Mutex::new(document),
            fetches: AtomicU64::new(0),
        });
        let served = Arc::clone(&shared);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                served.fetches.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Self { shared, url }
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    pub(crate) fn publish(&self, document: String) {
        *self.shared.document.lock().unwrap() = document;
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.shared.fetches.load(Ordering::Relaxed)
    }
}

/// Answers one request, as long as its client is there.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let mode = *shared.mode.lock().unwrap();
    let (mut client, mut answer) = stream.split();
    tokio::select! {
        _ = client.read(&mut request) => (),
        _ = answer_as(mode, &mut answer, &shared) => (),
    }
}

async fn answer_as(
    mode: Mode,
    to: &mut (impl AsyncWriteExt + Unpin),
    shared: &Shared,
) -> io::Result<()> {
    let respond = |status: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
    };
    match mode {
        Mode::Closes => return Ok(()),
        Mode::Hangs => pending().await,
        Mode::Slow => sleep(Duration::from_millis(500)).await,
        Mode::Drips => {
            to.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                .await?;
            loop {
                to.write_all(b"1\r\n \r\n").await?;
                sleep(Duration::from_millis(50)).await;
            }
        }
        Mode::Fails => {
            return to
                .write_all(respond("500 Internal Server Error", "").as_bytes())
                .await;
        }
        Mode::SendsGarbage => {
            return to
                .write_all(respond("200 OK", r#"{"keys":[{"kty":"#).as_bytes())
                .await;
        }
        Mode::Good => (),
    }
    let document = shared.document.lock().unwrap().clone();
    to.write_all(respond("200 OK", &document).as_bytes()).await
}

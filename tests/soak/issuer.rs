//! An issuer's key endpoint that fails on command.

use std::{
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sequence_auth::testing::LocalIssuer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::WriteHalf},
    time::sleep,
};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    Good,
    /// Closes the connection before anything is said.
    Closes,
    /// Sends this and closes the connection.
    Sends(&'static str),
    /// Sends this, and then nothing more.
    Hangs(&'static str),
    /// Sends one byte of a document after the other.
    Drips,
    /// Sends so many bytes at full speed, without saying how many.
    Pours(usize),
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// Every way to fail, each of which has to leave the keys as they are.
pub(crate) const FAILURES: [Mode; 17] = [
    Mode::Closes,
    Mode::Sends("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"),
    Mode::Sends("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"),
    Mode::Sends("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n"),
    Mode::Sends("HTTP/1.1 200 OK\r\n\r\n<html></html>"),
    Mode::Sends("HTTP/1.1 200 OK\r\n\r\nnull"),
    Mode::Sends("HTTP/1.1 200 OK\r\n\r\n[]"),
    Mode::Sends("HTTP/1.1 200 OK\r\n\r\n{\"keys\":[]}"),
    Mode::Sends("HTTP/1.1 200 OK\r\n\r\n{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\"}]}"),
    Mode::Sends("HTTP/1.1 200 OK\r\n\r\n{\"keys\":[{\"kty\":"),
    Mode::Sends("HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n{"),
    Mode::Sends("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n{\"keys\":[]}"),
    Mode::Pours(48 << 20),
    Mode::Pours(usize::MAX),
    Mode::Drips,
    Mode::Hangs(""),
    Mode::Hangs(CHUNKED),
];

pub(crate) struct Issuer {
    pub(crate) tokens: LocalIssuer,
    pub(crate) url: String,
    mode: Arc<Mutex<Mode>>,
    fetches: Arc<AtomicUsize>,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            tokens: LocalIssuer::new(),
            url: format!("http://{}/", listener.local_addr().unwrap()),
            mode: Arc::new(Mutex::new(Mode::Good)),
            fetches: Arc::default(),
        };
        let (tokens, mode) = (issuer.tokens.clone(), Arc::clone(&issuer.mode));
        let fetches = Arc::clone(&issuer.fetches);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                fetches.fetch_add(1, Ordering::Relaxed);
                let mode = *mode.lock().unwrap();
                tokio::spawn(serve(stream, mode, tokens.clone()));
            }
        });
        issuer
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub(crate) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }
}

/// Answers one request, as long as its client is there.
async fn serve(mut stream: TcpStream, mode: Mode, tokens: LocalIssuer) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let (mut requests, mut answer) = stream.split();
    tokio::select! {
        _ = requests.read(&mut request) => (),
        _ = answer_as(mode, &mut answer, &tokens) => (),
    }
}

async fn answer_as(mode: Mode, to: &mut WriteHalf<'_>, tokens: &LocalIssuer) -> io::Result<()> {
    match mode {
        Mode::Good => {
            let jwks = tokens.jwks();
            let length = jwks.len();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{jwks}");
            to.write_all(answer.as_bytes()).await
        }
        Mode::Closes => Ok(()),
        Mode::Sends(text) => to.write_all(text.as_bytes()).await,
        Mode::Hangs(text) => {
            to.write_all(text.as_bytes()).await?;
            pending().await
        }
        Mode::Drips => {
            to.write_all(CHUNKED.as_bytes()).await?;
            loop {
                to.write_all(b"1\r\n \r\n").await?;
                sleep(Duration::from_millis(10)).await;
            }
        }
        Mode::Pours(bytes) => {
            to.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            for _ in 0..bytes / 4096 {
                to.write_all(&[b' '; 4096]).await?;
            }
            Ok(())
        }
    }
}

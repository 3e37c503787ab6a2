//! A proxy between a store and its Redis that imitates network failures.

use std::{
    mem,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Forward,
    /// Answers come this much later.
    Slow(Duration),
    /// New connections reach the server this much later.
    SlowStart(Duration),
    /// Questions arrive, and answers do not.
    SwallowAnswers,
    /// Nothing gets through in either direction, not even the end of a connection.
    Silent,
    /// The same over the connections that are there; new ones work.
    HalfOpen,
    /// An answer of the script over an existing connection ends it instead. New connections work.
    Cut,
    /// Each answer of the script comes a second time, in place of the next one.
    Repeat,
    /// Another server answers every question.
    Answer(&'static str),
    /// Connections are accepted and closed.
    Close,
}

/// The mode also applies to existing connections. If another server is to answer, they end.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    mode: watch::Sender<Mode>,
    server: watch::Sender<SocketAddr>,
    accepted: Arc<AtomicUsize>,
}

impl Proxy {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, modes) = watch::channel(Mode::Forward);
        let (server, servers) = watch::channel(server);
        let accepted = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&accepted);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::Relaxed);
                let server = *servers.borrow();
                tokio::spawn(serve(client, server, modes.clone()));
            }
        });
        Self {
            address,
            mode,
            server,
            accepted,
        }
    }

    /// Returns how many connections there have been.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Leads new connections to another server.
    pub(crate) fn lead_to(&self, server: SocketAddr) {
        self.server.send_replace(server);
    }
}

async fn serve(mut client: TcpStream, server: SocketAddr, mut modes: watch::Receiver<Mode>) {
    let mode = *modes.borrow_and_update();
    match mode {
        Mode::Close => {}
        Mode::Answer(text) => answer(&mut client, text, modes).await,
        _ => {
            if let Mode::SlowStart(delay) = mode {
                sleep(delay).await;
            }
            let Ok(server) = TcpStream::connect(server).await else {
                return;
            };
            let (questions, client) = client.into_split();
            let (answers, server) = server.into_split();
            // If either side closes its connection, the proxy closes both.
            tokio::select! {
                () = pass_on(questions, server, modes.clone(), Direction::Questions) => {}
                () = pass_on(answers, client, modes, Direction::Answers) => {}
            }
        }
    }
}

/// Until the mode changes.
async fn answer(client: &mut TcpStream, text: &str, mut modes: watch::Receiver<Mode>) {
    let mut question = [0; 8 * 1024];
    loop {
        tokio::select! {
            read = client.read(&mut question) => if !read.is_ok_and(|size| size > 0) {
                return;
            },
            _ = modes.changed() => return,
        }
        // The first question holds the two commands of the handshake.
        let _ = client.write_all(text.repeat(2).as_bytes()).await;
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Questions,
    Answers,
}

async fn pass_on(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut modes: watch::Receiver<Mode>,
    direction: Direction,
) {
    let made_in = *modes.borrow();
    let mut bytes = [0; 8 * 1024];
    let mut last = Vec::new();
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read,
            changed = modes.changed() => match changed {
                Ok(()) if !ends_connections(*modes.borrow()) => continue,
                _ => return,
            },
        };
        let mode = *modes.borrow();
        let is_answer = direction == Direction::Answers && is_scripts(&bytes);
        if mode == Mode::Cut && made_in != Mode::Cut && is_answer {
            return;
        }
        let is_lost = match mode {
            Mode::Silent => true,
            Mode::HalfOpen => made_in != Mode::HalfOpen,
            Mode::SwallowAnswers => direction == Direction::Answers,
            _ => false,
        };
        if let (Mode::Slow(delay), Direction::Answers) = (mode, direction) {
            sleep(delay).await;
        }
        if let (Mode::Repeat, Direction::Answers, Ok(size)) = (mode, direction, &read) {
            let is_first = last.is_empty();
            if is_scripts(&bytes[..*size]) {
                let answer = mem::replace(&mut last, bytes[..*size].to_vec());
                if !is_first && to.write_all(&answer).await.is_ok() {
                    continue;
                }
            }
        }
        match read {
            Ok(0) if mode == Mode::Silent => {
                let _ = modes.changed().await;
                return;
            }
            Ok(size) if size > 0 && is_lost => {}
            Ok(size) if size > 0 && to.write_all(&bytes[..size]).await.is_ok() => {}
            _ => return,
        }
    }
}

fn ends_connections(mode: Mode) -> bool {
    matches!(mode, Mode::Close | Mode::Answer(_))
}

/// Returns `true` for an answer of the script: a text of less than a hundred bytes, unlike all other answers.
fn is_scripts(answer: &[u8]) -> bool {
    matches!(answer, [b'$', _, _, b'\r', ..])
}

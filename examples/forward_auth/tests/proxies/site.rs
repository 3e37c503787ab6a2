//! A proxy, the server that it asks, and a backend.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use forward_auth::TokenNames;
use sequence_auth::{EmailPolicy, SequenceAuthLayer};
use tempfile::TempDir;
use test_support::{ISSUER, layer};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

use super::{
    backend::{Backend, Seen},
    client::{Answer, exchange, parse},
    process::{Addresses, Process, Proxy, free_address},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// An address without a listener.
const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

pub(crate) const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) proxy: Proxy,
    pub(crate) addresses: Addresses,
    backend: Backend,
    _process: Process,
    _verify: Option<Verify>,
    _directory: TempDir,
}

/// The server that the proxy asks.
#[derive(Debug)]
struct Verify {
    address: SocketAddr,
    _runtime: Runtime,
    _running: watch::Sender<()>,
}

impl Site {
    pub(crate) fn start(proxy: Proxy) -> Self {
        let layer = layer().email_policy(EmailPolicy::Optional);
        Self::start_with(proxy, Some(layer))
    }

    /// Starts a proxy with a server that has this layer, or without a server.
    pub(crate) fn start_with(proxy: Proxy, layer: Option<SequenceAuthLayer>) -> Self {
        Self::start_by(proxy, layer, |addresses, directory| {
            proxy.run(addresses, directory)
        })
    }

    pub(crate) fn start_by(
        proxy: Proxy,
        layer: Option<SequenceAuthLayer>,
        run: impl Fn(Addresses, &Path) -> Process,
    ) -> Self {
        let verify = layer.map(Verify::start);
        let backend = Backend::start();
        let asked = verify.as_ref().map_or(NOBODY, |verify| verify.address);
        // Somebody else may get an address that was free.
        let started = (0..5).find_map(|_| start_proxy(&run, asked, &backend));
        let Some((addresses, process, directory)) = started else {
            panic!("{proxy:?} does not start");
        };
        Self {
            proxy,
            addresses,
            backend,
            _process: process,
            _verify: verify,
            _directory: directory,
        }
    }

    /// Sends a request line and headers, each on its own line, and optionally a body. Asks the proxy to close the
    /// connection.
    pub(crate) fn send(&self, head: &str, body: &[u8]) -> Answer {
        let mut lines = head.lines();
        let line = lines.next().unwrap();
        let mut bytes = format!("{line} HTTP/1.1\r\nhost: {}\r\n", self.host());
        for header in lines {
            bytes += &format!("{}\r\n", header.trim_start());
        }
        if !bytes.to_ascii_lowercase().contains("\nconnection:") {
            bytes += "connection: close\r\n";
        }
        bytes += "\r\n";
        let bytes = [bytes.as_bytes(), body].concat();
        parse(&exchange(self.addresses.proxy, &bytes))
    }

    /// Sends a request, and returns what the backend got, with its status.
    pub(crate) fn passed(&self, head: &str) -> Option<Seen> {
        let answer = self.send(head, b"");
        let mut seen = self.seen();
        assert!(seen.len() < 2, "{seen:?}");
        let seen = seen.pop();
        assert_eq!(answer.status == 200, seen.is_some(), "{answer:?}");
        seen
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, head: &str) -> Answer {
        let answer = self.send(head, b"");
        assert_eq!(answer.status, status, "{head}: {answer:?}");
        self.assert_nothing_passed();
        answer
    }

    #[track_caller]
    pub(crate) fn assert_nothing_passed(&self) {
        let seen = self.seen();
        assert!(seen.is_empty(), "{seen:?}");
    }

    /// Returns what the backend got since the last call.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.backend.take()
    }

    pub(crate) fn host(&self) -> SocketAddr {
        self.addresses.proxy
    }
}

impl Verify {
    fn start(layer: SequenceAuthLayer) -> Self {
        let runtime = Runtime::new().unwrap();
        let app = forward_auth::app(layer, &TokenNames::default()).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (running, ends) = watch::channel(());
        runtime.spawn(serving::serve(listener, app, ends));
        Self {
            address,
            _runtime: runtime,
            _running: running,
        }
    }
}

/// Returns `None` if the proxy does not get its address.
fn start_proxy(
    run: impl Fn(Addresses, &Path) -> Process,
    verify: SocketAddr,
    backend: &Backend,
) -> Option<(Addresses, Process, TempDir)> {
    let addresses = Addresses {
        proxy: free_address(),
        verify,
        backend: backend.address,
    };
    let directory = TempDir::new().unwrap();
    let mut process = run(addresses, directory.path());
    if passes(addresses.proxy, &mut process, backend) {
        return Some((addresses, process, directory));
    }
    let log = fs::read_to_string(directory.path().join("log")).unwrap();
    println!("{log}");
    None
}

/// Waits until the proxy passes a request to this backend. Returns `false` if the proxy ends instead. The response
/// alone could come from another test's proxy that took the address first.
fn passes(address: SocketAddr, process: &mut Process, backend: &Backend) -> bool {
    let began = Instant::now();
    let request = format!("GET /public/ HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    while !process.has_ended() {
        assert!(began.elapsed() < PATIENCE, "it does not answer");
        if TcpStream::connect(address).is_ok() {
            let answer = exchange(address, request.as_bytes());
            if answer.starts_with(b"HTTP/1.1 200") && !backend.take().is_empty() {
                return true;
            }
        }
        sleep(Duration::from_millis(5));
    }
    false
}

/// A good token.
pub(crate) fn token() -> String {
    let token = ISSUER.token().wallet(WALLET.to_lowercase());
    token.mint()
}

pub(crate) fn bearer() -> String {
    format!("Authorization: Bearer {}", token())
}

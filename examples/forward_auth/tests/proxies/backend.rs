//! A backend that records each request exactly as it arrived.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request as the backend got it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) line: String,
    /// Names and values, in their order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// Returns the values of all headers that a backend could confuse with this one: WSGI, CGI and PHP treat other
    /// characters like `-`.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let folded = folded(name);
        let headers = self.headers.iter();
        headers
            .filter(|(name, _)| self::folded(name) == folded)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Returns the only value, which is empty if the header is missing.
    #[track_caller]
    pub(crate) fn value(&self, name: &str) -> &str {
        let values = self.values(name);
        assert!(values.len() < 2, "{name}: {self:?}");
        values.first().copied().unwrap_or_default()
    }

    /// Returns a header by which the end of the body is known: no server folds the names of these.
    fn framing(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// Returns the headers that describe a player.
    pub(crate) fn wallet(&self) -> Vec<(&str, &str)> {
        let headers = self.headers.iter();
        let told = headers.filter(|(name, value)| is_wallet(name) && !value.is_empty());
        told.map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

fn folded(name: &str) -> String {
    let fold = |character: char| match character {
        character if character.is_ascii_alphanumeric() => character.to_ascii_uppercase(),
        _ => '_',
    };
    name.chars().map(fold).collect()
}

pub(crate) fn is_wallet(name: &str) -> bool {
    folded(name).starts_with("X_WALLET_")
}

#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Backend {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::default();
        let notes = Arc::clone(&seen);
        // It ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let notes = Arc::clone(&notes);
                thread::spawn(move || serve(stream, &notes));
            }
        });
        Self { address, seen }
    }

    /// Returns what has come since the last call.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

fn serve(stream: TcpStream, notes: &Mutex<Vec<Seen>>) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(seen) = read(&mut reader) {
        let upgrade = seen.value("upgrade").to_owned();
        let length = seen.line.len();
        let answer = if upgrade.is_empty() {
            format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}",
                seen.line
            )
        } else {
            format!(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: {upgrade}\r\n\r\nhello"
            )
        };
        // Noted before the client can know.
        notes.lock().unwrap().push(seen);
        if writer.write_all(answer.as_bytes()).is_err() || !upgrade.is_empty() {
            return;
        }
    }
}

/// Reads the next request; `None` at the end of the connection.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut seen = Seen {
        line: line(reader)?,
        ..Seen::default()
    };
    loop {
        let header = line(reader)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        let header = (name.to_owned(), value.trim().to_owned());
        seen.headers.push(header);
    }
    seen.body = body(&seen, reader)?;
    Some(seen)
}

fn body(seen: &Seen, reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    if seen.framing("transfer-encoding") == Some("chunked") {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&line(reader)?, 16).unwrap();
            body.extend(exactly(length, reader)?);
            line(reader)?;
            if length == 0 {
                return Some(body);
            }
        }
    }
    let length = seen.framing("content-length");
    exactly(length.map_or(0, |length| length.parse().unwrap()), reader)
}

fn exactly(length: usize, reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = Vec::new();
    let length = reader.read_until(b'\n', &mut line).ok()?;
    let text = String::from_utf8_lossy(&line);
    (length > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned())
}

//! A fake server that sends the answers of a test.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
};

/// What it answers to `INFO` and to `EVALSHA`; all else is fine with it.
#[derive(Clone, Copy)]
pub(crate) struct Fake {
    pub(crate) info: &'static str,
    pub(crate) script: &'static str,
}

impl Fake {
    pub(crate) async fn start(self) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(self.serve(client));
            }
        });
        address
    }

    async fn serve(self, client: TcpStream) {
        let mut client = BufStream::new(client);
        while let Some(command) = next_command(&mut client).await {
            let answer = match command.as_str() {
                "INFO" => format!("${}\r\n{}\r\n", self.info.len(), self.info),
                "EVALSHA" => format!("{}\r\n", self.script),
                _ => "+OK\r\n".to_owned(),
            };
            client.write_all(answer.as_bytes()).await.unwrap();
            client.flush().await.unwrap();
        }
    }
}

/// Reads a command, and returns its first word.
async fn next_command(client: &mut BufStream<TcpStream>) -> Option<String> {
    let mut words = Vec::new();
    for _ in 0..number_after(b'*', client).await? {
        let size = number_after(b'$', client).await?;
        let mut word = vec![0; size + 2];
        client.read_exact(&mut word).await.ok()?;
        words.push(word);
    }
    let mut first = String::from_utf8(words.swap_remove(0)).ok()?;
    first.truncate(first.len() - 2);
    Some(first)
}

async fn number_after(sign: u8, client: &mut BufStream<TcpStream>) -> Option<usize> {
    let mut line = String::new();
    client.read_line(&mut line).await.ok()?;
    line.trim_end().strip_prefix(char::from(sign))?.parse().ok()
}

//! The address of Redis, and how to connect to it.

use std::{io, time::Duration};

use redis::{
    Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, RedisResult,
    io::tcp::socket2::{SockRef, TcpKeepalive},
};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    task::JoinSet,
};
use tokio_rustls::TlsConnector;

use super::{connection::Connection, tls::Tls};
use crate::error::ConfigError;

/// The idle time after which the operating system starts to probe the server (TCP keep-alive).
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

#[derive(Clone)]
pub(super) struct Address {
    pub(super) server: ConnectionInfo,
    pub(super) tls: Tls,
}

impl Address {
    pub(super) fn of_url(url: &str) -> Result<Self, ConfigError> {
        let client = Client::open(url).map_err(|error| invalid_url(error.to_string()))?;
        let server = client.get_connection_info().clone();
        if let ConnectionAddr::TcpTls { insecure: true, .. } = server.addr() {
            return Err(invalid_url(
                "TLS that checks no certificates is not supported",
            ));
        }
        let tls = Tls::default();
        Ok(Self { server, tls })
    }

    pub(super) fn has_tls(&self) -> bool {
        matches!(self.server.addr(), ConnectionAddr::TcpTls { .. })
    }

    /// Connects and logs in.
    pub(super) async fn connect(&self) -> RedisResult<Connection> {
        let stream = self.stream().await?;
        Connection::over(stream, self.server.redis_settings()).await
    }

    async fn stream(&self) -> RedisResult<Box<dyn Stream>> {
        Ok(match self.server.addr() {
            ConnectionAddr::Tcp(host, port) => Box::new(tcp(host, *port).await?),
            ConnectionAddr::TcpTls { host, port, .. } => {
                let config = self.tls.config().await?;
                let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
                let stream = tcp(host, *port).await?;
                Box::new(TlsConnector::from(config).connect(name, stream).await?)
            }
            #[cfg(unix)]
            ConnectionAddr::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
            _ => {
                let problem = "addresses of this kind are not supported";
                return Err(RedisError::from((ErrorKind::InvalidClientConfig, problem)));
            }
        })
    }
}

fn invalid_url(problem: impl Into<String>) -> ConfigError {
    ConfigError::new("url", problem)
}

/// Connects to all addresses of a host at the same time, and returns the first connection that is established.
async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let addresses = lookup_host((host, port)).await?;
    let mut attempts: JoinSet<_> = addresses.map(TcpStream::connect).collect();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    while let Some(attempt) = attempts.join_next().await {
        match attempt.map_err(io::Error::from).and_then(|stream| stream) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                let keep_alive = TcpKeepalive::new().with_time(KEEP_ALIVE);
                SockRef::from(&stream).set_tcp_keepalive(&keep_alive)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

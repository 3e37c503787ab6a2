//! The server that a store connects to.

use std::{fmt, pin::Pin, sync::Arc};

use redis::{Client, RedisResult, io::tcp::socket2::TcpKeepalive};

use super::{
    address::{Address, KEEP_ALIVE},
    connection::Connection,
    failure::Failure,
    tls::Tls,
};

#[derive(Clone)]
pub(super) enum Endpoint {
    /// From a URL. The store connects by itself.
    Address(Box<Address>),
    /// From the application, which provides a client each time the store connects. The client connects.
    Clients(Clients),
}

impl Endpoint {
    /// Returns this endpoint with other certificate authorities, from a PEM text.
    pub(super) fn trusting(&self, pem: &[u8]) -> Result<Self, String> {
        let address = match self {
            Self::Address(address) if address.has_tls() => address,
            Self::Address(_) => return Err("the URL is not for TLS".to_owned()),
            Self::Clients(_) => {
                return Err("the client has certificate authorities of its own".to_owned());
            }
        };
        let (server, tls) = (address.server.clone(), Tls::trusting(pem)?);
        Ok(Self::Address(Box::new(Address { server, tls })))
    }

    /// Connects and logs in.
    pub(super) async fn connect(&self) -> Result<Connection, Failure> {
        let connected = match self {
            Self::Address(address) => address.connect().await,
            Self::Clients(clients) => clients.connect().await,
        };
        connected.map_err(Failure::of_connecting)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.server.addr().fmt(f),
            Self::Clients(_) => f.write_str("of the client"),
        }
    }
}

type ClientFuture = Pin<Box<dyn Future<Output = RedisResult<Client>> + Send>>;

#[derive(Clone)]
pub(super) struct Clients(Arc<dyn Fn() -> ClientFuture + Send + Sync>);

impl Clients {
    pub(super) fn new<F, Fut>(client: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = RedisResult<Client>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(client())))
    }

    async fn connect(&self) -> RedisResult<Connection> {
        let client = (self.0)().await?;
        Connection::of_client(&with_tcp_settings(&client)?).await
    }
}

/// Turns off the delay of small packets, and turns on TCP keep-alive unless the application did.
fn with_tcp_settings(client: &Client) -> RedisResult<Client> {
    let server = client.get_connection_info().clone();
    let mut tcp = server.tcp_settings().clone().set_nodelay(true);
    if tcp.keepalive().is_none() {
        tcp = tcp.set_keepalive(TcpKeepalive::new().with_time(KEEP_ALIVE));
    }
    Client::open(server.set_tcp_settings(tcp))
}

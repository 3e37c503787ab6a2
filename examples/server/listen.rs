//! Listening, and saying which option is to blame if that fails.

use std::net::SocketAddr;

use tokio::net::TcpListener;

pub(crate) async fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({option}): {error}"))
}

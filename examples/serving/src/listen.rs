//! Listening, with an error that names the option.

use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Listens at an address from a command line option.
///
/// # Errors
///
/// The address, the option and the reason, if the address is not available.
pub async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({option}): {error}"))
}

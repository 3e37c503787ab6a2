//! Listening, and saying which option is to blame if that fails.

use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Listens at an address that an option of the command line names.
///
/// # Errors
///
/// The address, the option and the reason, if the address cannot be had.
pub async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({option}): {error}"))
}

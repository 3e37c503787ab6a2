//! The HTTP client, with what we insist on whatever its builder says.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, redirect::Policy};

use super::{http_client::Builders, key_url::KeyUrl};
use crate::error::{FetchError, FetchErrorKind};

const USER_AGENT: &str = concat!("sequence-auth/", env!("CARGO_PKG_VERSION"));
/// The port is the URL's.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// Says how long a fetch may take.
#[derive(Clone, Copy)]
pub(crate) struct FetchTimeouts {
    pub(crate) total: Duration,
    /// For the name, the connection and the handshake of TLS.
    pub(crate) connect: Duration,
}

/// Builds the client at the first fetch: what can go wrong then belongs to fetching.
pub(super) struct LazyClient {
    timeouts: FetchTimeouts,
    attempts: Mutex<Attempts>,
}

struct Attempts {
    builders: Builders,
    client: Option<Client>,
    last_error: Option<FetchError>,
}

impl LazyClient {
    pub(super) fn new(builders: Option<Builders>, timeouts: FetchTimeouts) -> Self {
        let attempts = Attempts {
            builders: builders.unwrap_or_else(|| Box::new(|| Some(default_builder()))),
            client: None,
            last_error: None,
        };
        Self {
            timeouts,
            attempts: Mutex::new(attempts),
        }
    }

    /// Returns the client; without one yet, builds it from the next builder, and never from another one
    /// than was asked for.
    pub(super) fn get(&self, url: &KeyUrl) -> Result<Client, FetchError> {
        let attempts = &mut *self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &attempts.client {
            return Ok(client.clone());
        }
        let builder = (attempts.builders)().ok_or_else(|| attempts.error())?;
        let client = insist(builder, url, self.timeouts)
            .build()
            .map_err(|error| FetchError::caused(FetchErrorKind::Client, error));
        match &client {
            Ok(client) => attempts.client = Some(client.clone()),
            Err(error) => attempts.last_error = Some(error.clone()),
        }
        client
    }
}

impl Attempts {
    /// Returns why there is no client, and no builder any more.
    fn error(&self) -> FetchError {
        self.last_error.clone().unwrap_or_else(|| {
            let cause = "its build panicked, and a `ClientBuilder` can be built once only";
            FetchError::caused(FetchErrorKind::Client, cause)
        })
    }
}

/// Sets what holds for every client.
fn insist(builder: ClientBuilder, url: &KeyUrl, timeouts: FetchTimeouts) -> ClientBuilder {
    let builder = builder
        .redirect(Policy::none())
        .timeout(timeouts.total)
        .connect_timeout(timeouts.connect)
        // A fetch every few minutes needs no open connection, and none outlives its runtime.
        .pool_max_idle_per_host(0)
        // What another crate switches on in reqwest is on by default here too: codings that unpack something
        // small to something large, and a resolver that asks Google where it finds no configuration.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .no_hickory_dns();
    if !url.is_loopback() {
        return builder.https_only(true);
    }
    let builder = builder.no_proxy();
    let builder = match url.loopback_name() {
        Some(name) => builder.resolve_to_addrs(name, &LOOPBACK),
        None => builder,
    };
    if url.is_plain_http() {
        // Else the certificates of the system are read, and a system without any is an error.
        builder.tls_certs_only([])
    } else {
        builder
    }
}

fn default_builder() -> ClientBuilder {
    let builder = Client::builder().user_agent(USER_AGENT).http1_only();
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native();
    #[cfg(not(feature = "native-tls"))]
    let builder = builder.tls_backend_rustls();
    builder
}

//! The HTTP client. It is built at the first fetch, with settings that the application's builder cannot change.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, redirect::Policy};

use super::{http_client::Builders, key_url::KeyUrl};
use crate::error::{FetchError, FetchErrorKind};

const USER_AGENT: &str = concat!("sequence-auth/", env!("CARGO_PKG_VERSION"));
/// Port 0 stands for the URL's port.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// How long a fetch may take.
#[derive(Clone, Copy)]
pub(crate) struct FetchTimeouts {
    pub(crate) total: Duration,
    /// For name resolution, TCP and the TLS handshake.
    pub(crate) connect: Duration,
}

/// Builds the client at the first fetch: a failed build is then a failed fetch, not a panic at start-up.
pub(super) struct LazyClient {
    timeouts: FetchTimeouts,
    build: Mutex<Build>,
}

/// The source of builders, and the result of the last build.
struct Build {
    builders: Builders,
    client: Option<Client>,
    last_error: Option<FetchError>,
}

impl LazyClient {
    pub(super) fn new(builders: Option<Builders>, timeouts: FetchTimeouts) -> Self {
        let build = Build {
            builders: builders.unwrap_or_else(|| Box::new(|| Some(default_builder()))),
            client: None,
            last_error: None,
        };
        Self {
            timeouts,
            build: Mutex::new(build),
        }
    }

    /// Returns the client, or builds it from the next builder. The default builder never replaces a configured builder
    /// that failed.
    pub(super) fn get(&self, url: &KeyUrl) -> Result<Client, FetchError> {
        let build = &mut *self.build.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &build.client {
            return Ok(client.clone());
        }
        let builder = (build.builders)().ok_or_else(|| build.error())?;
        let client = with_fixed_settings(builder, url, self.timeouts)
            .build()
            .map_err(|error| FetchError::caused(FetchErrorKind::Client, error));
        match &client {
            Ok(client) => build.client = Some(client.clone()),
            Err(error) => build.last_error = Some(error.clone()),
        }
        client
    }
}

impl Build {
    /// Returns why there is neither a client nor another builder.
    fn error(&self) -> FetchError {
        self.last_error.clone().unwrap_or_else(|| {
            let cause = "its build panicked, and a `ClientBuilder` can be built only once";
            FetchError::caused(FetchErrorKind::Client, cause)
        })
    }
}

/// Sets the settings that a configured builder cannot change.
fn with_fixed_settings(
    builder: ClientBuilder,
    url: &KeyUrl,
    timeouts: FetchTimeouts,
) -> ClientBuilder {
    let builder = builder
        .redirect(Policy::none())
        .timeout(timeouts.total)
        .connect_timeout(timeouts.connect)
        // Fetches are minutes apart, so an idle connection is useless. It would not outlive its runtime either.
        .pool_max_idle_per_host(0)
        // Another crate can enable features of reqwest, which are on by default then: content codings, which unpack a
        // small response to a large one, and a resolver that falls back to Google's servers.
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
        // Otherwise reqwest reads the system's certificates, and fails if there are none.
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

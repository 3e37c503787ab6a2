//! The key document over HTTPS: the only file that names reqwest.

use std::{
    mem,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderValue,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING},
};
use reqwest::{Client, Response, StatusCode, Url, redirect::Policy};

use super::fetcher::FetchKeys;
use crate::error::{ConfigError, FetchError, FetchErrorKind};

pub use reqwest::ClientBuilder;

const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const USER_AGENT: &str = concat!("sequence-auth/", env!("CARGO_PKG_VERSION"));

/// Fetches the key document from a URL: `https`, or `http` on loopback.
pub(crate) struct HttpFetcher {
    url: Url,
    timeout: Duration,
    client: Mutex<LazyClient>,
}

/// A client that is built at the first fetch: what can go wrong then belongs to fetching.
enum LazyClient {
    Default,
    Custom(Box<ClientBuilder>),
    Built(Client),
    /// A custom builder gives one try only.
    Failed(FetchError),
}

/// Parses the URL of a key document that `setting` leads to: `https`, or `http` on loopback.
pub(crate) fn parse_url(setting: &'static str, text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text)
        .map_err(|error| ConfigError::new(setting, "it is not a URL").with_source(error))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::new(setting, "it holds credentials"));
    }
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !is_safe {
        let problem = format!("`{url}` is neither https nor http on loopback");
        return Err(ConfigError::new(setting, problem));
    }
    Ok(url)
}

impl HttpFetcher {
    pub(crate) fn new(url: Url, timeout: Duration, client: Option<Box<ClientBuilder>>) -> Self {
        Self {
            url,
            timeout,
            client: Mutex::new(client.map_or(LazyClient::Default, LazyClient::Custom)),
        }
    }

    fn client(&self) -> Result<Client, FetchError> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, result) = match mem::replace(&mut *client, LazyClient::Default) {
            LazyClient::Built(client) => (LazyClient::Built(client.clone()), Ok(client)),
            LazyClient::Failed(error) => (LazyClient::Failed(error.clone()), Err(error)),
            LazyClient::Default => match self.build(default_builder()) {
                Ok(client) => (LazyClient::Built(client.clone()), Ok(client)),
                Err(error) => (LazyClient::Default, Err(error)),
            },
            LazyClient::Custom(builder) => match self.build(*builder) {
                Ok(client) => (LazyClient::Built(client.clone()), Ok(client)),
                Err(error) => (LazyClient::Failed(error.clone()), Err(error)),
            },
        };
        *client = next;
        result
    }

    /// Builds the client with what we insist on, whatever the builder said.
    fn build(&self, builder: ClientBuilder) -> Result<Client, FetchError> {
        let builder = builder
            .redirect(Policy::none())
            .timeout(self.timeout)
            .connect_timeout(CONNECT_TIMEOUT.min(self.timeout))
            // A fetch every few minutes needs no open connection, and none outlives its runtime.
            .pool_max_idle_per_host(0);
        let builder = if is_loopback(&self.url) {
            builder.no_proxy()
        } else {
            builder.https_only(true)
        };
        builder
            .build()
            .map_err(|error| FetchError::caused(FetchErrorKind::Client, error))
    }
}

impl FetchKeys for HttpFetcher {
    async fn fetch(&self) -> Result<Bytes, FetchError> {
        let request = self.client()?.get(self.url.clone());
        let request = request
            .header(ACCEPT, "application/json")
            // Nothing small that unpacks to something large.
            .header(ACCEPT_ENCODING, "identity");
        let response = request.send().await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(FetchErrorKind::Status(response.status().as_u16()).into());
        }
        if is_encoded(&response) {
            let problem = "it has a content coding, although none was asked for";
            return Err(FetchError::caused(FetchErrorKind::Document, problem));
        }
        read(response).await
    }
}

fn default_builder() -> ClientBuilder {
    let builder = Client::builder().user_agent(USER_AGENT);
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native();
    builder
}

fn is_encoded(response: &Response) -> bool {
    let codings = response.headers().get_all(CONTENT_ENCODING);
    let is_none = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    !codings.iter().all(is_none)
}

/// Reads the document as long as it stays within its limit, whatever length it claims.
async fn read(mut response: Response) -> Result<Bytes, FetchError> {
    let limit = MAX_DOCUMENT_BYTES as u64;
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Err(FetchErrorKind::TooLarge.into());
    }
    let mut document = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if document.len() + chunk.len() > MAX_DOCUMENT_BYTES {
            return Err(FetchErrorKind::TooLarge.into());
        }
        document.extend_from_slice(&chunk);
    }
    Ok(document.freeze())
}

fn failed(error: reqwest::Error) -> FetchError {
    let kind = if error.is_timeout() {
        FetchErrorKind::Timeout
    } else {
        FetchErrorKind::Transport
    };
    FetchError::caused(kind, error.without_url())
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

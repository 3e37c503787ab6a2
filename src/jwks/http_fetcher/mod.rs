//! The key document over HTTPS. Only this folder names reqwest.

mod http_client;
mod key_url;
mod lazy_client;
mod server_clock;

use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use http::{
    HeaderValue,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING},
};
pub use reqwest::ClientBuilder;
use reqwest::{Response, StatusCode};

pub(crate) use http_client::Builders;
pub use http_client::HttpClient;
pub(crate) use key_url::KeyUrl;
pub(crate) use lazy_client::FetchTimeouts;

use super::fetcher::FetchKeys;
use crate::{
    defaults::LIMIT_KEY_DOCUMENT_BYTES,
    error::{FetchError, FetchErrorKind},
    observe::ClockEvents,
};
use lazy_client::LazyClient;
use server_clock::server_time;

/// Fetches the key document from a URL.
pub(crate) struct HttpFetcher {
    url: KeyUrl,
    client: LazyClient,
    clock: ClockEvents,
}

impl HttpFetcher {
    pub(crate) fn new(url: KeyUrl, timeouts: FetchTimeouts, client: Option<Builders>) -> Self {
        Self {
            url,
            client: LazyClient::new(client, timeouts),
            clock: ClockEvents::default(),
        }
    }
}

impl HttpFetcher {
    fn compare_clocks(&self, response: &Response) {
        if let Some(time) = server_time(response.headers()) {
            self.clock
                .compared(time, SystemTime::now(), &self.url.to_string());
        }
    }
}

impl FetchKeys for HttpFetcher {
    async fn fetch(&self) -> Result<Bytes, FetchError> {
        let client = self.client.get(&self.url)?;
        let request = client.get(self.url.as_url().clone());
        let request = request
            .header(ACCEPT, "application/json")
            // A small response must not unpack to a large one.
            .header(ACCEPT_ENCODING, "identity");
        let response = request.send().await.map_err(failed)?;
        self.compare_clocks(&response);
        if response.status() != StatusCode::OK {
            return Err(FetchErrorKind::Status(response.status().as_u16()).into());
        }
        if is_encoded(&response) {
            let problem = "it has a content coding, which the request did not accept";
            return Err(FetchError::caused(FetchErrorKind::Document, problem));
        }
        read(response).await
    }
}

fn is_encoded(response: &Response) -> bool {
    let codings = response.headers().get_all(CONTENT_ENCODING);
    let is_none = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    !codings.iter().all(is_none)
}

/// Reads the document up to the limit, even if `Content-Length` is absent or wrong.
async fn read(mut response: Response) -> Result<Bytes, FetchError> {
    let limit = LIMIT_KEY_DOCUMENT_BYTES as u64;
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Err(FetchErrorKind::TooLarge.into());
    }
    let mut document = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if document.len() + chunk.len() > LIMIT_KEY_DOCUMENT_BYTES {
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

//! The source of the key document, and the algorithm of the keys to read from it.

use std::sync::Arc;

use super::fetcher::DynFetchKeys;
use crate::{error::FetchError, token::Algorithm};

#[derive(Clone)]
pub(crate) struct KeyEndpoint {
    pub(super) fetcher: Arc<dyn DynFetchKeys>,
    /// The URL as it may be logged; `None` for a fetcher of the application.
    pub(super) url: Option<Arc<str>>,
    /// The algorithm of the keys to read from the document.
    pub(super) algorithm: Algorithm,
}

impl KeyEndpoint {
    pub(crate) fn new(
        fetcher: Arc<dyn DynFetchKeys>,
        url: Option<Arc<str>>,
        algorithm: Algorithm,
    ) -> Self {
        Self {
            fetcher,
            url,
            algorithm,
        }
    }

    /// Returns the source of the keys for logs and health: the URL, or a text for a fetcher of the application.
    pub(super) fn description(&self) -> Arc<str> {
        let custom = || "a key_fetcher of the application".into();
        self.url.clone().unwrap_or_else(custom)
    }

    /// Adds the URL to an error.
    pub(super) fn located(&self, error: FetchError) -> FetchError {
        match &self.url {
            Some(url) => error.with_url(Arc::clone(url)),
            None => error,
        }
    }
}

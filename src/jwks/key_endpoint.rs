//! Where the key document comes from, and for which keys it is read.

use std::sync::Arc;

use super::fetcher::DynFetchKeys;
use crate::{error::FetchError, token::Algorithm};

#[derive(Clone)]
pub(crate) struct KeyEndpoint {
    pub(super) fetcher: Arc<dyn DynFetchKeys>,
    /// As it may be shown; `None` for a fetcher of the application's own.
    pub(super) url: Option<Arc<str>>,
    /// Of the keys that are taken from the document.
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

    /// Returns what the operator is told of where the keys come from.
    pub(super) fn description(&self) -> Arc<str> {
        let custom = || "a key_fetcher of the application".into();
        self.url.clone().unwrap_or_else(custom)
    }

    /// Names the URL in an error.
    pub(super) fn located(&self, error: FetchError) -> FetchError {
        match &self.url {
            Some(url) => error.with_url(Arc::clone(url)),
            None => error,
        }
    }
}

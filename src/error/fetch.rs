//! A failure to get keys.

use std::{error::Error as StdError, fmt, sync::Arc};

use super::{Source, source};

/// Describes why a key document could not be fetched or used. `Display` names the URL.
#[derive(Clone, Debug)]
pub struct FetchError {
    kind: FetchErrorKind,
    url: Option<Arc<str>>,
    source: Option<Source>,
}

impl FetchError {
    /// Creates the error of a [`FetchKeys`](crate::FetchKeys) of your own, from what caused it.
    pub fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::caused(FetchErrorKind::Other, source)
    }

    pub(crate) fn caused(
        kind: FetchErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            url: None,
            source: Some(Source::new(source)),
        }
    }

    pub(crate) fn with_url(mut self, url: Arc<str>) -> Self {
        self.url = Some(url);
        self
    }

    /// Returns what kind of failure it was.
    #[must_use]
    pub fn kind(&self) -> FetchErrorKind {
        self.kind
    }

    /// Returns the URL that was asked, without its query; `None` for a [`FetchKeys`](crate::FetchKeys) of your own.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl From<FetchErrorKind> for FetchError {
    fn from(kind: FetchErrorKind) -> Self {
        Self {
            kind,
            url: None,
            source: None,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            FetchErrorKind::Client => f.write_str("the HTTP client could not be built"),
            FetchErrorKind::Transport => f.write_str("the issuer could not be reached"),
            FetchErrorKind::Timeout => f.write_str("the issuer did not answer in time"),
            FetchErrorKind::Status(status) => write!(f, "the issuer answered {status}, not 200"),
            FetchErrorKind::TooLarge => f.write_str("the key document is too large"),
            FetchErrorKind::Document => f.write_str("the key document is not usable"),
            FetchErrorKind::Panicked => f.write_str("the key fetcher panicked"),
            FetchErrorKind::Other => f.write_str("the key fetcher failed"),
        }?;
        match &self.url {
            Some(url) => write!(f, " ({url})"),
            None => Ok(()),
        }
    }
}

impl StdError for FetchError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(self.source.as_ref())
    }
}

/// Names what went wrong while keys were fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The HTTP client could not be built: no CA certificates, say.
    Client,
    /// The issuer could not be reached, or the connection failed.
    Transport,
    /// The document was not there within the time for one fetch.
    Timeout,
    /// The issuer answered with a status other than 200. Redirects are not followed.
    Status(u16),
    /// The document is larger than 256 KiB.
    TooLarge,
    /// The document is no JSON Web Key Set, or holds no usable key.
    Document,
    /// The [`FetchKeys`](crate::FetchKeys) panicked.
    Panicked,
    /// A [`FetchKeys`](crate::FetchKeys) of your own failed.
    Other,
}

impl FetchErrorKind {
    /// Returns the name of the kind in snake case, as metrics have it; `status` for each status.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Status(_) => "status",
            Self::TooLarge => "too_large",
            Self::Document => "document",
            Self::Panicked => "panicked",
            Self::Other => "other",
        }
    }
}

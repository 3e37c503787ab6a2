//! The error of a failed fetch of keys.

use std::{error::Error as StdError, fmt, sync::Arc};

use super::{Source, source};

/// The reason why a key document could not be fetched or used.
///
/// `Display` names the URL. The [source](StdError::source) is the underlying error, if there is one.
/// [`KeyHealth::last_error`](crate::KeyHealth::last_error) returns the error of the last fetch.
///
/// # Example
///
/// ```
/// use sequence_auth::{FetchError, FetchErrorKind};
///
/// let error = FetchError::from(FetchErrorKind::Status(503));
/// assert_eq!(error.to_string(), "the issuer answered 503, not 200");
/// ```
#[derive(Clone, Debug)]
pub struct FetchError {
    kind: FetchErrorKind,
    url: Option<Arc<str>>,
    source: Option<Source>,
}

impl FetchError {
    /// Creates an error for a [`FetchKeys`](crate::FetchKeys) of your own from its cause. The kind is
    /// [`FetchErrorKind::Other`].
    ///
    /// The layer logs the cause, so keep secrets out of it.
    ///
    /// ```
    /// use sequence_auth::{FetchError, FetchErrorKind};
    ///
    /// fn read(path: &str) -> Result<Vec<u8>, FetchError> {
    ///     std::fs::read(path).map_err(FetchError::new)
    /// }
    ///
    /// let error = read("missing/jwks.json").expect_err("there is no such file");
    /// assert_eq!(error.kind(), FetchErrorKind::Other);
    /// ```
    #[must_use]
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

    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> FetchErrorKind {
        self.kind
    }

    /// Returns the URL of the fetch without its query, or `None` for a [`FetchKeys`](crate::FetchKeys) of your own.
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

/// The kind of a failed fetch of keys.
///
/// ```
/// use sequence_auth::FetchErrorKind;
///
/// assert_eq!(FetchErrorKind::TooLarge.as_str(), "too_large");
/// assert_eq!(FetchErrorKind::Status(404).as_str(), "status");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The HTTP client could not be built, for example because the machine lacks CA certificates.
    Client,
    /// The issuer could not be reached, or the connection failed.
    Transport,
    /// The document did not arrive within [`fetch_timeout`](crate::SequenceAuthLayerBuilder::fetch_timeout).
    Timeout,
    /// The issuer answered with a status other than 200. Redirects are not followed.
    Status(u16),
    /// The document is larger than 256 KiB.
    TooLarge,
    /// The document is not a JSON Web Key Set, or lacks a usable key.
    Document,
    /// The [`FetchKeys`](crate::FetchKeys) panicked.
    Panicked,
    /// The [`FetchKeys`](crate::FetchKeys) of your own returned an error.
    Other,
}

impl FetchErrorKind {
    /// Returns the name of the kind in snake case, as metrics use it. All statuses have the name `status`.
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

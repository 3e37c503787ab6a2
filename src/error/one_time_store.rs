//! The error of a one-time store that could not record a use.

use std::{error::Error as StdError, fmt, time::Duration};

use super::{AuthErrorKind, Source, source};

/// The reason why a [`OneTimeStore`](crate::OneTimeStore) could not record a use.
///
/// The layer refuses the request with 503, or with 429 if one account has used up its share. The layer logs the error and
/// its sources, so keep secrets out of them.
///
/// # Example
///
/// ```
/// use std::{io, time::Duration};
///
/// use sequence_auth::OneTimeStoreError;
///
/// let cause = io::Error::from(io::ErrorKind::ConnectionRefused);
/// let error = OneTimeStoreError::unavailable(cause).with_retry_after(Duration::from_secs(2));
/// assert_eq!(error.to_string(), "the store is not available");
/// ```
#[derive(Debug)]
pub struct OneTimeStoreError {
    kind: Kind,
    retry_after: Option<Duration>,
}

#[derive(Debug)]
enum Kind {
    Full,
    ShareUsed,
    Unavailable(Source),
}

impl OneTimeStoreError {
    /// Creates the error of a full store. A store must not drop a use before it expires.
    ///
    /// The refusal is [`OneTimeStoreFull`](AuthErrorKind::OneTimeStoreFull).
    #[must_use]
    pub fn full() -> Self {
        Self::new(Kind::Full)
    }

    /// Creates the error of a store that has room, while the key's [owner](crate::OneTimeKey::owner) has used up its
    /// share.
    ///
    /// The refusal is [`OneTimeShareUsed`](AuthErrorKind::OneTimeShareUsed).
    #[must_use]
    pub fn share_used() -> Self {
        Self::new(Kind::ShareUsed)
    }

    /// Creates the error of a store that cannot be reached, from its cause.
    ///
    /// The refusal is [`OneTimeStoreUnavailable`](AuthErrorKind::OneTimeStoreUnavailable).
    #[must_use]
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Unavailable(Source::new(source)))
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            retry_after: None,
        }
    }

    /// Sets the time after which the same use may succeed, for the `Retry-After` of the response. The layer sends at
    /// least 1 second and at most one day. Default: 1 second.
    #[must_use]
    pub fn with_retry_after(mut self, time: Duration) -> Self {
        self.retry_after = Some(time);
        self
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    pub(crate) fn is_share_used(&self) -> bool {
        matches!(self.kind, Kind::ShareUsed)
    }

    pub(crate) fn auth_kind(&self) -> AuthErrorKind {
        match self.kind {
            Kind::Full => AuthErrorKind::OneTimeStoreFull,
            Kind::ShareUsed => AuthErrorKind::OneTimeShareUsed,
            Kind::Unavailable(_) => AuthErrorKind::OneTimeStoreUnavailable,
        }
    }
}

impl fmt::Display for OneTimeStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Full => "the store is full",
            Kind::ShareUsed => "one account has used up its share of the store",
            Kind::Unavailable(_) => "the store is not available",
        })
    }
}

impl StdError for OneTimeStoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.kind {
            Kind::Full | Kind::ShareUsed => None,
            Kind::Unavailable(error) => source(Some(error)),
        }
    }
}

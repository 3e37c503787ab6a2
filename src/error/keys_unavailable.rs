//! No keys to verify tokens with.

use std::{error::Error as StdError, fmt, time::Duration};

use super::{Causes, FetchError};

/// Describes why there are no keys to verify tokens with: how the last fetch failed.
///
/// `Display` gives the reason on the same line; the [source](StdError::source) is the [`FetchError`].
#[derive(Clone, Debug)]
pub struct KeysUnavailable {
    pub(crate) last_error: Option<FetchError>,
    pub(crate) retry_after: Option<Duration>,
}

impl KeysUnavailable {
    /// Returns the time to the next attempt: zero while an attempt is under way, `None` after a
    /// [shutdown](crate::SequenceAuthLayer::shutdown).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for KeysUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no trustworthy keys are available: ")?;
        match &self.last_error {
            Some(error) => write!(f, "{}", Causes(error)),
            None if self.retry_after.is_none() => f.write_str("none are fetched after a shutdown"),
            None => f.write_str("the issuer has not answered yet"),
        }
    }
}

impl StdError for KeysUnavailable {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.last_error.as_ref().map(|error| error as _)
    }
}

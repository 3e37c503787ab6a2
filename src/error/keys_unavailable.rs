//! The error of a layer without trustworthy keys.

use std::{error::Error as StdError, fmt, time::Duration};

use super::{Causes, FetchError};

/// The reason why a layer cannot verify tokens: its keys are missing or too old.
///
/// [`SequenceAuthLayer::ready`](crate::SequenceAuthLayer::ready) returns it if the issuer cannot be reached at
/// start-up. `Display` includes the error of the last fetch and its causes on the same line, or a shutdown. The
/// [source](StdError::source) is the [`FetchError`].
///
/// # Example
///
/// Serving is safe without keys: requests are refused with 503 until the issuer answers. A server can therefore log the
/// error and start:
///
/// ```
/// # #[cfg(feature = "testing")] {
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
/// # runtime.block_on(async {
/// use sequence_auth::testing::LocalIssuer;
///
/// let issuer = LocalIssuer::new();
/// issuer.set_down(true);
/// let layer = issuer.layer(13639);
///
/// let error = layer.ready().await.expect_err("the issuer is down");
/// eprintln!("{error}");
/// assert!(error.to_string().starts_with("no trustworthy keys are available"));
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct KeysUnavailable {
    pub(crate) last_error: Option<FetchError>,
    pub(crate) retry_after: Option<Duration>,
}

impl KeysUnavailable {
    /// Returns the time until the next fetch. The time is zero while a fetch is in progress, and `None` after a
    /// [shutdown](crate::SequenceAuthLayer::shutdown).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for KeysUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no trustworthy keys are available: ")?;
        if self.retry_after.is_none() {
            return f.write_str("no keys are fetched after a shutdown");
        }
        match &self.last_error {
            Some(error) => write!(f, "{}", Causes(error)),
            None => f.write_str("the issuer has not answered yet"),
        }
    }
}

impl StdError for KeysUnavailable {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.last_error.as_ref().map(|error| error as _)
    }
}

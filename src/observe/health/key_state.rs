//! Whether keys are trusted, and up to date.

use std::fmt;

use serde::Serialize;

/// The state of an issuer's keys: whether they are trusted, and whether they are up to date.
///
/// ```
/// use sequence_auth::KeyState;
///
/// assert_eq!(KeyState::Stale.to_string(), "stale");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KeyState {
    /// Keys were never loaded. Tokens are answered with 503.
    Waiting,
    /// The last fetch succeeded, or the keys are static.
    Fresh,
    /// The last fetch failed or is overdue. The keys are still trusted.
    Stale,
    /// The last good fetch is longer ago than [`max_stale`](crate::SequenceAuthLayerBuilder::max_stale), by the steady
    /// clock or, after the machine slept, by the wall clock. The keys are not trusted, and tokens are answered with
    /// 503.
    Expired,
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Expired => "expired",
        })
    }
}

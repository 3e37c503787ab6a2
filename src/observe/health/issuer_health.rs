//! The state of the keys of one issuer.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::KeyState;
use crate::error::{Causes, Escaped, FetchError};

/// Describes the state of the keys of one issuer at one moment.
///
/// ```
/// # #[cfg(feature = "testing")] {
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// use sequence_auth::{KeyState, testing::LocalIssuer};
///
/// let layer = LocalIssuer::new().layer(13639);
/// layer.ready().await?;
///
/// let health = layer.health();
/// let issuer = &health.issuers()[0];
/// assert_eq!(issuer.issuer(), "https://waas.sequence.test");
/// assert_eq!(issuer.state(), KeyState::Fresh);
/// assert_eq!(issuer.key_ids().len(), 1);
/// # Ok::<(), sequence_auth::KeysUnavailable>(()) }).unwrap();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct IssuerHealth {
    pub(crate) issuer: Arc<str>,
    pub(crate) keys_from: Arc<str>,
    pub(crate) state: KeyState,
    pub(crate) key_ids: Vec<String>,
    pub(crate) age: Option<Duration>,
    pub(crate) next_attempt_in: Option<Duration>,
    pub(crate) failures: u32,
    pub(crate) last_error: Option<FetchError>,
}

impl IssuerHealth {
    /// Returns the issuer, the `iss` of its tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the source of the keys: the URL of the key document without its query, or a text for keys that the
    /// application provides.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let layer = LocalIssuer::new().layer(13639);
    /// layer.ready().await?;
    ///
    /// let health = layer.health();
    /// assert_eq!(health.issuers()[0].keys_from(), "a key_fetcher of the application");
    /// # Ok::<(), sequence_auth::KeysUnavailable>(()) }).unwrap();
    /// # }
    /// ```
    #[must_use]
    pub fn keys_from(&self) -> &str {
        &self.keys_from
    }

    /// Returns `true` if tokens of this issuer can be verified: its keys are fresh, or stale but still trusted.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.state, KeyState::Fresh | KeyState::Stale)
    }

    /// Returns the state of the keys.
    #[must_use]
    pub fn state(&self) -> KeyState {
        self.state
    }

    /// Returns the IDs (`kid`) of the last good keys, sorted.
    #[must_use]
    pub fn key_ids(&self) -> &[String] {
        &self.key_ids
    }

    /// Returns the time since the keys were last fetched. `None` for static keys, and before the first fetch.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// Returns the time until the next attempt, zero while an attempt is in progress. `None` for static keys, and after
    /// a [shutdown](crate::SequenceAuthLayer::shutdown).
    #[must_use]
    pub fn next_attempt_in(&self) -> Option<Duration> {
        self.next_attempt_in
    }

    /// Returns the number of failed attempts since the last success.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Returns why the last attempt failed, or `None` if it succeeded.
    #[must_use]
    pub fn last_error(&self) -> Option<&FetchError> {
        self.last_error.as_ref()
    }
}

impl fmt::Display for IssuerHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} key(s)", self.state, self.key_ids.len())?;
        if let Some(age) = self.age {
            write!(f, ", fetched {} s ago", age.as_secs())?;
        }
        if let Some(next) = self.next_attempt_in {
            write!(f, ", next attempt in {} s", next.as_secs())?;
        }
        match &self.last_error {
            Some(error) => write!(f, ", {} failed: {}", self.failures, Causes(error)),
            None => Ok(()),
        }
    }
}

impl Serialize for IssuerHealth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut health = serializer.serialize_struct("IssuerHealth", 9)?;
        health.serialize_field("issuer", &Escaped(&self.issuer).to_string())?;
        health.serialize_field("keys_from", &*self.keys_from)?;
        health.serialize_field("ready", &self.is_ready())?;
        health.serialize_field("state", &self.state)?;
        health.serialize_field("key_ids", &escaped(&self.key_ids))?;
        health.serialize_field("age", &seconds(self.age))?;
        health.serialize_field("next_attempt_in", &seconds(self.next_attempt_in))?;
        health.serialize_field("failures", &self.failures)?;
        health.serialize_field("last_error", &with_causes(self.last_error()))?;
        health.end()
    }
}

pub(super) fn seconds(time: Option<Duration>) -> Option<u64> {
    time.map(|time| time.as_secs())
}

pub(super) fn with_causes(error: Option<&FetchError>) -> Option<String> {
    error.map(|error| Causes(error).to_string())
}

pub(super) fn escaped(key_ids: &[String]) -> Vec<String> {
    let escaped = key_ids.iter().map(|key_id| Escaped(key_id).to_string());
    escaped.collect()
}

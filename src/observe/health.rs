//! The state of the keys, for readiness probes.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::error::{Causes, Escaped, FetchError};

/// Describes the state of the keys at one moment, for a readiness probe.
///
/// Do not use it for a liveness probe: a restart does not end an outage of the issuer, it only loses the keys.
/// `Display` gives one line; `Serialize` writes the getters' names, times in seconds.
#[derive(Clone, Debug)]
pub struct KeyHealth {
    pub(crate) state: KeyState,
    pub(crate) key_ids: Vec<String>,
    pub(crate) age: Option<Duration>,
    pub(crate) next_attempt_in: Option<Duration>,
    pub(crate) failures: u32,
    pub(crate) last_error: Option<FetchError>,
}

impl KeyHealth {
    /// Returns `true` if tokens can be verified: the keys are fresh, or stale but still trusted.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.state, KeyState::Fresh | KeyState::Stale)
    }

    /// Returns how far the keys can be relied on.
    #[must_use]
    pub fn state(&self) -> KeyState {
        self.state
    }

    /// Returns the ids (`kid`) of the last good keys, sorted.
    #[must_use]
    pub fn key_ids(&self) -> &[String] {
        &self.key_ids
    }

    /// Returns the time since the keys were last fetched; `None` for static keys, and before the first ones.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// Returns the time to the next attempt, zero while one is under way; `None` for static keys and after a
    /// [shutdown](crate::SequenceAuthLayer::shutdown).
    #[must_use]
    pub fn next_attempt_in(&self) -> Option<Duration> {
        self.next_attempt_in
    }

    /// Returns how many attempts in a row have failed.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Returns why the last attempt failed, if it did.
    #[must_use]
    pub fn last_error(&self) -> Option<&FetchError> {
        self.last_error.as_ref()
    }
}

/// Names how far the keys can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KeyState {
    /// No keys were ever loaded.
    Waiting,
    /// The last refresh succeeded, or the keys are static.
    Fresh,
    /// The last refresh failed or is overdue; the keys are still trusted.
    Stale,
    /// The last good fetch is longer ago than `max_stale`, by the steady clock or, as after a sleep of the
    /// machine, by the wall clock; the keys are no longer trusted.
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

impl fmt::Display for KeyHealth {
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

impl Serialize for KeyHealth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs());
        let mut health = serializer.serialize_struct("KeyHealth", 6)?;
        health.serialize_field("state", &self.state)?;
        let key_ids: Vec<_> = self.key_ids.iter().map(escaped).collect();
        health.serialize_field("key_ids", &key_ids)?;
        health.serialize_field("age", &seconds(self.age))?;
        health.serialize_field("next_attempt_in", &seconds(self.next_attempt_in))?;
        health.serialize_field("failures", &self.failures)?;
        let last_error = self
            .last_error
            .as_ref()
            .map(|error| Causes(error).to_string());
        health.serialize_field("last_error", &last_error)?;
        health.end()
    }
}

fn escaped(key_id: &String) -> String {
    Escaped(key_id).to_string()
}

//! The state of the keys, for readiness probes.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::error::{Causes, Escaped, FetchError};

/// Describes the state of a layer's keys at one moment, for a readiness probe.
///
/// A layer that trusts [several issuers](crate::SequenceAuthLayer::or) is ready with the keys of one of them. The
/// getters here sum up all issuers; [`issuers`](Self::issuers) returns the state of each.
///
/// Do not use it for a liveness probe: a restart does not end an outage of the issuer, it only loses the keys.
/// `Display` gives one line; `Serialize` writes the getters' names (`ready` for [`is_ready`](Self::is_ready)), times in
/// seconds.
#[derive(Clone, Debug)]
pub struct KeyHealth {
    issuers: Vec<IssuerHealth>,
    key_ids: Vec<String>,
}

impl KeyHealth {
    pub(crate) fn new(issuers: Vec<IssuerHealth>) -> Self {
        let key_ids = issuers.iter().flat_map(IssuerHealth::key_ids);
        Self {
            key_ids: key_ids.cloned().collect(),
            issuers,
        }
    }

    /// Returns the state of the keys of each issuer, that of Embedded Wallet before that of OMS Wallet. Most layers
    /// trust one. Alerts belong on these: the getters of this type mix the issuers.
    #[must_use]
    pub fn issuers(&self) -> &[IssuerHealth] {
        &self.issuers
    }

    /// Returns `true` if tokens of at least one issuer can be verified: its keys are fresh, or stale but still trusted.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.issuers.iter().any(IssuerHealth::is_ready)
    }

    /// Returns how far the keys can be relied on; with several issuers, the best of their states.
    #[must_use]
    pub fn state(&self) -> KeyState {
        let states = self.issuers.iter().map(IssuerHealth::state);
        let usefulness = |state: &KeyState| match state {
            KeyState::Fresh => 3,
            KeyState::Stale => 2,
            KeyState::Waiting => 1,
            KeyState::Expired => 0,
        };
        states.max_by_key(usefulness).unwrap_or(KeyState::Waiting)
    }

    /// Returns the ids (`kid`) of the last good keys, sorted for each issuer.
    #[must_use]
    pub fn key_ids(&self) -> &[String] {
        &self.key_ids
    }

    /// Returns the time since the keys were last fetched, the longest if there are several issuers; `None` for static
    /// keys, and before the first ones.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.issuers.iter().filter_map(IssuerHealth::age).max()
    }

    /// Returns the time to the next attempt of any issuer, zero while one is under way; `None` for static keys and
    /// after a [shutdown](crate::SequenceAuthLayer::shutdown).
    #[must_use]
    pub fn next_attempt_in(&self) -> Option<Duration> {
        let times = self.issuers.iter();
        times.filter_map(IssuerHealth::next_attempt_in).min()
    }

    /// Returns how many attempts in a row have failed, the most if there are several issuers.
    #[must_use]
    pub fn failures(&self) -> u32 {
        let failures = self.issuers.iter().map(IssuerHealth::failures);
        failures.max().unwrap_or_default()
    }

    /// Returns why the last attempt failed, if it did; with several issuers, that of the first one that fails.
    #[must_use]
    pub fn last_error(&self) -> Option<&FetchError> {
        self.issuers.iter().find_map(IssuerHealth::last_error)
    }
}

/// Describes the state of the keys of one issuer at one moment.
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

    /// Returns where the keys come from: the URL of the key document without its query, or a text that says that the
    /// application brings the keys.
    #[must_use]
    pub fn keys_from(&self) -> &str {
        &self.keys_from
    }

    /// Returns `true` if tokens of this issuer can be verified: its keys are fresh, or stale but still trusted.
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
        if let [only] = self.issuers.as_slice() {
            return only.fmt(f);
        }
        for (index, health) in self.issuers.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {health}", Escaped(&health.issuer))?;
        }
        Ok(())
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

impl Serialize for KeyHealth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut health = serializer.serialize_struct("KeyHealth", 8)?;
        health.serialize_field("ready", &self.is_ready())?;
        health.serialize_field("state", &self.state())?;
        health.serialize_field("key_ids", &escaped(&self.key_ids))?;
        health.serialize_field("age", &seconds(self.age()))?;
        health.serialize_field("next_attempt_in", &seconds(self.next_attempt_in()))?;
        health.serialize_field("failures", &self.failures())?;
        health.serialize_field("last_error", &with_causes(self.last_error()))?;
        health.serialize_field("issuers", &self.issuers)?;
        health.end()
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

fn seconds(time: Option<Duration>) -> Option<u64> {
    time.map(|time| time.as_secs())
}

fn with_causes(error: Option<&FetchError>) -> Option<String> {
    error.map(|error| Causes(error).to_string())
}

fn escaped(key_ids: &[String]) -> Vec<String> {
    let escaped = key_ids.iter().map(|key_id| Escaped(key_id).to_string());
    escaped.collect()
}

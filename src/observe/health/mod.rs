//! The state of the keys, for readiness probes.

mod issuer_health;
mod key_state;

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use self::issuer_health::{escaped, seconds, with_causes};
pub use self::{issuer_health::IssuerHealth, key_state::KeyState};
use crate::error::{Escaped, FetchError};

/// Describes the state of a layer's keys at one moment, for a readiness probe.
///
/// If a layer trusts [several issuers](crate::SequenceAuthLayer::or), it is ready with the keys of one of them. The
/// getters of this type combine all issuers; [`issuers`](Self::issuers) returns the state of each.
///
/// Do not use it for a liveness probe: a restart does not end an outage of the issuer, and loses the keys.
///
/// Serve the whole value on an internal port only: it names the URL of the keys and the causes of failed fetches. A probe
/// that anybody can reach needs [`is_ready`](Self::is_ready) alone.
///
/// `Display` writes one line. `Serialize` writes the getters by name (`ready` for [`is_ready`](Self::is_ready)), with
/// times in seconds.
///
/// # Example
///
/// ```
/// use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
/// use sequence_auth::{KeyHealth, SequenceAuthLayer};
///
/// async fn keys(State(auth): State<SequenceAuthLayer>) -> (StatusCode, Json<KeyHealth>) {
///     let health = auth.health();
///     let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
///     (status, Json(health))
/// }
///
/// # fn internal(auth: SequenceAuthLayer) -> Router {
/// Router::new().route("/keys", get(keys)).with_state(auth) // on an internal port
/// # }
/// ```
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

    /// Returns the state of the keys of each issuer, Embedded Wallet before OMS Wallet. Most layers trust one issuer.
    ///
    /// Base alerts on these states: the getters of `KeyHealth` mix the issuers.
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
    /// for health in layer.health().issuers() {
    ///     println!("{}: {}", health.issuer(), health.state());
    /// }
    /// # Ok::<(), sequence_auth::KeysUnavailable>(()) }).unwrap();
    /// # }
    /// ```
    #[must_use]
    pub fn issuers(&self) -> &[IssuerHealth] {
        &self.issuers
    }

    /// Returns `true` if tokens of at least one issuer can be verified: its keys are fresh, or stale but still trusted.
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
    /// assert!(layer.health().is_ready());
    /// # Ok::<(), sequence_auth::KeysUnavailable>(()) }).unwrap();
    /// # }
    /// ```
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.issuers.iter().any(IssuerHealth::is_ready)
    }

    /// Returns the state of the keys; with several issuers, the best of their states.
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
    /// assert_eq!(layer.health().state(), KeyState::Fresh);
    /// # Ok::<(), sequence_auth::KeysUnavailable>(()) }).unwrap();
    /// # }
    /// ```
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

    /// Returns the IDs (`kid`) of the last good keys, sorted within each issuer.
    #[must_use]
    pub fn key_ids(&self) -> &[String] {
        &self.key_ids
    }

    /// Returns the time since the keys were last fetched; with several issuers, the longest. `None` for static keys,
    /// and before the first fetch.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.issuers.iter().filter_map(IssuerHealth::age).max()
    }

    /// Returns the time until the next attempt of any issuer, zero while an attempt is in progress. `None` for static
    /// keys, and after a [shutdown](crate::SequenceAuthLayer::shutdown).
    #[must_use]
    pub fn next_attempt_in(&self) -> Option<Duration> {
        let times = self.issuers.iter();
        times.filter_map(IssuerHealth::next_attempt_in).min()
    }

    /// Returns the number of failed attempts since the last success; with several issuers, the highest.
    #[must_use]
    pub fn failures(&self) -> u32 {
        let failures = self.issuers.iter().map(IssuerHealth::failures);
        failures.max().unwrap_or_default()
    }

    /// Returns why the last attempt failed, or `None` if it succeeded. With several issuers, returns the error of the
    /// first issuer that fails.
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
    /// assert!(layer.health().last_error().is_none());
    /// # Ok::<(), sequence_auth::KeysUnavailable>(()) }).unwrap();
    /// # }
    /// ```
    #[must_use]
    pub fn last_error(&self) -> Option<&FetchError> {
        self.issuers.iter().find_map(IssuerHealth::last_error)
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

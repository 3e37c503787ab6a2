//! Events for the keys of an issuer.

use std::mem::{Discriminant, discriminant};

use tracing::{debug, error, info, warn};

use super::{
    flood_detector::FloodChange, health::KeyState, metrics::FetchMetrics, throttle::Throttle,
};
use crate::error::{Causes, Escaped, FetchError, FetchErrorKind};

const SAME_ID: &str = "two keys have the same id: neither is used";

/// Logs each change of the keys once. Events that need no memory are associated functions.
pub(crate) struct KeyEvents {
    /// The escaped URL of the issuer.
    issuer: String,
    state: KeyState,
    failures: Throttle<Discriminant<FetchErrorKind>>,
    /// The IDs that stood for several keys in the last document.
    ambiguous: Vec<String>,
    metrics: FetchMetrics,
}

/// The differences between two key sets, by key ID, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyChanges {
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
    /// The IDs that are in both sets, with different keys.
    pub(crate) replaced: Vec<String>,
}

impl KeyChanges {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl KeyEvents {
    /// Starts with the current state and ambiguous IDs, which are not logged again.
    pub(crate) fn new(issuer: &str, state: KeyState, ambiguous: &[String]) -> Self {
        Self {
            issuer: Escaped(issuer).to_string(),
            state,
            failures: Throttle::default(),
            ambiguous: ambiguous.to_vec(),
            metrics: FetchMetrics::new(issuer),
        }
    }

    /// Logs that keys were fetched, and how they changed. `changes` is `None` for the first keys.
    pub(crate) fn fetched(&self, keys: &[String], changes: Option<&KeyChanges>) {
        let issuer = &*self.issuer;
        self.metrics.succeeded();
        self.failures.reset();
        match changes {
            None => info!(issuer, ?keys, "the first keys are loaded"),
            Some(changes) if changes.is_empty() => {
                debug!(issuer, ?keys, "the keys are unchanged");
            }
            Some(changes) => self.changed(changes),
        }
    }

    fn changed(&self, changes: &KeyChanges) {
        let KeyChanges {
            added,
            removed,
            replaced,
        } = changes;
        let issuer = &*self.issuer;
        info!(issuer, ?added, ?removed, ?replaced, "the keys have changed");
    }

    /// Logs a failed attempt. Failures of the same kind are a warning once a minute, even if other kinds occur in
    /// between.
    pub(crate) fn failed(&self, failure: &FetchError) {
        self.metrics.failed(failure.kind());
        let (issuer, error) = (&*self.issuer, Causes(failure));
        if self.failures.try_acquire(discriminant(&failure.kind())) {
            warn!(issuer, %error, "the keys could not be fetched");
        } else {
            debug!(issuer, %error, "the keys could not be fetched, again");
        }
    }

    /// Logs that there are still no keys long after the first attempt, and why the last attempt failed.
    pub(crate) fn first_keys_overdue(&self, failure: Option<&FetchError>) {
        let issuer = &*self.issuer;
        let error = failure.map(|failure| Causes(failure).to_string());
        let error = error.unwrap_or_else(|| "no fetch has ended yet".to_owned());
        error!(issuer, %error, "there are still no keys: tokens are answered with 503 until the keys can be fetched");
    }

    /// Logs the state of the keys, if it has changed.
    pub(crate) fn state_observed(&mut self, state: KeyState) {
        let issuer = &*self.issuer;
        match (self.state, state) {
            (before, now) if before == now => (),
            (_, KeyState::Stale) => warn!(
                issuer,
                "the keys are stale: the last fetch failed or is overdue. They are still trusted"
            ),
            (_, KeyState::Expired) => {
                error!(
                    issuer,
                    "the keys have expired: tokens are answered with 503 until the keys can be fetched again"
                );
            }
            (KeyState::Stale | KeyState::Expired, KeyState::Fresh) => {
                info!(issuer, "the keys are fresh again");
            }
            _ => (),
        }
        self.state = state;
    }

    /// Logs the IDs that stand for several keys, except for the IDs that did so in the last document.
    pub(crate) fn ambiguous_found(&mut self, key_ids: Vec<String>) {
        let mut new = key_ids.clone();
        new.retain(|key_id| !self.ambiguous.contains(key_id));
        if !new.is_empty() {
            let (issuer, key_ids) = (&*self.issuer, new);
            warn!(issuer, ?key_ids, "{SAME_ID}");
        }
        self.ambiguous = key_ids;
    }

    /// Logs the IDs that stand for several keys in a document from the configuration.
    pub(crate) fn report_ambiguous(key_ids: &[String]) {
        if !key_ids.is_empty() {
            warn!(?key_ids, "{SAME_ID}");
        }
    }

    /// Logs why an entry of a key document is not used.
    pub(crate) fn key_skipped(index: usize, reason: &'static str) {
        debug!(index, reason, "skipping an unusable key");
    }

    /// Logs that a flood of tokens with unknown keys has begun or ended.
    pub(crate) fn flood_changed(&self, change: FloodChange) {
        let issuer = &*self.issuer;
        match change {
            FloodChange::Begun => {
                warn!(
                    issuer,
                    "a flood of tokens that name unknown keys has begun: these tokens are refused"
                );
            }
            FloodChange::Ended(tokens) => {
                warn!(
                    issuer,
                    tokens, "the flood of tokens that name unknown keys has ended"
                );
            }
        }
    }
}

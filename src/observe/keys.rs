//! Events for the keys of an issuer.

use std::{
    fmt,
    mem::{Discriminant, discriminant},
    sync::Arc,
};

use tracing::{debug, error, info, warn};

use super::{
    flood_detector::FloodChange, health::KeyState, metrics::FetchMetrics, throttle::Throttle,
};
use crate::error::{Causes, Escaped, FetchError, FetchErrorKind};

const SAME_ID: &str = "two keys have the same id: neither is used";

/// The maximum number of key IDs in a list of an event.
const SHOWN_IDS: usize = 8;

/// Logs each change of the keys once. Events that need no memory are associated functions.
pub(crate) struct KeyEvents {
    /// The escaped URL of the issuer.
    issuer: String,
    state: KeyState,
    warnings: Arc<KeyWarnings>,
    /// The IDs that stood for several keys in the last document.
    ambiguous: Vec<String>,
    metrics: FetchMetrics,
}

/// Which warnings about an issuer's keys were logged in the last minute. It outlives the task and its runtime.
#[derive(Debug, Default)]
pub(crate) struct KeyWarnings {
    failures: Throttle<Discriminant<FetchErrorKind>>,
    stale: Throttle<()>,
    same_id: Throttle<()>,
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
    pub(crate) fn new(
        issuer: &str,
        state: KeyState,
        ambiguous: &[String],
        warnings: Arc<KeyWarnings>,
    ) -> Self {
        Self {
            issuer: Escaped(issuer).to_string(),
            state,
            warnings,
            ambiguous: ambiguous.to_vec(),
            metrics: FetchMetrics::new(issuer),
        }
    }

    /// Logs that keys were fetched, and how they changed. `changes` is `None` for the first keys.
    pub(crate) fn fetched(&self, keys: &[String], changes: Option<&KeyChanges>) {
        let issuer = &*self.issuer;
        self.metrics.succeeded();
        let keys = Shown(keys);
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
        let (added, removed, replaced) = (Shown(added), Shown(removed), Shown(replaced));
        info!(issuer, ?added, ?removed, ?replaced, "the keys have changed");
    }

    /// Logs a failed attempt. Failures of the same kind are a warning once a minute, even if other kinds occur in
    /// between, and even after successes.
    pub(crate) fn failed(&self, failure: &FetchError) {
        self.metrics.failed(failure.kind());
        let (issuer, error) = (&*self.issuer, Causes(failure));
        if self
            .warnings
            .failures
            .try_acquire(discriminant(&failure.kind()))
        {
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
            (_, KeyState::Stale) if self.warnings.stale.try_acquire(()) => warn!(
                issuer,
                "the keys are stale: the last fetch failed or is overdue. They are still trusted"
            ),
            (_, KeyState::Stale) => debug!(issuer, "the keys are stale, again"),
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
        let is_known = |key_id: &String| self.ambiguous.contains(key_id);
        let (mut known, new): (Vec<_>, Vec<_>) = key_ids.into_iter().partition(is_known);
        if !new.is_empty() && self.warnings.same_id.try_acquire(()) {
            let (issuer, key_ids) = (&*self.issuer, Shown(&new));
            warn!(issuer, ?key_ids, "{SAME_ID}");
            known.extend(new);
        }
        // IDs that were not logged are new again in the next document.
        self.ambiguous = known;
    }

    /// Logs why entries of the issuer's document are not used, by index.
    pub(crate) fn keys_skipped(&self, skipped: &[(usize, &'static str)]) {
        let issuer = &*self.issuer;
        for (index, reason) in skipped {
            debug!(issuer, index, reason, "skipping an unusable key");
        }
    }

    /// Logs which keys of a document from the configuration are not used. Its algorithm identifies the issuer.
    pub(crate) fn configured_keys_read(
        algorithm: &'static str,
        ambiguous: &[String],
        skipped: &[(usize, &'static str)],
    ) {
        for (index, reason) in skipped {
            debug!(algorithm, index, reason, "skipping an unusable key");
        }
        if !ambiguous.is_empty() {
            let key_ids = Shown(ambiguous);
            warn!(algorithm, ?key_ids, "{SAME_ID}");
        }
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

/// Writes the first key IDs of a list, escaped. Each has at most 128 bytes, because other keys are skipped.
struct Shown<'a>(&'a [String]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.0.iter().take(SHOWN_IDS));
        if self.0.len() > SHOWN_IDS {
            list.entry(&format_args!("…"));
        }
        list.finish()
    }
}

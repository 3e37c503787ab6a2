//! What the operator is told of the keys: the only place that logs their life.

use std::{
    mem::{Discriminant, discriminant},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{debug, error, info, warn};

use super::{flood_detector::FloodChange, health::KeyState};
use crate::{
    error::{Causes, FetchError, FetchErrorKind},
    jwks::{KeySet, warn_of_ambiguous},
};

/// How often a failure that goes on is told as a warning; in between it is for debugging.
const REPETITION: Duration = Duration::from_secs(60);

/// Tells each change once.
pub(crate) struct KeyEvents {
    state: KeyState,
    /// Of which kinds of failure there were warnings, and when.
    warned: Vec<(Discriminant<FetchErrorKind>, Instant)>,
    /// Which ids stood for several keys in the last document.
    ambiguous: Vec<String>,
}

impl KeyEvents {
    /// Starts with what is the case already.
    pub(crate) fn new(state: KeyState, keys: Option<&KeySet>) -> Self {
        Self {
            state,
            warned: Vec::new(),
            ambiguous: keys.map_or_else(Vec::new, |keys| keys.ambiguous().to_vec()),
        }
    }

    /// Tells that keys were fetched, and what is different about them.
    pub(crate) fn fetched(&mut self, keys: &KeySet, previous: Option<&KeySet>) {
        self.warned.clear();
        let Some(previous) = previous else {
            info!(?keys, "the first keys are loaded");
            return;
        };
        let changes = keys.changes_from(previous);
        if changes.is_empty() {
            debug!(?keys, "the keys are unchanged");
        } else {
            let (added, removed, replaced) = (changes.added, changes.removed, changes.replaced);
            info!(?added, ?removed, ?replaced, "the keys have changed");
        }
    }

    /// Tells which ids stand for several keys, if there are others than in the last document.
    pub(crate) fn found_ambiguous(&mut self, key_ids: Vec<String>) {
        let is_new = |key_id: &&String| !self.ambiguous.contains(key_id);
        warn_of_ambiguous(key_ids.iter().filter(is_new));
        self.ambiguous = key_ids;
    }

    /// Tells that an attempt failed. A failure of the same kind again is a warning once a minute, whatever else
    /// fails in between.
    pub(crate) fn failed(&mut self, failure: &FetchError, now: Instant) {
        let kind = discriminant(&failure.kind());
        let error = Causes(failure);
        self.warned.retain(|&(_, at)| now < at + REPETITION);
        if self.warned.iter().any(|&(warned, _)| warned == kind) {
            debug!(%error, "the keys could not be fetched, again");
        } else {
            warn!(%error, "the keys could not be fetched");
            self.warned.push((kind, now));
        }
    }

    /// Tells whether the keys can be relied on, if that has changed.
    pub(crate) fn observed(&mut self, state: KeyState) {
        match (self.state, state) {
            (before, now) if before == now => (),
            (_, KeyState::Stale) => warn!("the keys are stale, and still trusted"),
            (_, KeyState::Expired) => error!("the keys have expired: tokens are answered with 503"),
            (KeyState::Stale | KeyState::Expired, KeyState::Fresh) => {
                info!("the keys are fresh again");
            }
            _ => (),
        }
        self.state = state;
    }
}

/// Tells that a flood of tokens with unknown keys has begun or ended.
pub(crate) fn flooded(change: FloodChange) {
    match change {
        FloodChange::Begun => warn!("a flood of tokens that name unknown keys has begun"),
        FloodChange::Ended(tokens) => {
            warn!(
                tokens,
                "the flood of tokens that name unknown keys has ended"
            );
        }
    }
}

//! What the operator is told of a store that fails.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::throttle::Throttle;
use crate::error::{Causes, OneTimeStoreError};

/// From when on a store is to blame, and not a client, if the client goes away before it has answered.
const SLOW: Duration = Duration::from_millis(500);

/// Tells each failure as a warning once a minute, in between it is for debugging, and the end of what it has
/// warned of. A store that fails and works by turns is told of no more often.
#[derive(Debug, Default)]
pub(crate) struct UseEvents {
    causes: Throttle,
    /// The operator knows of an outage, and not yet of its end.
    lasts: AtomicBool,
}

impl UseEvents {
    pub(crate) fn store_failed(&self, error: &OneTimeStoreError) {
        let cause = Causes(error).to_string();
        if !self.causes.is_due(&cause) {
            debug!(error = %cause, "a use could not be recorded, again");
            return;
        }
        warn!(error = %cause, "a use could not be recorded: the request is answered with 503");
        // One account's share is no outage, and others pass meanwhile.
        if !error.is_share_used() {
            self.lasts.store(true, Ordering::Relaxed);
        }
    }

    /// Notes a first use. That something was used before, a store that is full can tell, too.
    pub(crate) fn use_recorded(&self) {
        // Loaded first, so that those who log in do not contend for it.
        if self.lasts.load(Ordering::Relaxed) && self.lasts.swap(false, Ordering::Relaxed) {
            info!("uses are recorded again");
        }
    }

    /// Watches a question to the store until it is answered.
    pub(crate) fn watch(&self) -> Question<'_> {
        Question {
            outage: self,
            asked_at: Some(Instant::now()),
        }
    }

    fn question_dropped(&self) {
        const CAUSE: &str = "the store did not answer before the client went away";
        if self.causes.is_due(CAUSE) {
            warn!("a use could not be recorded: {CAUSE}");
            self.lasts.store(true, Ordering::Relaxed);
        } else {
            debug!("a use could not be recorded, again: {CAUSE}");
        }
    }
}

/// A question that a client which goes away drops: where all clients give up before the store does, nobody else
/// is left to tell of its failure.
pub(crate) struct Question<'a> {
    outage: &'a UseEvents,
    asked_at: Option<Instant>,
}

impl Question<'_> {
    pub(crate) fn answered(mut self) {
        self.asked_at = None;
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        if self
            .asked_at
            .is_some_and(|asked_at| asked_at.elapsed() >= SLOW)
        {
            self.outage.question_dropped();
        }
    }
}

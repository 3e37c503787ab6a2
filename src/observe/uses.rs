//! What is logged of uses that a store could not record.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::{metrics::UseMetrics, throttle::Throttle};
use crate::error::{Causes, OneTimeStoreError};

/// From this time on a missing answer is the store's fault, and not that of a client which disconnects early.
const SLOW: Duration = Duration::from_millis(500);

/// Logs each cause of a failure as a warning once a minute and at `debug` in between, and logs when an outage
/// that it has warned of is over. A store that fails and works by turns is not logged more often.
#[derive(Debug, Default)]
pub(crate) struct UseEvents {
    causes: Throttle<String>,
    /// An outage was logged, and its end was not.
    is_failing: AtomicBool,
    metrics: UseMetrics,
}

impl UseEvents {
    /// Logs that the store could not record a use.
    pub(crate) fn store_failed(&self, error: &OneTimeStoreError) {
        self.metrics.failed();
        let cause = Causes(error).to_string();
        if !self.causes.try_acquire(cause.clone()) {
            debug!(error = %cause, "a use could not be recorded, again");
            return;
        }
        warn!(error = %cause, "a use could not be recorded: the request is answered with 503");
        // One account's share is not an outage: other accounts can still sign in.
        if !error.is_share_used() {
            self.is_failing.store(true, Ordering::Relaxed);
        }
    }

    /// Logs the end of an outage, if there was one. Only for a first use: a full store still recognises a repeated one.
    pub(crate) fn use_recorded(&self) {
        self.metrics.first();
        // Loaded first, so that sign-ins do not contend for it.
        if self.is_failing.load(Ordering::Relaxed) && self.is_failing.swap(false, Ordering::Relaxed)
        {
            info!("uses are recorded again");
        }
    }

    /// Reports a use that was not the first one.
    pub(crate) fn use_repeated(&self) {
        self.metrics.repeated();
    }

    /// Starts to watch a call of the store, until it is answered.
    pub(crate) fn store_called(&self) -> PendingCall<'_> {
        PendingCall {
            events: self,
            called_at: Some(Instant::now()),
        }
    }

    fn call_dropped(&self) {
        const CAUSE: &str = "the store did not answer before the client went away";
        self.metrics.failed();
        if self.causes.try_acquire(CAUSE.to_owned()) {
            warn!("a use could not be recorded: {CAUSE}");
            self.is_failing.store(true, Ordering::Relaxed);
        } else {
            debug!("a use could not be recorded, again: {CAUSE}");
        }
    }
}

/// A call of the store. It is dropped unanswered when the client disconnects: where all clients give up before the
/// store does, this is the only sign of its failure.
pub(crate) struct PendingCall<'a> {
    events: &'a UseEvents,
    called_at: Option<Instant>,
}

impl PendingCall<'_> {
    pub(crate) fn answered(mut self) {
        self.called_at = None;
    }
}

impl Drop for PendingCall<'_> {
    fn drop(&mut self) {
        let waited = self.called_at.map(|called_at| called_at.elapsed());
        if waited.is_some_and(|waited| waited >= SLOW) {
            self.events.call_dropped();
        }
    }
}

//! Events for nonces and tokens whose use could not be recorded.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::{metrics::UseMetrics, throttle::Throttle};
use crate::error::{Causes, OneTimeStoreError};

/// If the client disconnects after this time, the missing answer is the store's fault. An earlier disconnect is the
/// client's.
const SLOW: Duration = Duration::from_millis(500);

/// Logs each cause of a failure as a warning once a minute, and at `debug` in between. Logs the end of an outage that
/// it has warned of. A store that alternates between failure and success is not logged more often.
#[derive(Debug, Default)]
pub(crate) struct UseEvents {
    causes: Throttle<String>,
    /// Whether an outage was logged, but not its end.
    is_failing: AtomicBool,
    metrics: UseMetrics,
}

impl UseEvents {
    /// Logs that the store could not record a use, and why.
    pub(crate) fn store_failed(&self, error: &OneTimeStoreError) {
        // One account's share is not an outage: other accounts can still sign in.
        let is_outage = !error.is_share_used();
        if is_outage {
            self.metrics.failed();
        } else {
            self.metrics.limited();
        }
        let cause = Causes(error).to_string();
        if !self.causes.try_acquire(cause.clone()) {
            debug!(error = %cause, "a nonce or token could not be recorded as used, again");
            return;
        }
        let status = error.auth_kind().class().status().as_u16();
        warn!(error = %cause, "a nonce or token could not be recorded as used: the request is answered with {status}");
        if is_outage {
            self.is_failing.store(true, Ordering::Relaxed);
        }
    }

    /// Logs the end of an outage, if there was one. Call it for first uses only: a full store still recognizes a
    /// repeated use, so that is not the end.
    pub(crate) fn use_recorded(&self) {
        self.metrics.first();
        // A load first, because a swap at each sign-in would contend.
        if self.is_failing.load(Ordering::Relaxed) && self.is_failing.swap(false, Ordering::Relaxed)
        {
            info!("nonces and tokens are recorded as used again");
        }
    }

    /// Counts a repeated use.
    pub(crate) fn use_repeated(&self) {
        self.metrics.repeated();
    }

    /// Watches a call of the store until it is answered.
    pub(crate) fn store_called(&self) -> PendingCall<'_> {
        PendingCall {
            events: self,
            called_at: Some(Instant::now()),
        }
    }

    fn call_dropped(&self) {
        const CAUSE: &str = "the store did not answer before the client disconnected";
        self.metrics.failed();
        if self.causes.try_acquire(CAUSE.to_owned()) {
            warn!("a nonce or token could not be recorded as used: {CAUSE}");
            self.is_failing.store(true, Ordering::Relaxed);
        } else {
            debug!("a nonce or token could not be recorded as used, again: {CAUSE}");
        }
    }
}

/// A call of the store. If the client disconnects, it is dropped unanswered. If every client gives up before the store
/// answers, this is the only sign of the store's failure.
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

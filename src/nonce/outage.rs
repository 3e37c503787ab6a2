//! What the operator is told of a store that fails.

use std::sync::atomic::{AtomicBool, Ordering};

use tracing::{debug, info, warn};

use super::{one_time_store::OneTimeStoreError, throttle::Throttle};
use crate::jwks::health::Causes;

/// Tells each failure as a warning once a minute, in between it is for debugging, and the end of what it has
/// warned of. A store that fails and works by turns is told of no more often.
#[derive(Debug, Default)]
pub(super) struct Outage {
    causes: Throttle,
    /// The operator knows of an outage, and not yet of its end.
    lasts: AtomicBool,
}

impl Outage {
    pub(super) fn store_failed(&self, error: &OneTimeStoreError) {
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
    pub(super) fn use_recorded(&self) {
        // Loaded first, so that those who log in do not contend for it.
        if self.lasts.load(Ordering::Relaxed) && self.lasts.swap(false, Ordering::Relaxed) {
            info!("uses are recorded again");
        }
    }
}

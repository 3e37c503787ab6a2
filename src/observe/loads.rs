//! Events for data that an application could not load.

use std::error::Error;

use tracing::{debug, warn};

use super::throttle::Throttle;
use crate::error::Causes;

/// Logs the failures of one `load`: as a warning once a minute, and at `debug` in between.
#[derive(Debug)]
pub(crate) struct LoadEvents {
    /// The type of the value that is loaded.
    value: &'static str,
    warnings: Throttle<()>,
}

impl LoadEvents {
    pub(crate) fn new(value: &'static str) -> Self {
        Self {
            value,
            warnings: Throttle::default(),
        }
    }

    pub(crate) fn load_failed(&self, error: &(dyn Error + 'static)) {
        let (value, error) = (self.value, Causes(error));
        if self.warnings.try_acquire(()) {
            warn!(value, %error, "a player's data could not be loaded: the request is answered with 503");
        } else {
            debug!(value, %error, "a player's data could not be loaded, again");
        }
    }
}

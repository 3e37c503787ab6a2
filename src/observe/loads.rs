//! What is logged of data that an application could not load.

use std::error::Error;

use tracing::{debug, warn};

use super::throttle::Throttle;
use crate::error::Causes;

/// Logs a failure as a warning once a minute, and at `debug` in between.
#[derive(Debug, Default)]
pub(crate) struct LoadEvents {
    warnings: Throttle<()>,
}

impl LoadEvents {
    pub(crate) fn load_failed(&self, error: &(dyn Error + 'static)) {
        let error = Causes(error);
        if self.warnings.try_acquire(()) {
            warn!(%error, "a player's data could not be loaded: the request is answered with 503");
        } else {
            debug!(%error, "a player's data could not be loaded, again");
        }
    }
}

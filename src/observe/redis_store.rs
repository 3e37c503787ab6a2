//! Events for a store in Redis.

use std::{
    error::Error as StdError,
    sync::{Mutex, PoisonError},
};

use tracing::{debug, info, warn};

use super::throttle::Throttle;
use crate::error::{Causes, Escaped};

/// Logs a loss of recorded uses as a warning once a minute, and at `debug` in between.
#[derive(Debug, Default)]
pub(crate) struct RedisEvents {
    warnings: Throttle<&'static str>,
    /// The server that was last logged.
    server: Mutex<Option<String>>,
}

impl RedisEvents {
    /// Logs the name and version of the server, once until they change.
    pub(crate) fn ready(&self, server: String) {
        let mut logged = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.as_ref() != Some(&server) {
            info!(server = %Escaped(&server), "Redis is ready to record uses");
            *logged = Some(server);
        }
    }

    /// Logs that Redis has just started to record uses, and may have lost earlier ones.
    pub(crate) fn recording_started(&self) {
        const CAUSE: &str = "Redis is new, or may have lost recorded uses";
        if self.warnings.try_acquire(CAUSE) {
            warn!("{CAUSE}: nonces and tokens that were issued before now are refused");
        } else {
            debug!("{CAUSE}, again");
        }
    }

    /// Logs that Redis did not answer the watchdog. If requests fail too, they are logged as uses.
    pub(crate) fn probe_failed(&self, error: &(dyn StdError + 'static)) {
        let error = Causes(error);
        debug!(%error, "Redis did not answer a probe");
    }
}

//! Events for this machine's clock.

use std::time::{Duration, SystemTime};

use tracing::warn;

use super::throttle::Throttle;

/// A larger difference is a wrong clock. It is less than the default leeway of tokens, and more than a response takes.
const TOLERANCE: Duration = Duration::from_secs(20);

/// Compares this machine's clock with the clock of the server that publishes the keys, and warns at most once a minute.
#[derive(Debug, Default)]
pub(crate) struct ClockEvents {
    warnings: Throttle<()>,
}

impl ClockEvents {
    /// Logs a warning if this machine's clock is behind or ahead of the time in a response of the server.
    pub(crate) fn compared(&self, server: SystemTime, own: SystemTime, url: &str) {
        let (difference, direction) = match server.duration_since(own) {
            Ok(behind) => (behind, "behind"),
            Err(ahead) => (ahead.duration(), "ahead of"),
        };
        if difference >= TOLERANCE && self.warnings.try_acquire(()) {
            let seconds = difference.as_secs();
            warn!(
                url,
                seconds,
                "this machine's clock is {direction} the clock of the server that publishes the keys: synchronize it, because \
                 good tokens may be refused as expired or as issued in the future"
            );
        }
    }
}

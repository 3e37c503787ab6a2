//! What is logged of this machine's clock.

use std::time::{Duration, SystemTime};

use tracing::warn;

use super::throttle::Throttle;

/// From which difference on a clock is wrong: less than the default leeway of tokens, and more than an answer takes.
const TOLERANCE: Duration = Duration::from_secs(20);

/// Compares this machine's clock with that of the server which publishes the keys: a warning once a minute.
#[derive(Debug, Default)]
pub(crate) struct ClockEvents {
    warnings: Throttle<()>,
}

impl ClockEvents {
    /// Logs a clock that is behind or ahead of the time that a server has just told.
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
                "this machine's clock is {direction} the clock of the server that publishes the keys: synchronize it, or \
                 good tokens are refused for their times"
            );
        }
    }
}

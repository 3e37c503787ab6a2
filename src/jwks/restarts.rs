//! The pace at which lost work is repeated.

use std::time::Duration;

use tokio::time::Instant;

use super::timing::{Jitter, RETRY_INTERVAL};

/// Lets lost work be repeated at once, but only once within a cool-down. Further losses are followed by a pause, as
/// failures are. Otherwise a program that ends its runtime after each use would fetch keys with each use.
#[derive(Debug)]
pub(super) struct Restarts {
    cooldown: Duration,
    at_once_from: Instant,
    /// The losses that were followed by a pause.
    paused: u32,
}

impl Restarts {
    pub(super) fn new(refetch_cooldown: Duration, now: Instant) -> Self {
        Self {
            // A cool-down of zero is no permission to repeat lost work without a pause.
            cooldown: refetch_cooldown.max(RETRY_INTERVAL),
            at_once_from: now,
            paused: 0,
        }
    }

    /// Records a loss. Returns the pause after it, or `None` if the work may be repeated at once.
    pub(super) fn after_loss(&mut self, now: Instant, jitter: Jitter) -> Option<Duration> {
        if now >= self.at_once_from {
            self.at_once_from = now + self.cooldown;
            return None;
        }
        self.paused = self.paused.saturating_add(1);
        Some(jitter.backoff(self.paused).max(RETRY_INTERVAL))
    }

    /// Returns `true` if a loss was followed by a pause, and the work is not done since.
    pub(super) fn is_paused(&self) -> bool {
        self.paused > 0
    }

    /// Records that the work was done. The next pause is short again.
    pub(super) fn completed(&mut self) {
        self.paused = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATEST: Jitter = Jitter(1.0);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn one_restart_of_a_cooldown_is_immediate() {
        let now = Instant::now();
        let mut restarts = Restarts::new(seconds(30), now);
        assert_eq!(restarts.after_loss(now, LATEST), None);
        for pause in [1, 2, 4] {
            let after = restarts.after_loss(now + seconds(29), LATEST);
            assert_eq!(after, Some(seconds(pause)));
        }
        assert_eq!(restarts.after_loss(now + seconds(30), LATEST), None);
        let again = restarts.after_loss(now + seconds(30), LATEST);
        assert_eq!(again, Some(seconds(8)), "work that is never done");
        restarts.completed();
        let again = restarts.after_loss(now + seconds(30), LATEST);
        assert_eq!(again, Some(seconds(1)));
    }

    #[test]
    fn pause_is_at_least_a_second() {
        let now = Instant::now();
        let mut restarts = Restarts::new(Duration::ZERO, now);
        assert_eq!(restarts.after_loss(now, Jitter(0.0)), None);
        assert_eq!(restarts.after_loss(now, Jitter(0.0)), Some(seconds(1)));
        assert_eq!(restarts.after_loss(now + seconds(1), Jitter(0.0)), None);
    }
}

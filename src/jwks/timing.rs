//! The settings that the schedule follows.

use std::time::Duration;

use super::missing_key::Need;

use crate::defaults::LIMIT_NAMED_KEY_WAIT;

/// The time between attempts while trusted keys are missing, and the shortest time after a failure. An attempt that
/// hangs does not delay the next one, so it cannot hide the return of the issuer.
pub(super) const RETRY_INTERVAL: Duration = Duration::from_secs(1);
pub(super) const MAX_BACKOFF: Duration = Duration::from_secs(60);
/// How far the refresh interval varies in both directions, as a fraction of the interval.
const INTERVAL_JITTER: f64 = 0.1;
/// The reserve that must be left of `max_stale` after the slowest refresh: a tenth of `max_stale`, and at most this. A
/// busy machine may start an attempt late, and publish its keys late.
const MAX_SPARE_TIME: Duration = Duration::from_secs(1);

/// A random number from 0 to 1 that keeps many instances from fetching at the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jitter(pub(super) f64);

impl Jitter {
    const LATEST: Self = Self(1.0);

    pub(crate) fn random() -> Self {
        Self(fastrand::f64())
    }

    /// Returns the pause after this many failures: up to a second after the first failure. The upper bound doubles with
    /// each further failure, to at most a minute.
    pub(super) fn backoff(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(6);
        let longest = (RETRY_INTERVAL * 2u32.pow(doublings)).min(MAX_BACKOFF);
        longest.mul_f64(self.0)
    }
}

/// How often keys are fetched, how long they are trusted, and how many requests wait for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    pub(crate) refresh_interval: Duration,
    pub(crate) refetch_cooldown: Duration,
    pub(crate) fetch_timeout: Duration,
    pub(crate) max_stale: Duration,
    pub(crate) first_keys_timeout: Duration,
    pub(crate) max_waiting: usize,
}

impl Timing {
    /// Typical values for unit tests.
    #[cfg(test)]
    pub(crate) const FOR_TESTS: Self = Self {
        refresh_interval: Duration::from_secs(300),
        refetch_cooldown: Duration::from_secs(30),
        fetch_timeout: Duration::from_secs(5),
        max_stale: Duration::from_secs(3_600),
        first_keys_timeout: Duration::from_secs(2),
        max_waiting: 64,
    };

    /// Returns `true` if the keys of an issuer that always answers within `fetch_timeout` never grow too old.
    pub(crate) fn keeps_keys_trusted(&self) -> bool {
        self.slowest_refresh() + self.spare_time() <= self.max_stale
    }

    /// Returns how long after the last good fetch the next refresh starts.
    pub(crate) fn next_refresh(&self, Jitter(random): Jitter) -> Duration {
        let spread = 1.0 + INTERVAL_JITTER * (2.0 * random - 1.0);
        self.refresh_interval.mul_f64(spread)
    }

    /// Returns the age at which keys are overdue.
    pub(crate) fn overdue(&self) -> Duration {
        (2 * self.refresh_interval).max(self.slowest_refresh() + self.spare_time())
    }

    /// Returns how long a request may wait.
    pub(crate) fn wait_limit(&self, need: Need) -> Duration {
        match need {
            Need::AnyKeys => self.first_keys_timeout,
            Need::NamedKey => LIMIT_NAMED_KEY_WAIT,
        }
    }

    /// Returns the highest age of keys while no attempt fails.
    fn slowest_refresh(&self) -> Duration {
        self.next_refresh(Jitter::LATEST) + self.fetch_timeout
    }

    pub(super) fn spare_time(&self) -> Duration {
        MAX_SPARE_TIME.min(self.max_stale / 10)
    }
}

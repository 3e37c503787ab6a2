//! The limit on refetches that tokens cause.

use std::time::Duration;

use tokio::time::Instant;

/// Why a token causes a refetch. The weaker reason comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// Its signature does not match the key that it names, which may have changed under its ID. Anybody who knows the
    /// ID of a key can make any number of such tokens.
    BadSignature,
    /// It names an unknown key.
    UnknownKey,
}

/// A token bucket of two refetches. It refills by one refetch per cool-down. A bad signature never takes the last
/// refetch, so forgeries under a known key cannot delay the new key of a rotation.
#[derive(Debug)]
pub(crate) struct Allowance {
    cooldown: Duration,
    one_from: Instant,
    both_from: Instant,
}

impl Allowance {
    /// Starts with both refetches.
    pub(crate) fn new(cooldown: Duration, now: Instant) -> Self {
        Self {
            cooldown,
            one_from: now,
            both_from: now,
        }
    }

    /// Returns when a refetch for this reason may start, if no other refetch starts before.
    pub(crate) fn available_from(&self, reason: Reason) -> Instant {
        match reason {
            Reason::UnknownKey => self.one_from,
            Reason::BadSignature => self.both_from,
        }
    }

    /// Takes a refetch. Call it only if one is available.
    pub(crate) fn take(&mut self, now: Instant) {
        self.one_from = self.both_from.max(now);
        self.both_from = self.one_from + self.cooldown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOLDOWN: Duration = Duration::from_secs(30);

    /// When each reason has a refetch, in seconds after the start.
    fn available(allowance: &Allowance, start: Instant) -> [u64; 2] {
        [Reason::UnknownKey, Reason::BadSignature]
            .map(|reason| (allowance.available_from(reason) - start).as_secs())
    }

    #[test]
    fn two_refetches_come_back_one_a_cooldown() {
        let start = Instant::now();
        let mut allowance = Allowance::new(COOLDOWN, start);
        assert_eq!(available(&allowance, start), [0, 0]);
        let now = start + Duration::from_secs(100);
        allowance.take(now);
        assert_eq!(available(&allowance, start), [100, 130]);
        allowance.take(now);
        assert_eq!(available(&allowance, start), [130, 160]);
        allowance.take(now + COOLDOWN);
        assert_eq!(available(&allowance, start), [160, 190]);
    }

    #[test]
    fn there_are_never_more_than_two() {
        let start = Instant::now();
        let mut allowance = Allowance::new(COOLDOWN, start);
        let now = start + Duration::from_secs(10_000);
        allowance.take(now);
        allowance.take(now);
        assert_eq!(available(&allowance, start), [10_030, 10_060]);
    }

    #[test]
    fn without_a_cooldown_both_are_always_available() {
        let start = Instant::now();
        let mut allowance = Allowance::new(Duration::ZERO, start);
        for _ in 0..3 {
            allowance.take(start);
            assert_eq!(available(&allowance, start), [0, 0]);
        }
    }
}

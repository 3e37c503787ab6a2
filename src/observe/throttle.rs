//! A limit on how often the same warning is logged.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The shortest time between two warnings of the same cause.
const REPETITION: Duration = Duration::from_secs(60);

/// The number of causes that are distinguished. It is also the largest number of warnings in that time, even with more
/// causes.
const MAX_CAUSES: usize = 8;

/// Allows a warning of each cause once a minute.
#[derive(Debug)]
pub(super) struct Throttle<C> {
    warned: Mutex<Vec<(C, Instant)>>,
}

impl<C: PartialEq> Throttle<C> {
    /// Returns `true` if a warning of this cause may be logged now, and counts it as logged.
    pub(super) fn try_acquire(&self, cause: C) -> bool {
        let now = Instant::now();
        let mut warned = self.warned();
        warned.retain(|(_, at)| now < *at + REPETITION);
        let is_known = warned.iter().any(|(known, _)| *known == cause);
        if is_known || warned.len() >= MAX_CAUSES {
            return false;
        }
        warned.push((cause, now));
        true
    }

    fn warned(&self) -> MutexGuard<'_, Vec<(C, Instant)>> {
        self.warned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Throttle<C> {
    pub(super) const fn new() -> Self {
        Self {
            warned: Mutex::new(Vec::new()),
        }
    }
}

impl<C> Default for Throttle<C> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_cause_passes_once_a_minute() {
        let throttle = Throttle::default();
        assert!(throttle.try_acquire("NOPERM"));
        assert!(!throttle.try_acquire("NOPERM"));
        assert!(throttle.try_acquire("OOM"));
        advance(REPETITION / 2).await;
        assert!(throttle.try_acquire("BUSY"));
        advance(REPETITION / 2).await;
        assert!(throttle.try_acquire("NOPERM"));
        assert!(throttle.try_acquire("OOM"));
        assert!(!throttle.try_acquire("BUSY"));
    }

    #[tokio::test(start_paused = true)]
    async fn many_causes_pass_eight_times_a_minute() {
        let throttle = Throttle::default();
        let due = |range: std::ops::Range<u32>| {
            range.filter(|&number| throttle.try_acquire(number)).count()
        };
        assert_eq!(due(0..1000), MAX_CAUSES);
        advance(REPETITION).await;
        assert_eq!(due(1000..2000), MAX_CAUSES);
    }
}

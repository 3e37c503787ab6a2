//! When the next attempt starts.

use std::time::Duration;

use tokio::time::Instant;

use super::Schedule;
use crate::{
    defaults::{LIMIT_ATTEMPTS, LIMIT_FIRST_KEYS_GRACE},
    jwks::{allowance::Reason, timing::RETRY_INTERVAL},
};

impl Schedule {
    /// Returns when the next attempt starts, or `None` if there will not be one.
    pub(crate) fn next_start(&self) -> Option<Instant> {
        if !self.is_active() {
            return None;
        }
        let own = self.next_own_start();
        Some(self.next_wanted_start().map_or(own, |start| start.min(own)))
    }

    /// Returns when the task has something to do or to report, or `None` if it never has.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        let changes = [self.unknown_keys.next_change(), self.next_overdue()];
        let changes = changes.into_iter().flatten();
        Some(changes.fold(self.next_start()?, Instant::min))
    }

    /// Returns when the first keys will be overdue, or `None` if that was reported or cannot happen.
    fn next_overdue(&self) -> Option<Instant> {
        let is_due = self.last_success.is_none() && !self.is_overdue_reported;
        let first_try = self.first_try.filter(|_| is_due)?;
        Some(first_try + LIMIT_FIRST_KEYS_GRACE)
    }

    /// Returns `true` once, if there are still no keys long after the first attempt.
    pub(crate) fn take_overdue(&mut self, now: Instant) -> bool {
        let is_overdue = self.next_overdue().is_some_and(|at| at <= now);
        self.is_overdue_reported |= is_overdue;
        is_overdue
    }

    /// Returns the time until the next attempt, zero while an attempt is in progress, or `None` if there will not be
    /// one.
    pub(crate) fn next_attempt_in(&self, now: Instant) -> Option<Duration> {
        if self.under_way > 0 {
            return Some(Duration::ZERO);
        }
        let start = self.next_start()?;
        Some(start.saturating_duration_since(now))
    }

    /// Returns when the keys stop being trusted.
    pub(super) fn untrusted_from(&self) -> Instant {
        match self.last_success {
            None => self.created,
            Some(at) if self.overslept.is_some() => at,
            Some(at) => at + self.timing.max_stale,
        }
    }

    /// Returns when the next attempt starts that is not caused by a token.
    pub(super) fn next_own_start(&self) -> Instant {
        let untrusted_from = self.untrusted_from();
        if self.under_way == 0 && self.due < untrusted_from {
            return self.due;
        }
        // The last attempt, if any, started before the sleep, so its retry interval is over.
        if self.overslept.is_some() && self.first_try.is_none() {
            return untrusted_from;
        }
        self.earliest_retry().max(untrusted_from)
    }

    /// Returns when a refetch that a token wants starts, or `None` if none is wanted.
    fn next_wanted_start(&self) -> Option<Instant> {
        let reason = self.wanted.filter(|_| self.under_way == 0)?;
        Some(self.refetch_start(reason))
    }

    /// Returns when a refetch for this reason may start, if no attempt is in progress.
    pub(super) fn refetch_start(&self, reason: Reason) -> Instant {
        let start = self.allowance.available_from(reason);
        if self.failures == 0 && !self.restarts.is_paused() {
            start
        } else {
            start.max(self.earliest_retry())
        }
    }

    /// Returns when an attempt may start that retries the last one.
    pub(super) fn earliest_retry(&self) -> Instant {
        self.last_start
            .map_or(self.created, |at| at + self.retry_interval())
    }

    /// Returns the time between the starts of two attempts. While attempts hang, it is long enough to keep their number
    /// below the limit until the first of them times out.
    fn retry_interval(&self) -> Duration {
        if self.under_way == 0 {
            return RETRY_INTERVAL;
        }
        RETRY_INTERVAL.max(self.timing.fetch_timeout / (LIMIT_ATTEMPTS - 1))
    }
}

//! When to fetch keys, and which requests may wait for them: a state machine without a clock, randomness or I/O.
//!
//! This file has the events. Each event has the time at which it happened, and a random number if needed. `next_start`
//! decides when the next attempt starts, `may_wait` which requests may wait for it.

mod may_wait;
mod next_start;

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{
    allowance::{Allowance, Reason},
    places::Places,
    restarts::Restarts,
    timing::{Jitter, Timing},
};
use crate::observe::{FloodChange, FloodDetector, KeyState};

/// Whether attempts are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upkeep {
    Active,
    /// Not needed, because the keys are fixed.
    Unneeded,
    /// Not any more, after a shutdown. The keys grow old.
    Ended,
}

/// Decides when attempts start and which requests may wait, from the events that it records.
#[derive(Debug)]
pub(super) struct Schedule {
    timing: Timing,
    upkeep: Upkeep,
    created: Instant,
    last_success: Option<Instant>,
    /// When the keys were fetched, by the wall clock.
    fetched_at: Option<SystemTime>,
    /// The age of the keys by the wall clock, if it exceeds `max_stale` because the machine slept.
    overslept: Option<Duration>,
    last_start: Option<Instant>,
    /// When the first attempt without trusted keys started.
    first_try: Option<Instant>,
    /// Whether it was reported that the first keys are overdue.
    is_overdue_reported: bool,
    /// How many attempts have started.
    starts: u64,
    under_way: usize,
    failures: u32,
    /// How soon attempts follow attempts that were lost with the task.
    restarts: Restarts,
    /// When the next attempt starts on its own, while the keys are trusted.
    due: Instant,
    /// Why a token wants an attempt before that.
    wanted: Option<Reason>,
    allowance: Allowance,
    places: Places,
    /// Counts the refused tokens that name unknown keys.
    unknown_keys: FloodDetector,
}

impl Schedule {
    /// Starts with keys that count as fetched now, which is `loaded` by the wall clock, or without keys.
    pub(crate) fn new(timing: Timing, loaded: Option<SystemTime>, now: Instant) -> Self {
        Self {
            timing,
            upkeep: Upkeep::Active,
            created: now,
            last_success: loaded.map(|_| now),
            fetched_at: loaded,
            overslept: None,
            last_start: None,
            first_try: None,
            is_overdue_reported: false,
            starts: 0,
            under_way: 0,
            failures: 0,
            restarts: Restarts::new(timing.refetch_cooldown, now),
            due: now,
            wanted: None,
            allowance: Allowance::new(timing.refetch_cooldown, now),
            places: Places::new(timing.max_waiting),
            unknown_keys: FloodDetector::default(),
        }
    }

    /// Creates the schedule of fixed keys.
    pub(crate) fn idle(timing: Timing, now: Instant) -> Self {
        Self {
            upkeep: Upkeep::Unneeded,
            ..Self::new(timing, None, now)
        }
    }

    /// Records the time of the wall clock. A time before the last fetch is ignored, because the clock was set back.
    pub(crate) fn observe_clock(&mut self, now: SystemTime) {
        let age = self.fetched_at.and_then(|at| now.duration_since(at).ok());
        self.overslept = age.filter(|age| *age > self.timing.max_stale);
    }

    /// Records the start of an attempt, if one is due now. Returns `true` if so.
    pub(crate) fn start_if_due(&mut self, now: Instant) -> bool {
        if self.next_start().is_none_or(|start| start > now) {
            return false;
        }
        if self.next_own_start() > now {
            self.allowance.take(now);
        }
        if self.untrusted_from() <= now {
            self.first_try.get_or_insert(now);
        }
        self.last_start = Some(now);
        self.starts += 1;
        self.under_way += 1;
        self.wanted = None;
        true
    }

    /// Records keys that were fetched at `fetched_at` by the wall clock. Other attempts are cancelled.
    pub(crate) fn succeeded(&mut self, now: Instant, fetched_at: SystemTime, jitter: Jitter) {
        self.last_success = Some(now);
        self.fetched_at = Some(fetched_at);
        self.overslept = None;
        self.first_try = None;
        self.under_way = 0;
        self.failures = 0;
        self.restarts.completed();
        self.due = now + self.timing.next_refresh(jitter);
    }

    /// Records that an attempt failed.
    pub(crate) fn failed(&mut self, now: Instant, jitter: Jitter) {
        self.under_way = self.under_way.saturating_sub(1);
        self.failures = self.failures.saturating_add(1);
        let backoff = now + jitter.backoff(self.failures);
        self.due = backoff.max(self.earliest_retry());
    }

    /// Records that the task is gone, and its attempts with it. If there were any, the next attempt starts at once, but
    /// only once within a cool-down. After that it waits as after a failure.
    pub(crate) fn interrupted(&mut self, now: Instant, jitter: Jitter) {
        if self.under_way == 0 {
            return;
        }
        self.under_way = 0;
        match self.restarts.after_loss(now, jitter) {
            None => {
                self.last_start = None;
                self.due = now;
            }
            Some(pause) => {
                // Another runtime may have a clock of its own, which is behind.
                self.last_start = self.last_start.map(|at| at.min(now));
                self.due = now + pause;
            }
        }
    }

    /// Ends all attempts for good.
    pub(crate) fn end(&mut self) {
        if self.upkeep == Upkeep::Active {
            self.upkeep = Upkeep::Ended;
            self.under_way = 0;
        }
    }

    /// Returns `true` if attempts are made.
    pub(crate) fn is_active(&self) -> bool {
        self.upkeep == Upkeep::Active
    }

    /// Returns the start or end of a flood of unknown keys since the last call.
    pub(crate) fn take_flood_change(&mut self, now: Instant) -> Option<FloodChange> {
        self.unknown_keys.take_change(now)
    }

    /// Requests a refetch as soon as the allowance permits. Ignored during an attempt, which may bring the key.
    pub(crate) fn want_refetch(&mut self, reason: Reason) {
        if self.under_way == 0 {
            self.wanted = self.wanted.max(Some(reason));
        }
    }

    /// Returns how many attempts have started.
    pub(crate) fn starts(&self) -> u64 {
        self.starts
    }

    /// Returns the state of the keys.
    pub(crate) fn state(&self, now: Instant) -> KeyState {
        let Some(age) = self.age(now) else {
            return if self.upkeep == Upkeep::Unneeded {
                KeyState::Fresh
            } else {
                KeyState::Waiting
            };
        };
        if age > self.timing.max_stale {
            KeyState::Expired
        } else if self.failures > 0 || age > self.timing.overdue() {
            KeyState::Stale
        } else {
            KeyState::Fresh
        }
    }

    /// Returns the time since the last successful fetch.
    pub(crate) fn age(&self, now: Instant) -> Option<Duration> {
        let age = now.saturating_duration_since(self.last_success?);
        Some(self.overslept.map_or(age, |slept| slept.max(age)))
    }

    /// Returns the number of failed attempts since the last success.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

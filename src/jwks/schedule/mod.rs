//! When to fetch keys, and who may wait for them: a state machine without clock, randomness or I/O.
//!
//! This file has the events: each comes with the time it happened at, and with a random number where one is needed.
//! `next_start` has when the next attempt starts, `may_wait` who may wait for it.

mod may_wait;
mod next_start;

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{
    allowance::{Allowance, Reason},
    places::Places,
    timing::{Jitter, Timing},
};
use crate::observe::{FloodChange, FloodDetector, KeyState};

/// Why attempts are made, or are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upkeep {
    Active,
    /// The keys are fixed.
    Unneeded,
    /// After a shutdown: the keys grow old.
    Ended,
}

/// Says when attempts start and who may wait for them, as events are recorded.
#[derive(Debug)]
pub(super) struct Schedule {
    timing: Timing,
    upkeep: Upkeep,
    created: Instant,
    last_success: Option<Instant>,
    /// When the keys were fetched, by the wall clock.
    fetched_at: Option<SystemTime>,
    /// The age of the keys by the wall clock, if that is more than `max_stale`: the machine has slept.
    overslept: Option<Duration>,
    last_start: Option<Instant>,
    /// When the first attempt without trustworthy keys started.
    first_try: Option<Instant>,
    /// Whether it was reported that the first keys are overdue.
    is_overdue_reported: bool,
    /// How many attempts have started.
    starts: u64,
    under_way: usize,
    failures: u32,
    /// When the next attempt starts on its own, while keys can be trusted.
    due: Instant,
    /// Why an attempt is wanted before that.
    wanted: Option<Reason>,
    allowance: Allowance,
    places: Places,
    /// Counts the refused tokens that name unknown keys.
    unknown_keys: FloodDetector,
}

impl Schedule {
    /// Starts with keys that count as fetched now, which is `loaded` by the wall clock, or with none.
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
            due: now,
            wanted: None,
            allowance: Allowance::new(timing.refetch_cooldown, now),
            places: Places::new(timing.max_waiting),
            unknown_keys: FloodDetector::default(),
        }
    }

    /// Creates a schedule for fixed keys.
    pub(crate) fn idle(timing: Timing, now: Instant) -> Self {
        Self {
            upkeep: Upkeep::Unneeded,
            ..Self::new(timing, None, now)
        }
    }

    /// Records the time of the wall clock. One before the last fetch says nothing about the age of the keys.
    pub(crate) fn observe_clock(&mut self, now: SystemTime) {
        let age = self.fetched_at.and_then(|at| now.duration_since(at).ok());
        self.overslept = age.filter(|age| *age > self.timing.max_stale);
    }

    /// Records that an attempt starts, if one is to start now; returns `true` if so.
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

    /// Records keys that were `fetched_at` a time of the wall clock; other attempts are cancelled.
    pub(crate) fn succeeded(&mut self, now: Instant, fetched_at: SystemTime, jitter: Jitter) {
        self.last_success = Some(now);
        self.fetched_at = Some(fetched_at);
        self.overslept = None;
        self.first_try = None;
        self.under_way = 0;
        self.failures = 0;
        self.due = now + self.timing.next_refresh(jitter);
    }

    /// Records that an attempt failed.
    pub(crate) fn failed(&mut self, now: Instant, jitter: Jitter) {
        self.under_way = self.under_way.saturating_sub(1);
        self.failures = self.failures.saturating_add(1);
        let backoff = now + jitter.backoff(self.failures);
        self.due = backoff.max(self.earliest_retry());
    }

    /// Records that the task which made the attempts is gone, and its attempts with it: if there were any, the next
    /// one starts at once.
    pub(crate) fn interrupted(&mut self) {
        if self.under_way > 0 {
            self.under_way = 0;
            self.due = self.last_start.take().unwrap_or(self.due);
        }
    }

    /// Makes no further attempt.
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

    /// Returns a flood of unknown keys that has begun or ended since the last call.
    pub(crate) fn take_flood_change(&mut self, now: Instant) -> Option<FloodChange> {
        self.unknown_keys.take_change(now)
    }

    /// Asks for a refetch as soon as the allowance has one. During an attempt it is ignored: what that one brings
    /// has to be seen first.
    pub(crate) fn want_refetch(&mut self, reason: Reason) {
        if self.under_way == 0 {
            self.wanted = self.wanted.max(Some(reason));
        }
    }

    /// Returns how many attempts have started.
    pub(crate) fn starts(&self) -> u64 {
        self.starts
    }

    /// Returns how far the keys can be relied on.
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

    /// Returns how long ago the keys were last fetched with success.
    pub(crate) fn age(&self, now: Instant) -> Option<Duration> {
        let age = now.saturating_duration_since(self.last_success?);
        Some(self.overslept.map_or(age, |slept| slept.max(age)))
    }

    /// Returns how many attempts in a row have failed.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

//! When to fetch keys, and who may wait for them: a state machine without clock, randomness or I/O.
//!
//! Each event comes with the time it happened at, and with a random number where one is needed.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    flood::{Flood, FloodChange},
    health::KeyState,
};

/// How long attempts are apart while no keys can be trusted, and at least after a failure. A hanging
/// attempt does not delay the next one, so that it cannot hide that the issuer is back.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(60);
/// How far the refresh interval may vary, as a part of it.
const INTERVAL_JITTER: f64 = 0.1;
/// How many requests may wait for a refetch because they name an unknown key, and how long.
const MAX_WAITING_FOR_NAMED_KEY: usize = 64;
const MAX_WAIT_FOR_NAMED_KEY: Duration = Duration::from_secs(2);

/// The settings that the schedule follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    pub(crate) refresh_interval: Duration,
    pub(crate) refetch_cooldown: Duration,
    pub(crate) max_stale: Duration,
    pub(crate) first_keys_timeout: Duration,
    pub(crate) max_waiting: usize,
}

/// What a request lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any trustworthy keys.
    AnyKeys,
    /// The key that its token names.
    NamedKey,
}

/// A random number from 0 to 1 that keeps many instances from fetching at the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jitter(f64);

impl Jitter {
    pub(crate) fn random() -> Self {
        Self(fastrand::f64())
    }
}

/// Whether attempts are made at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upkeep {
    Active,
    /// The keys are there for good.
    Unneeded,
    /// The keys grow old.
    Ended,
}

#[derive(Debug)]
pub(crate) struct Schedule {
    timing: Timing,
    upkeep: Upkeep,
    created: Instant,
    last_success: Option<Instant>,
    last_start: Option<Instant>,
    under_way: usize,
    failures: u32,
    /// When the next attempt starts of its own accord, while keys can be trusted.
    due: Instant,
    /// Whether a token gave reason to fetch before that.
    wanted: bool,
    waiting_for_any: usize,
    waiting_for_named: usize,
    /// Tokens that were turned away because they name unknown keys.
    unknown_keys: Flood,
}

impl Schedule {
    /// Starts with keys that were `loaded` at a time, or with none.
    pub(crate) fn new(timing: Timing, loaded: Option<Instant>, now: Instant) -> Self {
        Self {
            timing,
            upkeep: Upkeep::Active,
            created: now,
            last_success: loaded,
            last_start: None,
            under_way: 0,
            failures: 0,
            due: now,
            wanted: false,
            waiting_for_any: 0,
            waiting_for_named: 0,
            unknown_keys: Flood::default(),
        }
    }

    /// Creates a schedule for keys that are there for good.
    pub(crate) fn idle(timing: Timing, now: Instant) -> Self {
        Self {
            upkeep: Upkeep::Unneeded,
            ..Self::new(timing, Some(now), now)
        }
    }

    /// Returns when the next attempt is to start; `None` if none ever is.
    pub(crate) fn next_start(&self) -> Option<Instant> {
        if self.upkeep != Upkeep::Active {
            return None;
        }
        let untrusted_from = self.untrusted_from();
        if self.under_way == 0 && self.next_while_trusted() < untrusted_from {
            return Some(self.next_while_trusted());
        }
        Some(self.earliest_retry().max(untrusted_from))
    }

    /// Returns when the task has something to do or to tell; `None` if it never has.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        let start = self.next_start()?;
        let change = self.unknown_keys.next_change();
        Some(change.map_or(start, |change| change.min(start)))
    }

    /// Takes note that an attempt starts, if one is to start now.
    pub(crate) fn start_if_due(&mut self, now: Instant) -> bool {
        let due = self.next_start().is_some_and(|start| start <= now);
        if due {
            self.last_start = Some(now);
            self.under_way += 1;
            self.wanted = false;
        }
        due
    }

    /// Takes note of good keys; other attempts under way are given up.
    pub(crate) fn succeeded(&mut self, now: Instant, jitter: Jitter) {
        self.last_success = Some(now);
        self.under_way = 0;
        self.failures = 0;
        let spread = 1.0 + INTERVAL_JITTER * (2.0 * jitter.0 - 1.0);
        self.due = now + self.timing.refresh_interval.mul_f64(spread);
    }

    /// Takes note that an attempt failed.
    pub(crate) fn failed(&mut self, now: Instant, jitter: Jitter) {
        self.under_way = self.under_way.saturating_sub(1);
        self.failures = self.failures.saturating_add(1);
        let backoff = now + self.backoff().mul_f64(jitter.0);
        self.due = backoff.max(self.earliest_retry());
    }

    /// Takes note that the task which made the attempts is gone, and its attempts with it: one is to make
    /// up for them at once.
    pub(crate) fn interrupted(&mut self) {
        if self.under_way > 0 {
            self.under_way = 0;
            self.last_start = None;
            self.wanted = true;
        }
    }

    /// Makes no further attempt.
    pub(crate) fn end(&mut self) {
        if self.upkeep == Upkeep::Active {
            self.upkeep = Upkeep::Ended;
            self.under_way = 0;
        }
    }

    /// Returns whether attempts are made at all.
    pub(crate) fn is_active(&self) -> bool {
        self.upkeep == Upkeep::Active
    }

    /// Tells of a flood of unknown keys that has begun or ended, once.
    pub(crate) fn flood_change(&mut self, now: Instant) -> Option<FloodChange> {
        self.unknown_keys.change(now)
    }

    /// Asks for a refetch, as soon as the cool-down allows one: a token names an unknown key, or its
    /// signature does not fit a known one, which may have changed.
    pub(crate) fn want_refetch(&mut self) {
        self.wanted |= self.under_way == 0;
    }

    /// Decides whether a request may wait for what it needs. A key that it names is wanted either way.
    pub(crate) fn admits(&mut self, need: Need, now: Instant) -> bool {
        if need == Need::NamedKey {
            self.want_refetch();
        }
        let admits = self.is_under_way(now) && *self.waiting(need) < self.max_waiting(need);
        if need == Need::NamedKey && !admits {
            self.unknown_keys.count(now);
        }
        admits
    }

    /// Lets a request wait for what it needs, if it may; who may must [`leave`](Self::leave).
    pub(crate) fn enter(&mut self, need: Need, now: Instant) -> bool {
        let may_wait = self.admits(need, now);
        if may_wait {
            *self.waiting(need) += 1;
        }
        may_wait
    }

    /// Gives back the place that a request waited in.
    pub(crate) fn leave(&mut self, need: Need) {
        let waiting = self.waiting(need);
        *waiting = waiting.saturating_sub(1);
    }

    /// Returns whether an attempt is under way, or starts as soon as the task gets to it.
    pub(crate) fn is_under_way(&self, now: Instant) -> bool {
        self.under_way > 0 || self.next_start().is_some_and(|start| start <= now)
    }

    /// Returns in what time the next attempt starts; `None` if none is to start of its own accord.
    pub(crate) fn next_attempt_in(&self, now: Instant) -> Option<Duration> {
        if self.under_way > 0 {
            return Some(Duration::ZERO);
        }
        let start = self.next_start()?;
        Some(start.saturating_duration_since(now))
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
        } else if self.failures > 0 || age > 2 * self.timing.refresh_interval {
            KeyState::Stale
        } else {
            KeyState::Fresh
        }
    }

    /// Returns how long ago the keys were last fetched with success.
    pub(crate) fn age(&self, now: Instant) -> Option<Duration> {
        if self.upkeep == Upkeep::Unneeded {
            return None;
        }
        Some(now.saturating_duration_since(self.last_success?))
    }

    /// Returns how many attempts in a row have failed.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Returns how long a request may wait.
    pub(crate) fn wait_limit(&self, need: Need) -> Duration {
        match need {
            Need::AnyKeys => self.timing.first_keys_timeout,
            Need::NamedKey => MAX_WAIT_FOR_NAMED_KEY,
        }
    }

    fn untrusted_from(&self) -> Instant {
        self.last_success
            .map_or(self.created, |at| at + self.timing.max_stale)
    }

    fn next_while_trusted(&self) -> Instant {
        match self.last_success {
            Some(at) if self.wanted && self.failures == 0 => {
                self.due.min(at + self.timing.refetch_cooldown)
            }
            _ => self.due,
        }
    }

    fn earliest_retry(&self) -> Instant {
        self.last_start
            .map_or(self.created, |at| at + RETRY_INTERVAL)
    }

    fn waiting(&mut self, need: Need) -> &mut usize {
        match need {
            Need::AnyKeys => &mut self.waiting_for_any,
            Need::NamedKey => &mut self.waiting_for_named,
        }
    }

    fn max_waiting(&self, need: Need) -> usize {
        match need {
            Need::AnyKeys => self.timing.max_waiting,
            Need::NamedKey => MAX_WAITING_FOR_NAMED_KEY,
        }
    }

    /// Doubles from one second to a minute.
    fn backoff(&self) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(6);
        (RETRY_INTERVAL * 2u32.pow(doublings)).min(MAX_BACKOFF)
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

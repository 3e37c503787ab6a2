//! When to fetch keys, and who may wait for them: a state machine without clock, randomness or I/O.
//!
//! Each event comes with the time it happened at, and with a random number where one is needed.

use std::time::Duration;

use tokio::time::Instant;

use super::health::KeyState;

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

#[derive(Debug)]
pub(crate) struct Schedule {
    timing: Timing,
    /// Whether nothing is ever fetched, because the keys are there for good.
    idle: bool,
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
}

impl Schedule {
    /// Starts with keys that were `loaded` at a time, or with none.
    pub(crate) fn new(timing: Timing, loaded: Option<Instant>, now: Instant) -> Self {
        Self {
            timing,
            idle: false,
            created: now,
            last_success: loaded,
            last_start: None,
            under_way: 0,
            failures: 0,
            due: now,
            wanted: false,
            waiting_for_any: 0,
            waiting_for_named: 0,
        }
    }

    /// Creates a schedule for keys that are there for good.
    pub(crate) fn idle(timing: Timing, now: Instant) -> Self {
        Self {
            idle: true,
            ..Self::new(timing, Some(now), now)
        }
    }

    /// Returns when the next attempt is to start; `None` if none ever is.
    pub(crate) fn next_start(&self) -> Option<Instant> {
        if self.idle {
            return None;
        }
        let untrusted_from = self.untrusted_from();
        if self.under_way == 0 && self.next_while_trusted() < untrusted_from {
            return Some(self.next_while_trusted());
        }
        Some(self.earliest_retry().max(untrusted_from))
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

    /// Asks for a refetch, as soon as the cool-down allows one: a token names an unknown key, or its
    /// signature does not fit a known one, which may have changed.
    pub(crate) fn want_refetch(&mut self) {
        self.wanted |= self.under_way == 0;
    }

    /// Decides whether a request may wait for what it needs; who may must [`leave`](Self::leave).
    pub(crate) fn enter(&mut self, need: Need, now: Instant) -> bool {
        if need == Need::NamedKey {
            self.want_refetch();
        }
        let may_wait = self.is_under_way(now) && *self.waiting(need) < self.max_waiting(need);
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
            return if self.idle {
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
        if self.idle {
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
mod tests {
    use super::*;

    const TIMING: Timing = Timing {
        refresh_interval: Duration::from_secs(300),
        refetch_cooldown: Duration::from_secs(30),
        max_stale: Duration::from_secs(24 * 3600),
        first_keys_timeout: Duration::from_secs(2),
        max_waiting: 2,
    };

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// A schedule whose first attempt succeeded at the returned time.
    fn loaded() -> (Schedule, Instant) {
        let now = Instant::now();
        let mut schedule = Schedule::new(TIMING, None, now);
        assert!(schedule.start_if_due(now));
        schedule.succeeded(now, Jitter(0.5));
        (schedule, now)
    }

    #[test]
    fn the_first_attempt_starts_at_once_and_the_next_a_second_after_it() {
        let now = Instant::now();
        let mut schedule = Schedule::new(TIMING, None, now);
        assert!(schedule.start_if_due(now));
        assert!(!schedule.start_if_due(now));
        // Whether the first one has ended or hangs.
        assert_eq!(schedule.next_start(), Some(now + seconds(1)));
        schedule.failed(now, Jitter(0.0));
        assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    }

    #[test]
    fn attempts_that_hang_do_not_delay_the_next() {
        let start = Instant::now();
        let mut schedule = Schedule::new(TIMING, None, start);
        for second in 0..100 {
            assert!(schedule.start_if_due(start + seconds(second)));
            assert!(!schedule.start_if_due(start + seconds(second)));
        }
    }

    #[test]
    fn an_interrupted_first_attempt_is_made_up_for_at_once() {
        let now = Instant::now();
        let mut schedule = Schedule::new(TIMING, None, now);
        schedule.interrupted();
        assert!(schedule.start_if_due(now));
        schedule.interrupted();
        assert!(schedule.start_if_due(now));
        assert!(!schedule.start_if_due(now));
    }

    #[test]
    fn an_interrupted_refetch_is_made_up_for_at_once() {
        let (mut schedule, start) = loaded();
        schedule.want_refetch();
        let now = start + seconds(40);
        assert!(schedule.start_if_due(now));
        schedule.interrupted();
        assert!(schedule.start_if_due(now));
        schedule.interrupted();
        schedule.interrupted();
        assert!(schedule.start_if_due(now));
        schedule.succeeded(now, Jitter(0.5));
        schedule.interrupted();
        assert_eq!(schedule.next_start(), Some(now + seconds(300)));
    }

    #[test]
    fn keys_are_refreshed_after_the_interval_give_or_take_a_tenth() {
        for (jitter, due) in [(0.0, 270), (0.5, 300), (1.0, 330)] {
            let (mut schedule, now) = loaded();
            schedule.succeeded(now, Jitter(jitter));
            assert_eq!(schedule.next_start(), Some(now + seconds(due)));
        }
    }

    #[test]
    fn after_failures_the_pause_doubles_from_a_second_to_a_minute() {
        let (mut schedule, start) = loaded();
        let mut now = start + seconds(300);
        for bound in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            assert!(schedule.start_if_due(now));
            schedule.failed(now, Jitter(1.0));
            assert_eq!(schedule.next_start(), Some(now + seconds(bound)));
            now += seconds(bound);
        }
    }

    #[test]
    fn however_the_dice_fall_attempts_that_fail_are_a_second_apart() {
        let (mut schedule, start) = loaded();
        let now = start + seconds(300);
        assert!(schedule.start_if_due(now));
        schedule.failed(now, Jitter(0.0));
        assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    }

    #[test]
    fn a_wanted_refetch_waits_for_the_cool_down() {
        let (mut schedule, now) = loaded();
        schedule.want_refetch();
        assert_eq!(schedule.next_start(), Some(now + seconds(30)));
        assert!(!schedule.start_if_due(now + seconds(29)));
        assert!(schedule.start_if_due(now + seconds(30)));
        schedule.succeeded(now + seconds(30), Jitter(0.5));
        assert_eq!(schedule.next_start(), Some(now + seconds(330)));
    }

    #[test]
    fn after_a_failure_the_back_off_governs_a_wanted_refetch() {
        let (mut schedule, start) = loaded();
        let now = start + seconds(300);
        assert!(schedule.start_if_due(now));
        schedule.failed(now, Jitter(1.0));
        assert!(schedule.start_if_due(now + seconds(1)));
        schedule.failed(now + seconds(1), Jitter(1.0));
        schedule.want_refetch();
        assert_eq!(schedule.next_start(), Some(now + seconds(3)));
    }

    #[test]
    fn what_is_wanted_during_an_attempt_is_answered_by_it() {
        let (mut schedule, start) = loaded();
        let now = start + seconds(300);
        assert!(schedule.start_if_due(now));
        schedule.want_refetch();
        schedule.succeeded(now, Jitter(0.5));
        assert_eq!(schedule.next_start(), Some(now + seconds(300)));
    }

    #[test]
    fn expired_keys_are_fetched_like_first_ones() {
        let (mut schedule, start) = loaded();
        let expiry = start + TIMING.max_stale;
        let mut now = expiry - seconds(10);
        assert!(schedule.start_if_due(now));
        for _ in 0..8 {
            schedule.failed(now, Jitter(1.0));
        }
        // The back-off would end later than the keys do.
        assert_eq!(schedule.next_start(), Some(expiry));
        now = expiry;
        assert!(schedule.start_if_due(now));
        assert_eq!(schedule.next_start(), Some(now + seconds(1)));
        assert_eq!(schedule.state(now), KeyState::Stale);
        assert_eq!(schedule.state(now + seconds(1)), KeyState::Expired);
    }

    #[test]
    fn requests_wait_only_for_an_attempt_and_only_so_many() {
        let (mut schedule, now) = loaded();
        assert!(!schedule.enter(Need::AnyKeys, now));
        assert!(!schedule.enter(Need::NamedKey, now));
        assert!(schedule.start_if_due(now + seconds(30)), "it was wanted");
        let now = now + seconds(30);
        assert!(schedule.enter(Need::AnyKeys, now));
        assert!(schedule.enter(Need::AnyKeys, now));
        assert!(!schedule.enter(Need::AnyKeys, now));
        schedule.leave(Need::AnyKeys);
        assert!(schedule.enter(Need::AnyKeys, now));
        for _ in 0..64 {
            assert!(schedule.enter(Need::NamedKey, now));
        }
        assert!(!schedule.enter(Need::NamedKey, now));
    }

    #[test]
    fn a_refetch_that_may_start_now_can_be_waited_for() {
        let (mut schedule, now) = loaded();
        assert!(schedule.enter(Need::NamedKey, now + seconds(30)));
    }

    #[test]
    fn the_time_to_the_next_attempt_is_zero_while_one_is_under_way() {
        let (mut schedule, now) = loaded();
        assert_eq!(schedule.next_attempt_in(now), Some(seconds(300)));
        assert_eq!(
            schedule.next_attempt_in(now + seconds(400)),
            Some(seconds(0))
        );
        assert!(schedule.start_if_due(now + seconds(300)));
        assert_eq!(schedule.next_attempt_in(now), Some(seconds(0)));
        schedule.interrupted();
        assert_eq!(schedule.next_attempt_in(now), Some(seconds(30)));
    }

    #[test]
    fn keys_that_are_overdue_are_stale() {
        let (schedule, now) = loaded();
        assert_eq!(schedule.state(now + seconds(600)), KeyState::Fresh);
        assert_eq!(schedule.state(now + seconds(601)), KeyState::Stale);
    }

    #[test]
    fn an_idle_schedule_does_nothing_and_lets_nobody_wait() {
        let now = Instant::now();
        let mut schedule = Schedule::idle(TIMING, now);
        let later = now + 2 * TIMING.max_stale;
        assert!(!schedule.start_if_due(later));
        assert!(!schedule.enter(Need::NamedKey, later));
        assert!(!schedule.enter(Need::AnyKeys, later));
        assert_eq!(schedule.next_attempt_in(later), None);
        assert_eq!(schedule.state(later), KeyState::Fresh);
    }
}

//! A model of the schedule: under any sequence of events, attempts start neither too often nor too late.

use super::*;
use crate::{
    defaults::LIMIT_ATTEMPTS,
    jwks::timing::{MAX_BACKOFF, RETRY_INTERVAL},
};

/// The rules of the design, with separate bookkeeping.
pub(super) struct Model {
    timing: Timing,
    schedule: Schedule,
    created: Instant,
    now: Instant,
    last_success: Option<Instant>,
    last_start: Option<Instant>,
    last_failure: Option<Instant>,
    /// When each attempt in progress started.
    under_way: Vec<Instant>,
    /// Since when a token of each kind wants an attempt.
    wanted: [Option<Instant>; 2],
    /// The starts of attempts that tokens caused.
    caused: Vec<Instant>,
    /// When attempts were lost with the task, until the next attempt starts.
    interrupted: Option<Instant>,
    /// Whether that next attempt starts at once.
    restarts_at_once: bool,
    /// Whether attempts were lost for which none started at once, since the last success.
    has_paused: bool,
    /// Since when the next loss is made good at once.
    at_once_from: Instant,
    waiting: [usize; 2],
}

impl Model {
    pub(super) fn new(timing: Timing, has_initial_keys: bool) -> Self {
        let now = Instant::now();
        let loaded = has_initial_keys.then_some(SystemTime::UNIX_EPOCH);
        Self {
            timing,
            schedule: Schedule::new(timing, loaded, now),
            created: now,
            now,
            last_success: loaded.map(|_| now),
            last_start: None,
            last_failure: None,
            under_way: Vec::new(),
            wanted: [None, None],
            caused: Vec::new(),
            interrupted: None,
            restarts_at_once: false,
            has_paused: false,
            at_once_from: now,
            waiting: [0, 0],
        }
    }

    pub(super) fn apply(&mut self, event: &Event) {
        match *event {
            Event::Pass(pause) => self.pass(pause),
            Event::WantRefetch(reason) => {
                self.schedule.want_refetch(reason);
                self.want(reason);
            }
            Event::Enter(need) => self.enter(need),
            Event::Leave(need) if self.waiting[need as usize] > 0 => {
                self.schedule.leave(need);
                self.waiting[need as usize] -= 1;
            }
            Event::Succeed(jitter) if !self.under_way.is_empty() => self.succeed(jitter),
            Event::Fail(jitter) if !self.under_way.is_empty() => self.fail(jitter),
            Event::Interrupt(jitter) => self.interrupt(jitter),
            Event::Leave(_) | Event::Succeed(_) | Event::Fail(_) => (),
        }
        self.work();
    }

    /// Lets time pass. The task wakes up exactly when the schedule says.
    fn pass(&mut self, pause: Duration) {
        let end = self.now + pause;
        loop {
            let time_out = self.under_way.first().map(|&at| self.times_out(at));
            let wake = self.schedule.next_wake();
            match [time_out, wake].into_iter().flatten().min() {
                Some(next) if next <= end => self.now = next.max(self.now),
                _ => break,
            }
            self.work();
        }
        self.now = end;
        self.work();
    }

    /// Does the task's work at a wake-up.
    pub(super) fn work(&mut self) {
        assert!(self.now <= self.deadline(), "an attempt comes too late");
        while self
            .under_way
            .first()
            .is_some_and(|&start| self.times_out(start) <= self.now)
        {
            self.fail(Jitter(0.5));
        }
        while self.start_if_due() {
            self.last_start = Some(self.now);
            self.under_way.push(self.now);
            self.wanted = [None, None];
            self.interrupted = None;
            self.restarts_at_once = false;
            assert!(
                self.under_way.len() <= LIMIT_ATTEMPTS as usize,
                "too many attempts at once"
            );
        }
        self.schedule.take_flood_change(self.now);
        self.schedule.take_overdue(self.now);
        let wake = self.schedule.next_wake();
        assert!(
            wake.is_some_and(|wake| wake > self.now),
            "the task would spin"
        );
    }

    fn start_if_due(&mut self) -> bool {
        let is_own = self.is_own_start();
        let starts = self.schedule.start_if_due(self.now);
        if starts && is_own {
            self.assert_may_start();
        } else if starts {
            self.assert_token_may_cause_one();
            self.caused.push(self.now);
        }
        starts
    }

    /// Returns `true` if an attempt would start now without any token.
    fn is_own_start(&self) -> bool {
        self.restarts_at_once || !self.is_trusted() || self.schedule.due <= self.now
    }

    /// Returns when tokens of a kind may cause an attempt. At most two start in any cool-down (excluding its end), and
    /// one per cool-down in the long run. A bad signature leaves one attempt for a new key.
    fn allowed_from(&self, reason: Reason) -> Instant {
        let starts = match reason {
            Reason::UnknownKey => 1,
            Reason::BadSignature => 2,
        };
        let earlier = self.caused.iter().rev().zip(1..);
        earlier.fold(self.created, |from, (&start, number)| {
            let with_these: u32 = number + starts;
            from.max(start + self.timing.refetch_cooldown * with_these.saturating_sub(2))
        })
    }

    fn assert_token_may_cause_one(&self) {
        let reasons = [Reason::BadSignature, Reason::UnknownKey];
        let may_cause = |&reason: &Reason| {
            self.wanted[reason as usize].is_some() && self.now >= self.allowed_from(reason)
        };
        assert!(reasons.iter().any(may_cause), "tokens cause too many");
        assert!(self.under_way.is_empty(), "an attempt too many");
        let since_last = self.last_start.map(|at| self.now - at);
        assert!(
            !self.is_failing() || since_last.is_none_or(|since| since >= RETRY_INTERVAL),
            "a failure is not waited out"
        );
    }

    /// Returns the time between two attempts. Attempts that hang are so far apart that few are in progress.
    fn retry_interval(&self) -> Duration {
        let others = LIMIT_ATTEMPTS - 1;
        match self.under_way.as_slice() {
            [] => RETRY_INTERVAL,
            _ => RETRY_INTERVAL.max(self.timing.fetch_timeout / others),
        }
    }

    fn times_out(&self, start: Instant) -> Instant {
        start + self.timing.fetch_timeout
    }

    fn is_trusted(&self) -> bool {
        let until = self.last_success.map(|at| at + self.timing.max_stale);
        until.is_some_and(|until| self.now < until)
    }

    fn is_failing(&self) -> bool {
        self.last_failure.is_some() || self.has_paused
    }

    /// Asserts that an attempt may start now.
    fn assert_may_start(&self) {
        if self.restarts_at_once {
            return;
        }
        let after = |at: Option<Instant>, pause| at.is_none_or(|at| self.now >= at + pause);
        let may_start = if self.is_trusted() && self.interrupted.is_some() {
            after(self.interrupted, RETRY_INTERVAL)
        } else if !self.is_trusted() || self.is_failing() {
            after(self.last_start, self.retry_interval())
        } else if self.last_start.is_none() {
            // The age of initial keys is not known.
            true
        } else {
            after(self.last_success, self.timing.refresh_interval.mul_f64(0.9))
        };
        assert!(may_start, "an attempt comes too early");
        assert!(
            !self.is_trusted() || self.under_way.is_empty(),
            "an attempt too many"
        );
    }

    /// Returns the latest time at which an attempt must start.
    fn deadline(&self) -> Instant {
        if let Some(at) = self.interrupted
            && self.restarts_at_once
        {
            return at;
        }
        if !self.is_trusted() {
            let untrusted_from = self
                .last_success
                .map_or(self.created, |at| at + self.timing.max_stale);
            let retry = self
                .last_start
                .map_or(self.created, |at| at + self.retry_interval());
            // The end of an attempt that hung makes the next one due.
            let ended = self.interrupted.max(self.last_failure);
            return untrusted_from.max(retry).max(ended.unwrap_or(retry));
        }
        if let Some(&start) = self.under_way.first() {
            return self.times_out(start);
        }
        let lost = self.interrupted.or(self.last_failure);
        let own = match (lost, self.last_success) {
            (Some(at), _) => at + MAX_BACKOFF,
            (None, Some(at)) => at + self.timing.refresh_interval.mul_f64(1.1),
            (None, None) => self.created,
        };
        let retry = match self.last_start {
            Some(at) if self.is_failing() => at + RETRY_INTERVAL,
            _ => self.created,
        };
        let wanted = [Reason::BadSignature, Reason::UnknownKey]
            .into_iter()
            .filter_map(|reason| {
                let since = self.wanted[reason as usize]?;
                Some(since.max(retry).max(self.allowed_from(reason)))
            });
        wanted.fold(own, Instant::min)
    }

    fn want(&mut self, reason: Reason) {
        if self.under_way.is_empty() {
            self.wanted[reason as usize].get_or_insert(self.now);
        }
    }

    fn enter(&mut self, need: Need) {
        let entered = self.schedule.enter(need, self.now);
        if need == Need::NamedKey {
            self.want(Reason::UnknownKey);
        }
        let places = match need {
            Need::AnyKeys => self.timing.max_waiting,
            Need::NamedKey => 64,
        };
        let has_place = self.waiting[need as usize] < places;
        assert!(has_place || !entered, "too many wait");
        let is_under_way = !self.under_way.is_empty();
        assert!(entered || !has_place || !is_under_way, "a place was lost");
        self.waiting[need as usize] += usize::from(entered);
    }

    fn succeed(&mut self, jitter: Jitter) {
        let wall = wall(self.created, self.now);
        self.schedule.succeeded(self.now, wall, jitter);
        self.last_success = Some(self.now);
        self.last_failure = None;
        self.has_paused = false;
        self.under_way.clear();
    }

    fn fail(&mut self, jitter: Jitter) {
        self.schedule.failed(self.now, jitter);
        self.last_failure = Some(self.now);
        self.under_way.remove(0);
    }

    /// Loses the attempts. Within a cool-down, only the first loss is made good at once.
    fn interrupt(&mut self, jitter: Jitter) {
        self.schedule.interrupted(self.now, jitter);
        if self.under_way.is_empty() {
            return;
        }
        self.under_way.clear();
        self.interrupted = Some(self.now);
        self.restarts_at_once = self.now >= self.at_once_from;
        self.has_paused |= !self.restarts_at_once;
        if self.restarts_at_once {
            self.at_once_from = self.now + self.timing.refetch_cooldown.max(RETRY_INTERVAL);
        }
    }
}

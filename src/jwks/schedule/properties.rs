//! The schedule against a model: whatever happens, it fetches neither too often nor too late.

use proptest::{collection::vec, prelude::*};

use super::*;

const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
enum Event {
    Pass(Duration),
    Doubt,
    Enter(Need),
    Leave(Need),
    Succeed(Jitter),
    Fail(Jitter),
    /// The task's runtime ends, and another one takes over.
    Interrupt,
}

fn any_need() -> impl Strategy<Value = Need> {
    prop_oneof![Just(Need::AnyKeys), Just(Need::NamedKey)]
}

fn any_jitter() -> impl Strategy<Value = Jitter> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0].prop_map(Jitter)
}

/// From milliseconds to hours, so that each rule gets its turn.
fn any_pause() -> impl Strategy<Value = Duration> {
    prop_oneof![
        0..3_000_u64,
        0..60_000_u64,
        0..1_000_000_u64,
        0..4_000_000_u64
    ]
    .prop_map(Duration::from_millis)
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => any_pause().prop_map(Event::Pass),
        4 => Just(Event::Doubt),
        4 => any_need().prop_map(Event::Enter),
        2 => any_need().prop_map(Event::Leave),
        4 => any_jitter().prop_map(Event::Succeed),
        2 => any_jitter().prop_map(Event::Fail),
        2 => Just(Event::Interrupt),
    ]
}

/// Settings as the builder lets them through.
fn any_timing() -> impl Strategy<Value = Timing> {
    (1..600_000_u64, 0.0..=1.0, 1.0..100.0).prop_map(|(interval, cooldown, max_stale)| {
        let refresh_interval = Duration::from_millis(interval);
        Timing {
            refresh_interval,
            refetch_cooldown: refresh_interval.mul_f64(cooldown),
            max_stale: refresh_interval.mul_f64(max_stale),
            first_keys_timeout: Duration::from_secs(2),
            max_waiting: 3,
        }
    })
}

/// What the rules of the design say, told by its own bookkeeping.
struct Model {
    timing: Timing,
    schedule: Schedule,
    created: Instant,
    now: Instant,
    last_success: Option<Instant>,
    last_start: Option<Instant>,
    last_failure: Option<Instant>,
    /// When each attempt under way started.
    under_way: Vec<Instant>,
    wanted: Option<Instant>,
    interrupted: Option<Instant>,
    waiting: [usize; 2],
}

impl Model {
    fn new(timing: Timing, has_initial_keys: bool) -> Self {
        let now = Instant::now();
        let loaded = has_initial_keys.then_some(now);
        Self {
            timing,
            schedule: Schedule::new(timing, loaded, now),
            created: now,
            now,
            last_success: loaded,
            last_start: None,
            last_failure: None,
            under_way: Vec::new(),
            wanted: None,
            interrupted: None,
            waiting: [0, 0],
        }
    }

    fn apply(&mut self, event: &Event) {
        match *event {
            Event::Pass(pause) => self.pass(pause),
            Event::Doubt => {
                self.schedule.want_refetch();
                self.want();
            }
            Event::Enter(need) => self.enter(need),
            Event::Leave(need) if self.waiting[need as usize] > 0 => {
                self.schedule.leave(need);
                self.waiting[need as usize] -= 1;
            }
            Event::Succeed(jitter) if !self.under_way.is_empty() => self.succeed(jitter),
            Event::Fail(jitter) if !self.under_way.is_empty() => self.fail(jitter),
            Event::Interrupt => self.interrupt(),
            Event::Leave(_) | Event::Succeed(_) | Event::Fail(_) => (),
        }
        self.work();
    }

    /// Lets time pass. The task sleeps until the wake-up that the schedule names, and no longer.
    fn pass(&mut self, pause: Duration) {
        let end = self.now + pause;
        loop {
            let time_out = self.under_way.first().map(|&start| start + FETCH_TIMEOUT);
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

    /// What the task does when it wakes up.
    fn work(&mut self) {
        assert!(self.now <= self.deadline(), "an attempt comes too late");
        while self
            .under_way
            .first()
            .is_some_and(|&start| start + FETCH_TIMEOUT <= self.now)
        {
            self.fail(Jitter(0.5));
        }
        while self.schedule.start_if_due(self.now) {
            self.assert_may_start();
            self.last_start = Some(self.now);
            self.under_way.push(self.now);
            self.wanted = None;
            self.interrupted = None;
        }
        self.schedule.flood_change(self.now);
        let wake = self.schedule.next_wake();
        assert!(
            wake.is_some_and(|wake| wake > self.now),
            "the task would spin"
        );
    }

    fn is_trusted(&self) -> bool {
        let until = self.last_success.map(|at| at + self.timing.max_stale);
        until.is_some_and(|until| self.now < until)
    }

    fn is_failing(&self) -> bool {
        self.last_failure.is_some()
    }

    /// No sooner than this may an attempt start.
    fn assert_may_start(&self) {
        if self.interrupted.is_some() {
            return;
        }
        let after = |at: Option<Instant>, pause| at.is_none_or(|at| self.now >= at + pause);
        let may_start = if !self.is_trusted() || self.is_failing() {
            after(self.last_start, RETRY_INTERVAL)
        } else if self.last_start.is_none() {
            // Initial keys are as old as whoever put them there knows.
            true
        } else if self.wanted.is_some() {
            let pause = self.timing.refetch_cooldown;
            after(
                self.last_success,
                pause.min(self.timing.refresh_interval.mul_f64(0.9)),
            )
        } else {
            after(self.last_success, self.timing.refresh_interval.mul_f64(0.9))
        };
        assert!(may_start, "an attempt comes too early");
        assert!(
            !self.is_trusted() || self.under_way.is_empty(),
            "an attempt too many"
        );
    }

    /// No later than this must an attempt start.
    fn deadline(&self) -> Instant {
        if let Some(at) = self.interrupted {
            return at;
        }
        if !self.is_trusted() {
            let untrusted_from = self
                .last_success
                .map_or(self.created, |at| at + self.timing.max_stale);
            let retry = self
                .last_start
                .map_or(self.created, |at| at + RETRY_INTERVAL);
            return untrusted_from.max(retry);
        }
        let started = self.under_way.first().map(|&at| at + FETCH_TIMEOUT);
        let failed = self.last_failure.map(|at| at + MAX_BACKOFF);
        let wanted = self
            .wanted
            .zip(self.last_success)
            .map(|(wanted, success)| wanted.max(success + self.timing.refetch_cooldown));
        let refresh = self
            .last_success
            .map(|at| at + self.timing.refresh_interval.mul_f64(1.1));
        started
            .or(failed)
            .or(wanted)
            .or(refresh)
            .unwrap_or(self.created)
    }

    fn want(&mut self) {
        if self.under_way.is_empty() {
            self.wanted.get_or_insert(self.now);
        }
    }

    fn enter(&mut self, need: Need) {
        let entered = self.schedule.enter(need, self.now);
        if need == Need::NamedKey {
            self.want();
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
        self.schedule.succeeded(self.now, jitter);
        self.last_success = Some(self.now);
        self.last_failure = None;
        self.under_way.clear();
    }

    fn fail(&mut self, jitter: Jitter) {
        self.schedule.failed(self.now, jitter);
        self.last_failure = Some(self.now);
        self.under_way.remove(0);
    }

    fn interrupt(&mut self) {
        self.schedule.interrupted();
        if !self.under_way.is_empty() {
            self.interrupted = Some(self.now);
            self.under_way.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_events_breaks_the_rules(
        timing in any_timing(),
        has_initial_keys in any::<bool>(),
        events in vec(any_event(), 1..200),
    ) {
        let mut model = Model::new(timing, has_initial_keys);
        model.work();
        for event in &events {
            model.apply(event);
        }
    }
}

//! The simulated time, and the troubles that the schedule causes: what the model of right answers depends on.

use std::{
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use ::week::RATE;

/// One of the two issuers.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Kind {
    Embedded,
    Oms,
}

impl Kind {
    pub(crate) const BOTH: [Self; 2] = [Self::Embedded, Self::Oms];

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Embedded => Self::Oms,
            Self::Oms => Self::Embedded,
        }
    }
}

/// What may change an answer while it lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// Instances may have the wrong keys of an issuer, or none.
    Keys(Kind),
    /// Instances cannot fetch the keys of an issuer.
    Issuer(Kind),
    /// An instance has no keys of an issuer.
    NoKeys(usize, Kind),
    /// Redis may not answer, or has lost uses.
    Store,
    /// Redis refuses to record uses, and has lost none.
    Replica,
    /// An instance is gone, and requests to it get no answer.
    Crash(usize),
    /// The wall clock of an instance is so many seconds off.
    Clock(usize, i64),
}

struct Period {
    trouble: Trouble,
    from: Instant,
    until: Option<Instant>,
}

/// Ends with [`World::end`].
#[must_use]
pub(crate) struct Begun(usize);

pub(crate) struct World {
    began: Instant,
    began_at: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Time in which the whole world slept: no steady clock has counted it.
    slept: Duration,
    periods: Vec<Period>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            began_at: UNIX_EPOCH.elapsed().unwrap(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The simulated time since the Unix epoch.
    pub(crate) fn now(&self) -> Duration {
        self.began_at + self.began.elapsed() * RATE + self.state().slept
    }

    pub(crate) fn wall(&self) -> SystemTime {
        UNIX_EPOCH + self.now()
    }

    /// Steady time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(crate) fn slept(&self) -> Duration {
        self.state().slept
    }

    /// What libfaketime has to add to the clock of a process that starts now.
    pub(crate) fn offset(&self) -> f64 {
        (self.began.elapsed() * (RATE - 1) + self.state().slept).as_secs_f64()
    }

    pub(crate) fn sleep_over(&self, time: Duration) {
        self.state().slept += time;
    }

    fn seconds(&self) -> u64 {
        (self.now() - self.began_at).as_secs()
    }

    /// The number of the day: the first is 1.
    pub(crate) fn day(&self) -> u64 {
        self.seconds() / 86_400 + 1
    }

    /// Days and time of day since the start.
    pub(crate) fn date(&self) -> String {
        let (hour, minute) = (self.seconds() / 3600 % 24, self.seconds() / 60 % 60);
        format!("day {} {hour:02}:{minute:02}", self.day())
    }

    pub(crate) fn begin(&self, trouble: Trouble) -> Begun {
        let mut state = self.state();
        state.periods.push(Period {
            trouble,
            from: Instant::now(),
            until: None,
        });
        Begun(state.periods.len() - 1)
    }

    pub(crate) fn end(&self, Begun(period): Begun) {
        self.state().periods[period].until = Some(Instant::now());
    }

    /// Returns the troubles of any moment between two.
    pub(crate) fn troubles(&self, from: Instant, until: Instant) -> Vec<Trouble> {
        let state = self.state();
        let periods = state
            .periods
            .iter()
            .filter(|period| period.from <= until && period.until.is_none_or(|end| end >= from));
        periods.map(|period| period.trouble).collect()
    }

    /// How often there was such a trouble, for how long in all, and at most.
    pub(crate) fn durations(
        &self,
        is_such: impl Fn(Trouble) -> bool,
    ) -> (usize, Duration, Duration) {
        let state = self.state();
        let such = state
            .periods
            .iter()
            .filter(|period| is_such(period.trouble));
        let times: Vec<_> = such
            .map(|period| period.until.unwrap_or_else(Instant::now) - period.from)
            .collect();
        let longest = times.iter().max().copied().unwrap_or_default();
        (times.len(), times.iter().sum(), longest)
    }
}

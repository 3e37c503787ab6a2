//! What requests and the refresher share: the snapshot of the keys, and the schedule.

mod waiting;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwapOption;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use super::{
    allowance::Reason,
    key_set::KeySet,
    schedule::Schedule,
    timing::{Jitter, Timing},
};
use crate::{
    error::FetchError,
    issuer::TokenCache,
    observe::{FloodChange, KeyHealth, KeyState},
};

pub(crate) use waiting::{Arrival, Waited};

/// Holds the keys that requests are verified with. Readers take no lock.
pub(crate) struct KeyStore {
    /// Goes with the keys: what one of them has passed is gone when it is.
    tokens: TokenCache,
    published: ArcSwapOption<Published>,
    /// How often keys were published, the first ones apart.
    generation: AtomicU64,
    timing: Timing,
    schedule: Mutex<Schedule>,
    /// Tells the refresher that it has something to do at another time than before.
    rescheduled: Notify,
    /// Changes whenever an attempt has ended.
    outcome: watch::Sender<Outcome>,
}

#[derive(Default)]
struct Outcome {
    /// How many attempts have ended.
    attempts: u64,
    /// Which one ended last, by the number of starts with it; 0 where that is not known.
    last: u64,
    /// Why the last one failed, if it did.
    error: Option<FetchError>,
}

struct Published {
    keys: KeySet,
    /// `None`: for good.
    trusted: Option<Trusted>,
}

/// How long keys are trusted, by both clocks: the steady one stands still while the machine sleeps, and the
/// wall clock may be set back.
struct Trusted {
    until: Instant,
    /// `None`: later than that clock can tell.
    until_wall: Option<SystemTime>,
}

impl Trusted {
    fn new(max_stale: Duration, now: Instant, fetched_at: SystemTime) -> Self {
        Self {
            until: now + max_stale,
            until_wall: fetched_at.checked_add(max_stale),
        }
    }

    fn covers(&self, now: SystemTime) -> bool {
        Instant::now() <= self.until && self.until_wall.is_none_or(|until| now <= until)
    }
}

impl KeyStore {
    /// Creates a store that waits for its first keys, or starts with `initial` ones.
    pub(crate) fn new(timing: Timing, initial: Option<KeySet>, tokens: TokenCache) -> Self {
        let now = Instant::now();
        let loaded = initial.as_ref().map(|_| SystemTime::now());
        let trusted = loaded.map(|loaded| Trusted::new(timing.max_stale, now, loaded));
        let published = initial.map(|keys| Published { keys, trusted });
        Self::with(
            published,
            tokens,
            timing,
            Schedule::new(timing, loaded, now),
        )
    }

    /// Creates a store whose keys never change and never grow old.
    pub(crate) fn fixed(timing: Timing, keys: KeySet, tokens: TokenCache) -> Self {
        let published = Published {
            keys,
            trusted: None,
        };
        Self::with(
            Some(published),
            tokens,
            timing,
            Schedule::idle(timing, Instant::now()),
        )
    }

    fn with(
        published: Option<Published>,
        tokens: TokenCache,
        timing: Timing,
        schedule: Schedule,
    ) -> Self {
        Self {
            tokens,
            published: ArcSwapOption::from_pointee(published),
            generation: AtomicU64::new(0),
            timing,
            schedule: Mutex::new(schedule),
            rescheduled: Notify::new(),
            outcome: watch::Sender::new(Outcome::default()),
        }
    }

    /// Reads the keys, all of one document, if there are any that can be trusted at this time of the wall clock.
    pub(crate) fn read<T>(&self, now: SystemTime, read: impl FnOnce(&KeySet) -> T) -> Option<T> {
        let published = self.published.load();
        let published = published.as_ref()?;
        let is_trusted = published
            .trusted
            .as_ref()
            .is_none_or(|trusted| trusted.covers(now));
        is_trusted.then(|| read(&published.keys))
    }

    /// Returns the tokens that passed under these keys.
    pub(crate) fn tokens(&self) -> &TokenCache {
        &self.tokens
    }

    /// Reads the last keys, whether or not they can still be trusted.
    pub(crate) fn read_last<T>(&self, read: impl FnOnce(Option<&KeySet>) -> T) -> T {
        read(self.published.load().as_ref().map(|last| &last.keys))
    }

    /// Replaces the keys as a whole by those that an attempt fetched at a time of the wall clock, which may be long
    /// ago if the machine has slept.
    pub(crate) fn publish(&self, keys: KeySet, fetched_at: SystemTime, attempt: u64) {
        let now = Instant::now();
        let published = Arc::new(Published {
            keys,
            trusted: Some(Trusted::new(self.timing.max_stale, now, fetched_at)),
        });
        // Before the schedule says that the attempt is over: who does not wait must find the keys.
        let replaced = self.published.swap(Some(Arc::clone(&published)));
        self.generation.fetch_add(1, Ordering::Release);
        if replaced.is_some_and(|replaced| !published.keys.holds_all(&replaced.keys)) {
            self.tokens.retain(|key| published.keys.holds(key));
        }
        self.reschedule(|schedule| schedule.succeeded(now, fetched_at, Jitter::random()));
        self.conclude(attempt, None);
    }

    /// Takes note of a failed attempt; the keys stay.
    pub(crate) fn fail(&self, error: FetchError, attempt: u64) {
        self.reschedule(|schedule| schedule.failed(Instant::now(), Jitter::random()));
        self.conclude(attempt, Some(error));
    }

    fn conclude(&self, attempt: u64, error: Option<FetchError>) {
        self.outcome.send_modify(|outcome| {
            outcome.attempts += 1;
            outcome.last = attempt;
            outcome.error = error;
        });
    }

    /// Takes note that the refresher's task starts anew; what an earlier one had under way is lost.
    pub(crate) fn start_anew(&self) {
        self.reschedule(Schedule::interrupted);
    }

    /// Wakes those who wait, so that they can see to it that the refresher runs.
    pub(crate) fn wake_waiting(&self) {
        self.outcome.send_modify(|_| ());
    }

    /// Takes note that there will be no further attempt.
    pub(crate) fn end(&self) {
        self.reschedule(Schedule::end);
    }

    /// Returns how far the keys can be relied on.
    pub(crate) fn state(&self) -> KeyState {
        self.reschedule(|schedule| schedule.state(Instant::now()))
    }

    /// Tells of a flood of unknown keys that has begun or ended, once.
    pub(crate) fn flood_change(&self) -> Option<FloodChange> {
        self.reschedule(|schedule| schedule.flood_change(Instant::now()))
    }

    /// Takes note that an attempt starts, if one is to start now, and returns its number.
    pub(crate) fn start_if_due(&self) -> Option<u64> {
        self.reschedule(|schedule| {
            let starts = schedule.start_if_due(Instant::now());
            starts.then(|| schedule.starts())
        })
    }

    /// Sleeps until the refresher has something to do.
    pub(crate) async fn sleep_until_due(&self) {
        let wake = self.reschedule(|schedule| schedule.next_wake());
        let rescheduled = self.rescheduled.notified();
        match wake {
            Some(wake) => {
                tokio::select! {
                    () = sleep_until(wake) => (),
                    () = rescheduled => (),
                }
            }
            None => rescheduled.await,
        }
    }

    /// Takes note of a signature that does not fit its key, which may have changed under its id.
    pub(crate) fn doubt(&self) {
        self.reschedule(|schedule| schedule.want_refetch(Reason::BadSignature));
    }

    /// Tells the keys as they are now from those that are published later.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn is_active(&self) -> bool {
        self.reschedule(|schedule| schedule.is_active())
    }

    fn has_keys(&self) -> bool {
        self.read(SystemTime::now(), |_| ()).is_some()
    }

    /// Describes the state of the keys.
    pub(crate) fn health(&self) -> KeyHealth {
        let now = Instant::now();
        let key_ids = self.read_last(|keys| keys.map(KeySet::key_ids).unwrap_or_default());
        self.reschedule(|schedule| KeyHealth {
            state: schedule.state(now),
            key_ids,
            age: schedule.age(now),
            next_attempt_in: schedule.next_attempt_in(now),
            failures: schedule.failures(),
            last_error: self.last_error(),
        })
    }

    /// Returns why the last attempt failed, if it did.
    pub(crate) fn last_error(&self) -> Option<FetchError> {
        self.outcome.borrow().error.clone()
    }

    /// Returns whether the last attempt failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.reschedule(|schedule| schedule.failures() > 0)
    }

    /// Returns in what time the next attempt starts; `None` if none is to start of its own accord.
    pub(crate) fn next_attempt_in(&self) -> Option<Duration> {
        self.reschedule(|schedule| schedule.next_attempt_in(Instant::now()))
    }

    /// Returns in what time it makes sense to ask again.
    pub(crate) fn retry_after(&self) -> Duration {
        self.next_attempt_in().unwrap_or_default()
    }

    /// Runs one step of the schedule and tells the refresher if its next wake-up moved.
    fn reschedule<T>(&self, step: impl FnOnce(&mut Schedule) -> T) -> T {
        let now = SystemTime::now();
        let mut schedule = self.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        let before = schedule.next_wake();
        schedule.observe_clock(now);
        let result = step(&mut schedule);
        if schedule.next_wake() != before {
            self.rescheduled.notify_one();
        }
        result
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read_last(|keys| {
            f.debug_struct("KeyStore")
                .field("keys", &keys)
                .field("tokens", &self.tokens)
                .finish_non_exhaustive()
        })
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;

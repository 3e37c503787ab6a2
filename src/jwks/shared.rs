//! The state that requests and the refresher share: the published keys, the schedule, and the results of attempts.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use super::{
    key_set::KeySet,
    schedule::Schedule,
    snapshot::{Publisher, Snapshot, Trust},
    timing::{Jitter, Timing},
};
use crate::{error::FetchError, observe::KeyWarnings};

/// Called with the new keys when they lack some of the old keys.
pub(super) type OnReplaced = Box<dyn Fn(&KeySet) + Send + Sync>;

/// Shared by the requests and the task.
pub(super) struct Shared {
    /// The issuer of the keys.
    pub(super) issuer: Arc<str>,
    pub(super) timing: Timing,
    publisher: Publisher,
    on_replaced: OnReplaced,
    schedule: Mutex<Schedule>,
    /// Wakes the refresher when its next wake-up has moved.
    rescheduled: Notify,
    attempts: watch::Sender<Attempts>,
    pub(super) warnings: Arc<KeyWarnings>,
}

/// The results of the attempts so far.
#[derive(Default)]
pub(super) struct Attempts {
    /// How many attempts have ended.
    pub(super) ended: u64,
    /// The number of the attempt that ended last; `None` if it is not known.
    pub(super) last: Option<u64>,
    /// Why the last attempt failed, if it did.
    error: Option<FetchError>,
}

impl Shared {
    pub(super) fn fixed(issuer: Arc<str>, keys: KeySet, timing: Timing) -> Self {
        let schedule = Schedule::idle(timing, Instant::now());
        let initial = Some((keys, Trust::Forever));
        Self::new(issuer, initial, schedule, timing, Box::new(|_| ()))
    }

    /// Starts with `initial` keys, which count as fetched now, or without keys.
    pub(super) fn fetched(
        issuer: Arc<str>,
        initial: Option<KeySet>,
        timing: Timing,
        on_replaced: OnReplaced,
    ) -> Self {
        let (now, wall) = (Instant::now(), SystemTime::now());
        let schedule = Schedule::new(timing, initial.as_ref().map(|_| wall), now);
        let initial = initial.map(|keys| (keys, Trust::lasting(timing.max_stale, now, wall)));
        Self::new(issuer, initial, schedule, timing, on_replaced)
    }

    fn new(
        issuer: Arc<str>,
        initial: Option<(KeySet, Trust)>,
        schedule: Schedule,
        timing: Timing,
        on_replaced: OnReplaced,
    ) -> Self {
        Self {
            issuer,
            timing,
            publisher: Publisher::new(initial),
            on_replaced,
            schedule: Mutex::new(schedule),
            rescheduled: Notify::new(),
            attempts: watch::Sender::new(Attempts::default()),
            warnings: Arc::default(),
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        self.publisher.snapshot()
    }

    /// Returns `true` if there are trusted keys now.
    pub(super) fn has_keys(&self) -> bool {
        self.snapshot().trusted(SystemTime::now()).is_some()
    }

    /// Reads the schedule.
    pub(super) fn with_schedule<T>(&self, read: impl FnOnce(&Schedule) -> T) -> T {
        self.update_schedule(|schedule| read(schedule))
    }

    /// Changes the schedule, and wakes the refresher if its next wake-up has moved. It also moves if the wall clock
    /// shows that the machine has slept.
    pub(super) fn update_schedule<T>(&self, change: impl FnOnce(&mut Schedule) -> T) -> T {
        let now = SystemTime::now();
        let mut schedule = self.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        let before = schedule.next_wake();
        schedule.observe_clock(now);
        let result = change(&mut schedule);
        if schedule.next_wake() != before {
            self.rescheduled.notify_one();
        }
        result
    }

    /// Returns `true` if attempts are made.
    pub(super) fn is_active(&self) -> bool {
        self.with_schedule(Schedule::is_active)
    }

    /// Sleeps until the refresher has something to do.
    pub(super) async fn sleep_until_due(&self) {
        let wake = self.with_schedule(Schedule::next_wake);
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

    /// Replaces the keys as a whole by keys that an attempt fetched at `fetched_at` by the wall clock, which may be
    /// long ago if the machine has slept.
    pub(super) fn publish(&self, keys: KeySet, fetched_at: SystemTime, attempt: Option<u64>) {
        let now = Instant::now();
        let replaced = self.snapshot();
        let trust = Trust::lasting(self.timing.max_stale, now, fetched_at);
        // Published before the schedule counts the attempt as over: from then on requests may be refused a wait, and
        // have to find the keys.
        self.publisher.publish(keys, trust);
        let published = self.snapshot();
        if let (Some(old), Some(new)) = (replaced.last(), published.last())
            && !new.holds_all(old)
        {
            (self.on_replaced)(new);
        }
        self.update_schedule(|schedule| schedule.succeeded(now, fetched_at, Jitter::random()));
        self.record_end(attempt, None);
    }

    /// Records a failed attempt. The keys stay.
    pub(super) fn fail(&self, error: FetchError, attempt: Option<u64>) {
        self.update_schedule(|schedule| schedule.failed(Instant::now(), Jitter::random()));
        self.record_end(attempt, Some(error));
    }

    fn record_end(&self, attempt: Option<u64>, error: Option<FetchError>) {
        self.attempts.send_modify(|attempts| {
            attempts.ended += 1;
            attempts.last = attempt;
            attempts.error = error;
        });
    }

    /// Returns the results of attempts so far. They change after each attempt, and when waiting requests are woken.
    pub(super) fn attempts(&self) -> watch::Receiver<Attempts> {
        self.attempts.subscribe()
    }

    /// Wakes the waiting requests, which then ensure that the refresher runs.
    pub(super) fn wake_waiting(&self) {
        self.attempts.send_modify(|_| ());
    }

    /// Returns why the last attempt failed, if it did.
    pub(super) fn last_error(&self) -> Option<FetchError> {
        self.attempts.borrow().error.clone()
    }
}

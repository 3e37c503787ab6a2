//! What requests and the refresher share: the snapshot of the keys, and the schedule.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until, timeout},
};

use super::{
    flood::FloodChange,
    health::{KeyHealth, KeyState},
    key_set::KeySet,
    schedule::{Jitter, Need, Schedule, Timing},
};
use crate::{error::FetchError, token_cache::TokenCache};

/// Holds the keys that requests are verified with. Readers take no lock.
pub(crate) struct KeyStore {
    /// Goes with the keys: what one of them has passed is gone when it is.
    tokens: TokenCache,
    published: ArcSwapOption<Published>,
    /// How often keys were published, the first ones apart.
    generation: AtomicU64,
    max_stale: Duration,
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
    /// Why the last one failed, if it did.
    error: Option<FetchError>,
}

struct Published {
    keys: KeySet,
    /// `None`: for good.
    trusted_until: Option<Instant>,
}

impl KeyStore {
    /// Creates a store that waits for its first keys, or starts with `initial` ones.
    pub(crate) fn new(timing: Timing, initial: Option<KeySet>, tokens: TokenCache) -> Self {
        let now = Instant::now();
        let loaded = initial.as_ref().map(|_| now);
        let published = initial.map(|keys| Published {
            keys,
            trusted_until: Some(now + timing.max_stale),
        });
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
            trusted_until: None,
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
            max_stale: timing.max_stale,
            schedule: Mutex::new(schedule),
            rescheduled: Notify::new(),
            outcome: watch::Sender::new(Outcome::default()),
        }
    }

    /// Reads the keys, all of one document, if there are any that can be trusted.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&KeySet) -> T) -> Option<T> {
        let published = self.published.load();
        let published = published.as_ref()?;
        let is_trusted = published
            .trusted_until
            .is_none_or(|until| Instant::now() <= until);
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

    /// Replaces the keys as a whole.
    pub(crate) fn publish(&self, keys: KeySet) {
        let now = Instant::now();
        let published = Arc::new(Published {
            keys,
            trusted_until: Some(now + self.max_stale),
        });
        // Before the schedule says that the attempt is over: who does not wait must find the keys.
        let replaced = self.published.swap(Some(Arc::clone(&published)));
        self.generation.fetch_add(1, Ordering::Release);
        if replaced.is_some_and(|replaced| !published.keys.holds_all(&replaced.keys)) {
            self.tokens.retain(|key| published.keys.holds(key));
        }
        self.reschedule(|schedule| schedule.succeeded(now, Jitter::random()));
        self.conclude(None);
    }

    /// Takes note of a failed attempt; the keys stay.
    pub(crate) fn fail(&self, error: FetchError) {
        self.reschedule(|schedule| schedule.failed(Instant::now(), Jitter::random()));
        self.conclude(Some(error));
    }

    fn conclude(&self, error: Option<FetchError>) {
        self.outcome.send_modify(|outcome| {
            outcome.attempts += 1;
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

    /// Takes note that an attempt starts, if one is to start now.
    pub(crate) fn start_if_due(&self) -> bool {
        self.reschedule(|schedule| schedule.start_if_due(Instant::now()))
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
        self.reschedule(Schedule::want_refetch);
    }

    /// Tells the keys as they are now from those that are published later.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Returns whether a request has to do without what it needs, because it may not wait, and nothing was
    /// published since that generation.
    pub(crate) fn turns_away(&self, need: Need, generation: u64) -> bool {
        // In this order: what the schedule has heard of was published before.
        self.reschedule(|schedule| !schedule.admits(need, Instant::now()))
            && self.generation() == generation
    }

    /// Waits for what a request needs, as long as the schedule allows, which may be not at all. Calls
    /// `keep_running` whenever the refresher may have ended.
    pub(crate) async fn wait(&self, need: Need, keep_running: impl Fn()) -> Waited {
        let mut outcome = self.outcome.subscribe();
        let attempts = outcome.borrow_and_update().attempts;
        let Some(_place) = Place::enter(self, need) else {
            return Waited::NotAtAll;
        };
        keep_running();
        let settled = async {
            while self.is_active() && outcome.changed().await.is_ok() {
                keep_running();
                let has_ended = outcome.borrow().attempts != attempts;
                if has_ended && self.is_settled(need) {
                    return Waited::ToTheEnd;
                }
            }
            Waited::InVain
        };
        let limit = self.wait_limit(need);
        timeout(limit, settled).await.unwrap_or(Waited::InVain)
    }

    /// Waits for keys that can be trusted, as long as a request would; returns whether there are any.
    pub(crate) async fn wait_for_keys(&self, keep_running: impl Fn()) -> bool {
        if self.has_keys() {
            return true;
        }
        let mut outcome = self.outcome.subscribe();
        keep_running();
        let loaded = async {
            while !self.has_keys() && self.is_active() && outcome.changed().await.is_ok() {
                keep_running();
            }
        };
        let in_time = timeout(self.wait_limit(Need::AnyKeys), loaded).await;
        in_time.is_ok() && self.has_keys()
    }

    /// Returns after the refresher has said, with [`wake_waiting`](Self::wake_waiting), that `is_over`.
    pub(crate) async fn wait_until(&self, is_over: impl Fn() -> bool) {
        let mut outcome = self.outcome.subscribe();
        while !is_over() && outcome.changed().await.is_ok() {}
    }

    fn is_active(&self) -> bool {
        self.reschedule(|schedule| schedule.is_active())
    }

    fn has_keys(&self) -> bool {
        self.read(|_| ()).is_some()
    }

    fn wait_limit(&self, need: Need) -> Duration {
        self.reschedule(|schedule| schedule.wait_limit(need))
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

    /// Returns in what time it makes sense to ask again.
    pub(crate) fn retry_after(&self) -> Duration {
        self.reschedule(|schedule| schedule.next_attempt_in(Instant::now()))
            .unwrap_or_default()
    }

    fn is_settled(&self, need: Need) -> bool {
        match need {
            Need::NamedKey => true,
            Need::AnyKeys => {
                self.has_keys()
                    || !self.reschedule(|schedule| schedule.is_under_way(Instant::now()))
            }
        }
    }

    /// Runs one step of the schedule and tells the refresher if its next wake-up moved.
    fn reschedule<T>(&self, step: impl FnOnce(&mut Schedule) -> T) -> T {
        let mut schedule = self.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        let before = schedule.next_wake();
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

/// How a wait for keys went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// Nothing was under way, or too many waited already.
    NotAtAll,
    /// The attempt ended.
    ToTheEnd,
    /// The attempt took longer than a request may wait, or was given up.
    InVain,
}

/// A place to wait in, given back when the request goes: its client may hang up at any time.
struct Place<'a> {
    store: &'a KeyStore,
    need: Need,
}

impl<'a> Place<'a> {
    fn enter(store: &'a KeyStore, need: Need) -> Option<Self> {
        // Lazily: a place that was never entered must not be dropped.
        store
            .reschedule(|schedule| schedule.enter(need, Instant::now()))
            .then(|| Self { store, need })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.store.reschedule(|schedule| schedule.leave(self.need));
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;

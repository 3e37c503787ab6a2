//! Who waits for keys, how long, and for which attempts.

use tokio::time::{Instant, timeout, timeout_at};

use super::KeyStore;
use crate::jwks::places::Need;

impl KeyStore {
    /// Returns whether a request has to do without what it needs, because it may not wait, and nothing was
    /// published since that generation.
    pub(crate) fn turns_away(&self, need: Need, generation: u64) -> bool {
        // In this order: what the schedule has heard of was published before.
        self.reschedule(|schedule| schedule.turns_away(need, Instant::now()))
            && self.generation() == generation
            // The wall clock may be back where it was.
            && !(need == Need::AnyKeys && self.has_keys())
    }

    /// Takes note of a request that comes to wait, and for what first.
    pub(crate) fn arrive(&self, need: Need) -> Arrival {
        Arrival {
            starts: self.reschedule(|schedule| schedule.starts()),
            deadline: Instant::now() + self.timing.wait_limit(need),
        }
    }

    /// Waits for what a request needs, as long as the schedule allows, which may be not at all. What it lacks, it
    /// lacked among the keys of that generation. Calls `keep_running` whenever the refresher may have ended.
    pub(crate) async fn wait(
        &self,
        need: Need,
        generation: u64,
        arrival: &Arrival,
        keep_running: impl Fn(),
    ) -> Waited {
        let mut outcome = self.outcome.subscribe();
        let attempts = outcome.borrow_and_update().attempts;
        // From here on no attempt ends unnoticed; one may have before.
        if self.generation() != generation || (need == Need::AnyKeys && self.has_keys()) {
            return Waited::ForAnEarlierAttempt;
        }
        let Some(_place) = Place::enter(self, need) else {
            return Waited::NotAtAll;
        };
        keep_running();
        let settled = async {
            while self.is_active() && outcome.changed().await.is_ok() {
                keep_running();
                let (ended, last) = {
                    let outcome = outcome.borrow();
                    (outcome.attempts, outcome.last)
                };
                if ended != attempts && self.is_settled(need) {
                    return Waited::of(last, arrival);
                }
            }
            Waited::InVain
        };
        let deadline = Instant::now() + self.timing.wait_limit(need);
        timeout_at(deadline.min(arrival.deadline), settled)
            .await
            .unwrap_or(Waited::InVain)
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
        let in_time = timeout(self.timing.wait_limit(Need::AnyKeys), loaded).await;
        in_time.is_ok() && self.has_keys()
    }

    /// Returns after the refresher has said, with [`wake_waiting`](Self::wake_waiting), that `is_over`.
    pub(crate) async fn wait_until(&self, is_over: impl Fn() -> bool) {
        let mut outcome = self.outcome.subscribe();
        while !is_over() && outcome.changed().await.is_ok() {}
    }

    fn is_settled(&self, need: Need) -> bool {
        match need {
            Need::NamedKey => true,
            Need::AnyKeys => {
                self.has_keys()
                    || !self.reschedule(|schedule| schedule.may_bring(need, Instant::now()))
            }
        }
    }
}

/// What was the case when a request began to wait.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// How many attempts had started: what they bring may be older than the request's key.
    starts: u64,
    deadline: Instant,
}

/// How a wait for keys went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// Nothing was under way, or too many waited already.
    NotAtAll,
    /// An attempt ended, maybe before the wait began, that may have started before the request came, and so may have
    /// missed its key.
    ForAnEarlierAttempt,
    /// An attempt ended that started after the request came.
    ToTheEnd,
    /// The attempt took longer than a request may wait, or was given up.
    InVain,
}

impl Waited {
    fn of(attempt: u64, arrival: &Arrival) -> Self {
        if attempt > arrival.starts {
            Self::ToTheEnd
        } else {
            Self::ForAnEarlierAttempt
        }
    }
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

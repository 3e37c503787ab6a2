//! How requests wait for keys: which requests, how long, and for which attempts.

use std::time::SystemTime;

use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{
    keys::Keys,
    missing_key::{MissingKey, Need},
    schedule::Schedule,
    shared::{Attempts, Shared},
};
use crate::observe::WaitMetrics;

/// Whether a request whose key is missing may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It may wait: the key may come soon, or is there by now.
    Wait,
    /// It is refused: attempts are neither in progress nor due, or too many requests wait.
    Refuse,
}

/// The end of a request's wait for keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitEnd {
    /// The request could not wait: attempts were neither in progress nor due, or too many requests waited.
    Refused,
    /// The keys came, or an attempt ended that had started after the request came.
    Completed,
    /// The attempt took longer than a request may wait, or a shutdown cancelled it.
    TimedOut,
}

/// The state when a request began to wait.
#[derive(Debug)]
pub(super) struct Arrival {
    /// How many attempts had started. Their keys may be older than the request's key.
    starts: u64,
    deadline: Instant,
}

/// The end of the wait for one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttemptWait {
    Refused,
    /// An attempt ended that may have started before the request came, and so may have missed the request's key. It may
    /// have ended before the wait began.
    EarlierAttempt,
    /// An attempt ended that had started after the request came.
    Completed,
    TimedOut,
}

impl Keys {
    pub(super) fn arrive(&self, need: Need) -> Arrival {
        Arrival {
            starts: self.shared().with_schedule(Schedule::starts),
            deadline: Instant::now() + self.shared().timing.wait_limit(need),
        }
    }

    /// Waits until an attempt ends that may have brought the key, if the schedule lets the request wait.
    pub(super) async fn wait_for_attempt(
        &self,
        missing: &MissingKey,
        arrival: &Arrival,
    ) -> AttemptWait {
        let mut attempts = self.shared().attempts();
        let ended_before = attempts.borrow_and_update().ended;
        // In this order: an attempt that ended before `ended_before` was read has published its keys, and an attempt that
        // ends after that ends the wait.
        if self.shared().may_have_come(missing) {
            return AttemptWait::EarlierAttempt;
        }
        let Some(_place) = Place::enter(self.shared(), missing.need()) else {
            return AttemptWait::Refused;
        };
        self.ensure_running();
        let limit = self.shared().timing.wait_limit(missing.need());
        let deadline = arrival.deadline.min(Instant::now() + limit);
        let attempt = self.settling_attempt(missing.need(), arrival, attempts, ended_before);
        timeout_at(deadline, attempt)
            .await
            .unwrap_or(AttemptWait::TimedOut)
    }

    /// Waits until an attempt ends after which further waiting would not help.
    async fn settling_attempt(
        &self,
        need: Need,
        arrival: &Arrival,
        mut attempts: watch::Receiver<Attempts>,
        ended_before: u64,
    ) -> AttemptWait {
        while self.shared().is_active() && attempts.changed().await.is_ok() {
            self.ensure_running();
            let Attempts { ended, last, .. } = *attempts.borrow();
            if ended != ended_before && self.shared().is_settled(need) {
                return arrival.wait_ended_by(last);
            }
        }
        AttemptWait::TimedOut
    }

    /// Looks the key up in the current keys. Returns the need that is still unmet, or `None` if the key is there.
    pub(super) fn look_up_again(&self, missing: &MissingKey) -> Option<MissingKey> {
        let snapshot = self.snapshot();
        let need = match snapshot.trusted(SystemTime::now()) {
            Some(keys) if keys.get(missing.key_id()).is_some() => return None,
            Some(_) => Need::NamedKey,
            None => Need::AnyKeys,
        };
        Some(snapshot.missing(need, missing.key_id().to_owned()))
    }

    /// Waits for trusted keys. Returns `true` if there are any.
    pub(super) async fn wait_for_any(&self, deadline: Instant) -> bool {
        if self.shared().has_keys() {
            return true;
        }
        let mut attempts = self.shared().attempts();
        self.ensure_running();
        let loaded = async {
            while !self.shared().has_keys()
                && self.shared().is_active()
                && attempts.changed().await.is_ok()
            {
                self.ensure_running();
            }
        };
        timeout_at(deadline, loaded).await.is_ok() && self.shared().has_keys()
    }
}

impl Shared {
    /// Returns `true` if a missing key may be there now: new keys were published since, or the same keys are trusted
    /// again, because the wall clock was set back.
    pub(super) fn may_have_come(&self, missing: &MissingKey) -> bool {
        self.snapshot().publication() != missing.publication()
            || (missing.need() == Need::AnyKeys && self.has_keys())
    }

    /// Returns `true` if waiting for another attempt would not help.
    fn is_settled(&self, need: Need) -> bool {
        match need {
            Need::NamedKey => true,
            Need::AnyKeys => {
                self.has_keys()
                    || !self.with_schedule(|schedule| schedule.may_bring(need, Instant::now()))
            }
        }
    }
}

impl Arrival {
    fn wait_ended_by(&self, attempt: Option<u64>) -> AttemptWait {
        if attempt.is_some_and(|attempt| attempt > self.starts) {
            AttemptWait::Completed
        } else {
            AttemptWait::EarlierAttempt
        }
    }
}

/// A place to wait in. It is given back when the wait ends or the client disconnects.
struct Place<'a> {
    shared: &'a Shared,
    need: Need,
    _metrics: WaitMetrics,
}

impl<'a> Place<'a> {
    fn enter(shared: &'a Shared, need: Need) -> Option<Self> {
        // `then`, not `then_some`: a `Place` that is built too early would be dropped, and give back a place that was
        // never taken.
        shared
            .update_schedule(|schedule| schedule.enter(need, Instant::now()))
            .then(|| Self {
                shared,
                need,
                _metrics: WaitMetrics::enter(),
            })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.shared
            .update_schedule(|schedule| schedule.leave(self.need));
    }
}

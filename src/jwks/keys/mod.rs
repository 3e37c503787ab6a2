//! The keys of an issuer for other rooms: read, waited for, and refreshed in the background.

use std::{fmt, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    allowance::Reason,
    key_endpoint::KeyEndpoint,
    key_set::KeySet,
    missing_key::MissingKey,
    refresh_task::RefreshTask,
    shared::Shared,
    snapshot::Snapshot,
    timing::Timing,
    waiting::{AttemptWait, Turn, WaitEnd},
};
use crate::{error::KeysUnavailable, observe::IssuerHealth, token::Algorithm};

/// The source of keys.
pub(crate) enum KeySource {
    /// Keys that never change and are always trusted.
    Fixed(KeySet),
    /// Keys that a task fetches regularly. The `initial` keys count as fetched now.
    Fetched {
        initial: Option<KeySet>,
        endpoint: KeyEndpoint,
    },
}

/// Holds the keys of an issuer and keeps them fresh, until it is dropped.
pub(crate) struct Keys {
    shared: Arc<Shared>,
    /// `None` if the keys are fixed.
    task: Option<RefreshTask>,
    algorithm: Algorithm,
    /// The source of the keys, for logs and health.
    origin: Arc<str>,
}

impl Keys {
    /// Creates the keys of this issuer, without I/O. Calls `on_replaced` with the new key set whenever it lacks keys of
    /// the old one.
    pub(crate) fn new(
        issuer: Arc<str>,
        source: KeySource,
        timing: Timing,
        on_replaced: impl Fn(&KeySet) + Send + Sync + 'static,
    ) -> Self {
        match source {
            KeySource::Fixed(keys) => Self {
                algorithm: keys.algorithm(),
                origin: "static_keys".into(),
                shared: Arc::new(Shared::fixed(issuer, keys, timing)),
                task: None,
            },
            KeySource::Fetched { initial, endpoint } => {
                let shared = Shared::fetched(issuer, initial, timing, Box::new(on_replaced));
                let shared = Arc::new(shared);
                Self {
                    algorithm: endpoint.algorithm,
                    origin: endpoint.description(),
                    task: Some(RefreshTask::new(Arc::clone(&shared), endpoint)),
                    shared,
                }
            }
        }
    }

    /// Starts the task that fetches the keys, inside a Tokio runtime, unless it is running or the keys are fixed.
    pub(crate) fn ensure_running(&self) {
        if let Some(task) = &self.task {
            task.ensure_running();
        }
    }

    /// Returns the source of the keys, for logs and health: usually a URL.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the algorithm of the keys.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the current keys, without a lock. Do not hold them across an await.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Requests a refetch after a bad signature, because the key may have changed under its ID.
    pub(crate) fn refetch_soon(&self) {
        self.shared
            .update_schedule(|schedule| schedule.want_refetch(Reason::BadSignature));
    }

    /// Returns whether a request may wait for a missing key. [`Turn::Refuse`] is final, and recorded as a refusal.
    ///
    /// This is the cheap exit for floods of unknown key IDs: it neither allocates nor waits.
    pub(crate) fn ask_for(&self, missing: &MissingKey) -> Turn {
        self.shared.update_schedule(|schedule| {
            let now = Instant::now();
            // A refresh may have replaced the keys since the lookup. Refuse only if the keys of the lookup are still
            // the published ones. `may_have_come` is checked last, because new keys are published before the schedule
            // counts their attempt as over.
            if schedule.may_wait(missing.need(), now) || self.shared.may_have_come(missing) {
                return Turn::Wait;
            }
            schedule.refuse(missing.need(), now);
            Turn::Refuse
        })
    }

    /// Waits until a missing key is there, or is known not to come soon. The schedule and the limits of [`Timing`]
    /// bound the wait, and may refuse it.
    pub(crate) async fn wait_for(&self, missing: &MissingKey) -> WaitEnd {
        let arrival = self.arrive(missing.need());
        let mut missing = missing.clone();
        loop {
            let wait = self.wait_for_attempt(&missing, &arrival).await;
            // Even after a refused or short wait, the key may have come.
            let Some(still_missing) = self.look_up_again(&missing) else {
                return WaitEnd::Completed;
            };
            match wait {
                AttemptWait::EarlierAttempt => (),
                // The need has changed, and the places for the new need may be free.
                AttemptWait::Refused if still_missing.need() != missing.need() => (),
                AttemptWait::Refused => return WaitEnd::Refused,
                AttemptWait::Completed => return WaitEnd::Completed,
                AttemptWait::TimedOut => return WaitEnd::TimedOut,
            }
            missing = still_missing;
        }
    }

    /// Returns how long a request waits for the first keys.
    pub(crate) fn first_keys_timeout(&self) -> Duration {
        self.shared.timing.first_keys_timeout
    }

    /// Waits for trusted keys until the deadline.
    pub(crate) async fn ready_by(&self, deadline: Instant) -> Result<(), KeysUnavailable> {
        if self.wait_for_any(deadline).await {
            return Ok(());
        }
        Err(KeysUnavailable {
            last_error: self.shared.last_error(),
            retry_after: self
                .shared
                .with_schedule(|schedule| schedule.next_attempt_in(Instant::now())),
        })
    }

    /// Returns the state of the keys.
    pub(crate) fn health(&self) -> IssuerHealth {
        let now = Instant::now();
        let key_ids = self.snapshot().last().map(KeySet::key_ids);
        self.shared.with_schedule(|schedule| IssuerHealth {
            issuer: Arc::clone(&self.shared.issuer),
            keys_from: Arc::clone(&self.origin),
            state: schedule.state(now),
            key_ids: key_ids.unwrap_or_default(),
            age: schedule.age(now),
            next_attempt_in: schedule.next_attempt_in(now),
            failures: schedule.failures(),
            last_error: self.shared.last_error(),
        })
    }

    /// Ends the task for good, and cancels its attempts.
    pub(crate) fn end(&self) {
        if let Some(task) = &self.task {
            task.end();
        }
    }

    /// Waits until a task that was [ended](Self::end) and its attempts are gone.
    pub(crate) async fn ended(&self) {
        if let Some(task) = &self.task {
            task.ended().await;
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("last", &self.snapshot().last())
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;

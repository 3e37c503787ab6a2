//! The keys of an issuer as other rooms see them: read, waited for, and kept fresh in the background.

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

/// Where keys come from.
pub(crate) enum KeySource {
    /// They never change, and are trusted for good.
    Fixed(KeySet),
    /// A task fetches them again and again. The `initial` ones count as fetched now.
    Fetched {
        initial: Option<KeySet>,
        endpoint: KeyEndpoint,
    },
}

/// Holds the keys of an issuer and keeps them fresh, until it is dropped.
pub(crate) struct Keys {
    shared: Arc<Shared>,
    /// `None`: the keys are fixed.
    task: Option<RefreshTask>,
    algorithm: Algorithm,
    /// Where the keys come from, as the operator is told.
    origin: Arc<str>,
}

impl Keys {
    /// Creates the keys of this issuer, without I/O. Calls `on_replaced` with the new set whenever keys of the old one
    /// are gone.
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

    /// Starts the task that fetches the keys, if there is one, it does not run, and this is inside a Tokio runtime.
    pub(crate) fn ensure_running(&self) {
        if let Some(task) = &self.task {
            task.ensure_running();
        }
    }

    /// Returns where the keys come from, as the operator is told: a URL, as a rule.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the one algorithm that the keys are for.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the keys as they are now: takes no lock, and is not to be held across an await.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Asks for a refetch after a bad signature: the key may have changed under its id.
    pub(crate) fn refetch_soon(&self) {
        self.shared
            .update_schedule(|schedule| schedule.want_refetch(Reason::BadSignature));
    }

    /// Asks for a missing key on behalf of a request. [`Turn::Refuse`] is final, and recorded as a refusal.
    ///
    /// This is the cheap exit for floods of unknown key ids: it allocates nothing more and waits for nothing.
    pub(crate) fn ask_for(&self, missing: &MissingKey) -> Turn {
        self.shared.update_schedule(|schedule| {
            let now = Instant::now();
            // A refresh may have replaced the keys meanwhile. Refuse only if the keys that were looked in are still
            // the published ones. Checked after the schedule: keys are published before it counts an attempt as over.
            if schedule.may_wait(missing.need(), now) || self.shared.may_have_come(missing) {
                return Turn::Wait;
            }
            schedule.refuse(missing.need(), now);
            Turn::Refuse
        })
    }

    /// Waits until a missing key is there, or is known not to come soon. It waits as long as the schedule and the
    /// limits of [`Timing`] let a request wait, which may be not at all.
    pub(crate) async fn wait_for(&self, missing: &MissingKey) -> WaitEnd {
        let arrival = self.arrive(missing.need());
        let mut missing = missing.clone();
        loop {
            let wait = self.wait_for_attempt(&missing, &arrival).await;
            // However short the wait was, the key may have come.
            let Some(still_missing) = self.look_up_again(&missing) else {
                return WaitEnd::Completed;
            };
            match wait {
                AttemptWait::EarlierAttempt => (),
                // Requests that need something else wait in other places.
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

    /// Waits for keys that can be trusted.
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

    /// Describes the state of the keys.
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

    /// Ends the task for good, and gives up its attempts.
    pub(crate) fn end(&self) {
        if let Some(task) = &self.task {
            task.end();
        }
    }

    /// Waits until a task that was told to [end](Self::end) and its attempts are gone.
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

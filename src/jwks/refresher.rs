//! The work of the task: fetch, parse and publish, as the schedule says.

use std::sync::Arc;

use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
    time::Instant,
};

use super::{
    attempt::Attempt, key_document::KeyDocument, key_endpoint::KeyEndpoint, key_set::KeySet,
    shared::Shared,
};
use crate::{
    error::{FetchError, FetchErrorKind},
    observe::{KeyEvents, KeyState},
};

/// Makes the attempts, and reports changes of the keys.
pub(super) struct Refresher<'a> {
    shared: &'a Shared,
    endpoint: &'a KeyEndpoint,
    events: KeyEvents,
    attempts: JoinSet<Attempt>,
}

impl<'a> Refresher<'a> {
    pub(super) fn new(shared: &'a Shared, endpoint: &'a KeyEndpoint) -> Self {
        let state = shared.with_schedule(|schedule| schedule.state(Instant::now()));
        let snapshot = shared.snapshot();
        let ambiguous = snapshot.last().map(KeySet::ambiguous).unwrap_or_default();
        Self {
            shared,
            endpoint,
            events: KeyEvents::new(
                &shared.issuer,
                state,
                ambiguous,
                Arc::clone(&shared.warnings),
            ),
            attempts: JoinSet::new(),
        }
    }

    /// Runs until `end` is notified, then cancels the attempts in progress.
    pub(super) async fn run(mut self, end: &Notify) {
        loop {
            self.start_due_attempts();
            self.report_changes();
            tokio::select! {
                () = self.shared.sleep_until_due() => (),
                Some(attempt) = self.attempts.join_next() => self.conclude(attempt),
                () = end.notified() => break,
            }
        }
        self.attempts.shutdown().await;
    }

    fn start_due_attempts(&mut self) {
        let start = || {
            self.shared.update_schedule(|schedule| {
                let starts = schedule.start_if_due(Instant::now());
                starts.then(|| schedule.starts())
            })
        };
        while let Some(number) = start() {
            let fetcher = Arc::clone(&self.endpoint.fetcher);
            let limit = self.shared.timing.fetch_timeout;
            self.attempts.spawn(Attempt::make(number, fetcher, limit));
        }
    }

    /// Reports changes that came with time or from requests.
    fn report_changes(&mut self) {
        let now = Instant::now();
        let (state, is_failing, flood, is_overdue) = self.shared.update_schedule(|schedule| {
            let flood = schedule.take_flood_change(now);
            let is_overdue = schedule.take_overdue(now);
            (
                schedule.state(now),
                schedule.failures() > 0,
                flood,
                is_overdue,
            )
        });
        if is_overdue {
            self.events
                .first_keys_overdue(self.shared.last_error().as_ref());
        }
        // After a sleep of the machine, expired keys are not an alarm yet: new keys probably arrive soon.
        if state != KeyState::Expired || is_failing {
            self.events.state_observed(state);
        }
        if let Some(change) = flood {
            self.events.flood_changed(change);
        }
    }

    fn conclude(&mut self, attempt: Result<Attempt, JoinError>) {
        let attempt = match attempt {
            Ok(attempt) => attempt,
            Err(error) if error.is_panic() => Attempt::panicked(),
            // Cancelled, because the runtime is ending: this task ends too, and the schedule counts both as lost.
            Err(_) => return,
        };
        match attempt.document.and_then(|document| self.parse(&document)) {
            Ok(keys) => {
                self.report_fetched(&keys);
                self.shared.publish(keys, attempt.ended_at, attempt.number);
                // Cancels the other attempts, whose keys are no longer needed.
                self.attempts = JoinSet::new();
            }
            Err(error) => {
                let error = self.endpoint.located(error);
                self.events.failed(&error);
                self.shared.fail(error, attempt.number);
            }
        }
    }

    fn parse(&mut self, document: &[u8]) -> Result<KeySet, FetchError> {
        let algorithm = self.endpoint.algorithm;
        let keys = KeyDocument::read(document, algorithm).and_then(|document| {
            self.events.keys_skipped(&document.skipped);
            self.events.ambiguous_found(document.ambiguous());
            KeySet::from_document(document, algorithm, self.shared.snapshot().last())
        });
        keys.map_err(|error| FetchError::caused(FetchErrorKind::Document, error))
    }

    fn report_fetched(&self, keys: &KeySet) {
        let snapshot = self.shared.snapshot();
        let changes = snapshot.last().map(|previous| keys.changes_from(previous));
        self.events.fetched(&keys.key_ids(), changes.as_ref());
    }
}

//! The set of used keys in Redis, as one store sees it.

use std::{sync::Arc, time::Duration};

use super::{
    endpoint::Endpoint,
    failure::Failure,
    script::{NewUse, Outcome, ScriptCall},
    shared_connection::{SharedConnection, Timeouts},
};
use crate::{error::OneTimeStoreError, observe::RedisEvents};

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) endpoint: Endpoint,
    pub(super) prefix: String,
    pub(super) timeouts: Timeouts,
    pub(super) clock_tolerance: Duration,
}

pub(super) struct UsedSet {
    pub(super) settings: Settings,
    key: Arc<str>,
    connection: SharedConnection,
    events: RedisEvents,
}

impl UsedSet {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            key: format!("{}:used", settings.prefix).into(),
            connection: SharedConnection::new(settings.endpoint.clone(), settings.timeouts),
            settings,
            events: RedisEvents::default(),
        }
    }

    /// Connects, and probes Redis. Logs the name and version of the server if it can record uses.
    pub(super) async fn ready(&self) -> Result<(), OneTimeStoreError> {
        let probe = self.call_with(NewUse::PROBE);
        let outcome = self.connection.connect_and_call(probe).await;
        let outcome = outcome.map_err(OneTimeStoreError::unavailable)?;
        self.log_start(outcome);
        if let Outcome::Clocks(problem) = outcome {
            return Err(OneTimeStoreError::unavailable(problem));
        }
        if let Some(server) = self.connection.server() {
            self.events.ready(server);
        }
        Ok(())
    }

    /// Probes Redis, and logs a failure.
    pub(super) async fn probe_or_log(&self) {
        if let Err(error) = self.record(NewUse::PROBE).await {
            self.events.probe_failed(&error);
        }
    }

    /// Records a use, and returns the outcome.
    pub(super) async fn record(&self, used: NewUse) -> Result<Outcome, Failure> {
        let outcome = self.connection.call(self.call_with(used)).await?;
        self.log_start(outcome);
        Ok(outcome)
    }

    fn call_with(&self, used: NewUse) -> ScriptCall {
        ScriptCall {
            key: Arc::clone(&self.key),
            used,
            clock_tolerance: self.settings.clock_tolerance,
        }
    }

    fn log_start(&self, outcome: Outcome) {
        if outcome == Outcome::Started {
            self.events.recording_started();
        }
    }
}

//! The set of used keys in Redis, as one store sees it.

use std::{sync::Arc, time::Duration};

use super::{
    endpoint::Endpoint,
    failure::Failure,
    script::{NewUse, Outcome, ScriptCall},
    shared_connection::{SharedConnection, Timeouts},
};
use crate::observe::RedisEvents;

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

    /// Starts the recording of uses in Redis, unless it has started.
    async fn probe(&self) -> Result<(), Failure> {
        self.record(NewUse::PROBE).await.map(drop)
    }

    /// Probes Redis, and logs the name and version of the server.
    pub(super) async fn ready(&self) -> Result<(), Failure> {
        self.probe().await?;
        if let Some(server) = self.connection.server() {
            self.events.ready(server);
        }
        Ok(())
    }

    /// Probes Redis, and logs a failure.
    pub(super) async fn probe_or_log(&self) {
        if let Err(error) = self.probe().await {
            self.events.probe_failed(&error);
        }
    }

    /// Records a use, and returns the outcome.
    pub(super) async fn record(&self, used: NewUse) -> Result<Outcome, Failure> {
        let call = ScriptCall {
            key: Arc::clone(&self.key),
            used,
            clock_tolerance: self.settings.clock_tolerance,
        };
        let outcome = self.connection.call(call).await?;
        if outcome == Outcome::Started {
            self.events.recording_started();
        }
        Ok(outcome)
    }
}

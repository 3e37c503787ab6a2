//! The set of used keys in Redis, as one application sees it.

use std::time::Duration;

use redis::RedisResult;

use super::{
    endpoint::Endpoint,
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
    key: String,
    connection: SharedConnection,
    events: RedisEvents,
}

impl UsedSet {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            key: format!("{}:used", settings.prefix),
            connection: SharedConnection::new(settings.endpoint.clone(), settings.timeouts),
            settings,
            events: RedisEvents::default(),
        }
    }

    /// Ensures that Redis has started to record uses.
    pub(super) async fn probe(&self) -> RedisResult<()> {
        self.record(NewUse::PROBE).await.map(drop)
    }

    /// Probes Redis, and logs a failure.
    pub(super) async fn probe_or_log(&self) {
        if let Err(error) = self.probe().await {
            self.events.probe_failed(&error);
        }
    }

    /// Records a use, and returns what Redis answers.
    pub(super) async fn record(&self, used: NewUse<'_>) -> RedisResult<Outcome> {
        let call = ScriptCall {
            key: &self.key,
            used,
            clock_tolerance: self.settings.clock_tolerance,
        };
        let outcome = self.connection.call(&call).await?;
        if outcome == Outcome::Started {
            self.events.recording_started();
        }
        Ok(outcome)
    }
}

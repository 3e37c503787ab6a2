//! What Redis remembers, as one application sees it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::RedisResult;
use tracing::{debug, warn};

use super::{
    connection::{Connection, Times},
    endpoint::Endpoint,
    script::{Outcome, Question},
};
use crate::observe::Throttle;

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) endpoint: Endpoint,
    pub(super) prefix: String,
    pub(super) times: Times,
    pub(super) clock_tolerance: Duration,
}

pub(super) struct Memory {
    pub(super) settings: Settings,
    key: String,
    connection: Connection,
    told: Throttle,
}

impl Memory {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            key: format!("{}:used", settings.prefix),
            connection: Connection::new(settings.endpoint.clone(), settings.times),
            settings,
            told: Throttle::default(),
        }
    }

    /// Sees to it that Redis remembers from now on at the latest.
    pub(super) async fn begin(&self) -> RedisResult<()> {
        // Issued before any memory began, it is never confirmed, and so never kept.
        let begun = self.first_use(&[], UNIX_EPOCH, UNIX_EPOCH).await;
        begun.map(drop)
    }

    pub(super) async fn first_use(
        &self,
        digest: &[u8],
        issued_at: SystemTime,
        expires_at: SystemTime,
    ) -> RedisResult<Outcome> {
        let question = Question {
            key: &self.key,
            digest,
            issued_at,
            expires_at,
            clock_tolerance: self.settings.clock_tolerance,
        };
        let outcome = self.connection.ask(&question).await?;
        if outcome == Outcome::Begun {
            self.tell_of_a_new_memory();
        }
        Ok(outcome)
    }

    fn tell_of_a_new_memory(&self) {
        const CAUSE: &str = "Redis is new, or may have forgotten what was used";
        if self.told.is_due(CAUSE) {
            warn!("{CAUSE}: whatever was issued before now is refused");
        } else {
            debug!("{CAUSE}, again");
        }
    }
}

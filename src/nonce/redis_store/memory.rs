//! What Redis remembers, as one application sees it.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use redis::RedisResult;
use tracing::{debug, warn};

use super::{
    connection::{Connection, Times},
    endpoint::Endpoint,
    script::{Outcome, Question},
};

/// How often a Redis that forgets again and again is told of as a warning.
const REPETITION: Duration = Duration::from_secs(60);

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
    warned: Mutex<Option<Instant>>,
}

impl Memory {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            key: format!("{}:used", settings.prefix),
            connection: Connection::new(settings.endpoint.clone(), settings.times),
            settings,
            warned: Mutex::default(),
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
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_some_and(|at| at.elapsed() < REPETITION) {
            debug!("Redis may have forgotten what was used, again");
        } else {
            warn!(
                "Redis is new, or may have forgotten what was used: whatever was issued before now is refused"
            );
            *warned = Some(Instant::now());
        }
    }
}

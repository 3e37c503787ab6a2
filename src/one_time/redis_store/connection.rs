//! The connection that all questions share: made when it is first needed, and replaced once it is of no use.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{RedisError, RedisResult};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout},
};

use super::{
    endpoint::Endpoint,
    link::Link,
    script::{Outcome, Question},
};

/// Attempts to connect begin at least this far apart, however many wait for one.
const PACE: Duration = Duration::from_millis(100);

pub(super) struct Connection {
    endpoint: Arc<Endpoint>,
    times: Times,
    latest: Mutex<Option<Attempt>>,
}

#[derive(Clone, Copy)]
pub(super) struct Times {
    /// How long a question may take, the wait for a connection included.
    pub(super) asking: Duration,
    /// How long connecting may take, whether or not somebody still waits for it.
    pub(super) connecting: Duration,
}

impl Connection {
    pub(super) fn new(endpoint: Endpoint, times: Times) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            times,
            latest: Mutex::default(),
        }
    }

    pub(super) async fn ask(&self, question: &Question<'_>) -> RedisResult<Outcome> {
        let answer = timeout(self.times.asking, self.ask_patiently(question));
        answer.await.unwrap_or_else(|_| Err(self.too_late()))
    }

    /// Asks once more where the connection had been closed, as servers do with idle ones.
    async fn ask_patiently(&self, question: &Question<'_>) -> RedisResult<Outcome> {
        let link = self.link().await?;
        match link.ask(question).await {
            Err(error) if error.is_io_error() && !link.is_young() => {
                match self.link().await?.ask(question).await? {
                    // Perhaps by the first question, whose answer was lost.
                    Outcome::Used => Err(error),
                    outcome => Ok(outcome),
                }
            }
            answer => answer,
        }
    }

    fn too_late(&self) -> RedisError {
        let is_connecting = self.lock().as_ref().is_some_and(Attempt::is_under_way);
        overdue(if is_connecting {
            "no connection to Redis in time"
        } else {
            "no answer from Redis in time"
        })
    }

    async fn link(&self) -> RedisResult<Arc<Link>> {
        let mut outcome = self.attempt();
        let known = outcome.wait_for(Option::is_some).await;
        let known = known.ok().and_then(|link| link.clone());
        known.unwrap_or_else(|| Err(overdue("connecting to Redis was broken off")))
    }

    /// Returns the latest attempt to connect, or a new one if that is of no use.
    fn attempt(&self) -> watch::Receiver<Option<RedisResult<Arc<Link>>>> {
        let mut latest = self.lock();
        let begins_at = match &*latest {
            Some(attempt) if attempt.is_of_use(self.times) => return attempt.outcome.clone(),
            Some(attempt) => Instant::now().max(attempt.begins_at + PACE),
            None => Instant::now(),
        };
        let attempt = Attempt::start(&self.endpoint, begins_at, self.times.connecting);
        latest.insert(attempt).outcome.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Attempt>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt to connect, which goes on whoever gives up, and what came of it.
struct Attempt {
    begins_at: Instant,
    outcome: watch::Receiver<Option<RedisResult<Arc<Link>>>>,
}

impl Attempt {
    fn start(endpoint: &Arc<Endpoint>, begins_at: Instant, time: Duration) -> Self {
        let (sender, outcome) = watch::channel(None);
        let endpoint = Arc::clone(endpoint);
        let connecting = async move {
            sleep_until(begins_at).await;
            let link = timeout(time, endpoint.connect()).await;
            link.unwrap_or_else(|_| Err(overdue("connecting to Redis took too long")))
        };
        tokio::spawn(async move {
            tokio::select! {
                link = connecting => {
                    sender.send_replace(Some(link.map(Arc::new)));
                }
                // The store is gone.
                () = sender.closed() => {}
            }
        });
        Self { begins_at, outcome }
    }

    fn is_of_use(&self, times: Times) -> bool {
        match &*self.outcome.borrow() {
            Some(Ok(link)) => link.is_usable(times.asking),
            Some(Err(_)) => false,
            // Its runtime may have ended, or stand still.
            None => {
                self.outcome.has_changed().is_ok() && self.begins_at.elapsed() < times.connecting
            }
        }
    }

    fn is_under_way(&self) -> bool {
        self.outcome.borrow().is_none()
    }
}

fn overdue(what: &'static str) -> RedisError {
    io::Error::new(io::ErrorKind::TimedOut, what).into()
}

//! One established connection, and whether it is still usable.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use redis::{
    AsyncConnectionConfig, Client, RedisConnectionInfo, RedisError, RedisResult,
    aio::MultiplexedConnection,
};
use tokio::{task::AbortHandle, time::timeout};

use super::{
    address::Stream,
    failure::Failure,
    script::{Outcome, ScriptCall},
    server::Server,
};

/// A server that is the wrong one this soon after connecting would be so over another connection, too.
const NEW: Duration = Duration::from_secs(1);

pub(super) struct Connection {
    redis: MultiplexedConnection,
    /// Ends with the connection. `None` if the redis crate spawned it, which ends it then, too.
    _driver: Option<Driver>,
    server: Server,
    established_at: Instant,
    unanswered: Unanswered,
    is_broken: AtomicBool,
}

impl Connection {
    /// Logs in over a stream.
    pub(super) async fn over(
        stream: Box<dyn Stream>,
        settings: &RedisConnectionInfo,
    ) -> RedisResult<Self> {
        let connecting = MultiplexedConnection::new_with_config(settings, stream, config());
        let (redis, driver) = connecting.await?;
        let driver = Driver(tokio::spawn(driver).abort_handle());
        Ok(Self::established(redis, Some(driver)).await)
    }

    /// Has a client connect and log in.
    pub(super) async fn of_client(client: &Client) -> RedisResult<Self> {
        let config = config();
        let connecting = client.get_multiplexed_async_connection_with_config(&config);
        let redis = connecting.await?;
        Ok(Self::established(redis, None).await)
    }

    async fn established(redis: MultiplexedConnection, driver: Option<Driver>) -> Self {
        Self {
            server: Server::of(redis.clone()).await,
            redis,
            _driver: driver,
            established_at: Instant::now(),
            unanswered: Unanswered::default(),
            is_broken: AtomicBool::new(false),
        }
    }

    /// Calls the script. When the caller gives up, the call goes on until the timeout, so that an answer to it still
    /// shows that the connection is alive.
    pub(super) async fn call(
        self: &Arc<Self>,
        call: &Arc<ScriptCall>,
        call_timeout: Duration,
    ) -> Result<Outcome, Failure> {
        let (connection, call) = (Arc::clone(self), Arc::clone(call));
        let answer =
            tokio::spawn(async move { timeout(call_timeout, connection.invoke(&call)).await });
        match answer.await {
            Ok(Ok(answer)) => answer.map_err(|error| Failure::of_call(error, &self.server)),
            Ok(Err(_)) => Err(Failure::overdue("no answer from Redis in time")),
            // The runtime has ended, or the redis crate has panicked.
            Err(_) => Err(Failure::overdue("asking Redis was broken off")),
        }
    }

    async fn invoke(&self, call: &ScriptCall) -> RedisResult<Outcome> {
        self.unanswered.start();
        let answer = call.invoke(self.redis.clone()).await;
        self.unanswered.stop();
        if answer.as_ref().is_err_and(|error| self.breaks(error)) {
            self.is_broken.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Returns `true` if the connection is established and no answer is overdue.
    pub(super) fn is_usable(&self, call_timeout: Duration) -> bool {
        !self.is_broken.load(Ordering::Relaxed) && self.unanswered.elapsed() < call_timeout
    }

    /// Returns what the server said of itself at the start.
    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Returns `true` for an error that a new connection may avoid.
    fn breaks(&self, error: &RedisError) -> bool {
        match error.code() {
            // Closed, or its answers are to other calls.
            None => true,
            // Another server has become the right one, or the log-in was lost.
            Some(
                "READONLY" | "MASTERDOWN" | "NOREPLICAS" | "MOVED" | "ASK" | "CLUSTERDOWN"
                | "NOAUTH",
            ) => self.established_at.elapsed() >= NEW,
            // A problem of the server, the same over any connection.
            Some(_) => false,
        }
    }
}

/// The store sets the timeouts.
fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
}

/// The task that reads and writes. It ends with the connection.
struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// For how long a call has gone unanswered, whether or not the caller still waits.
#[derive(Default)]
struct Unanswered {
    since: Mutex<Option<Instant>>,
}

impl Unanswered {
    fn start(&self) {
        self.since().get_or_insert_with(Instant::now);
    }

    fn stop(&self) {
        *self.since() = None;
    }

    fn elapsed(&self) -> Duration {
        self.since().map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

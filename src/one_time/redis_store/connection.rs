//! An established connection, and whether it is still usable.

use std::{
    collections::BTreeMap,
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

/// If a server refuses calls this soon after connecting (as a replica does), a new connection would not help.
const NEW: Duration = Duration::from_secs(1);

pub(super) struct Connection {
    redis: MultiplexedConnection,
    /// Ends with the connection. `None` if the redis crate spawned the task, and ends it with the connection.
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

    /// Connects and logs in through a client.
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

    /// Calls the script. If the caller stops waiting, the call goes on until the timeout: a late answer still shows
    /// that the connection is alive.
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
            Err(_) => Err(Failure::overdue("the call to Redis was aborted")),
        }
    }

    async fn invoke(&self, call: &ScriptCall) -> RedisResult<Outcome> {
        let number = self.unanswered.sent();
        let answer = call.invoke(self.redis.clone()).await;
        self.unanswered.answered(number);
        if answer.as_ref().is_err_and(|error| self.breaks(error)) {
            self.is_broken.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Returns `true` if the connection is established and no answer is overdue.
    pub(super) fn is_usable(&self, call_timeout: Duration) -> bool {
        !self.is_broken.load(Ordering::Relaxed) && self.unanswered.elapsed() < call_timeout
    }

    /// Returns the facts about the server at the time of connecting.
    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Returns `true` if a new connection may avoid this error.
    fn breaks(&self, error: &RedisError) -> bool {
        match error.code() {
            // The connection is closed, or delivers the answers to other calls.
            None => true,
            // Another server is the primary now, or the log-in was lost.
            Some(
                "READONLY" | "MASTERDOWN" | "NOREPLICAS" | "MOVED" | "ASK" | "CLUSTERDOWN"
                | "NOAUTH",
            ) => self.established_at.elapsed() >= NEW,
            // A problem of the server: every connection would have it.
            Some(_) => false,
        }
    }
}

/// Turns off the redis crate's timeouts, because the store has its own.
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

/// The calls that have had no answer, whether or not their callers still wait.
#[derive(Default)]
struct Unanswered {
    calls: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    next_number: u64,
    sent_at: BTreeMap<u64, Instant>,
}

impl Unanswered {
    /// Returns the number of the call.
    fn sent(&self) -> u64 {
        let mut calls = self.calls();
        let number = calls.next_number;
        calls.next_number += 1;
        calls.sent_at.insert(number, Instant::now());
        number
    }

    /// Redis answers in order, so earlier calls are not open any more: their answers came too late.
    fn answered(&self, number: u64) {
        let mut calls = self.calls();
        calls.sent_at = calls.sent_at.split_off(&(number + 1));
    }

    /// Returns how long the oldest call has been open.
    fn elapsed(&self) -> Duration {
        let calls = self.calls();
        let oldest = calls.sent_at.first_key_value();
        oldest.map_or(Duration::ZERO, |(_, sent_at)| sent_at.elapsed())
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_without_an_answer_stays_open_whatever_was_answered_before() {
        let calls = Unanswered::default();
        let [first, second] = [calls.sent(), calls.sent()];
        calls.answered(first);
        let time = Duration::from_millis(1);
        let began = Instant::now();
        while began.elapsed() < time {}
        assert!(calls.elapsed() >= time);
        calls.answered(second);
        assert_eq!(calls.elapsed(), Duration::ZERO);
    }

    #[test]
    fn an_answer_closes_the_calls_before_it() {
        let calls = Unanswered::default();
        let [_, second, third] = [(); 3].map(|()| calls.sent());
        calls.answered(second);
        calls.answered(third);
        assert_eq!(calls.elapsed(), Duration::ZERO);
    }
}

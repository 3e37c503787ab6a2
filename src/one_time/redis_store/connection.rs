//! One established connection, and whether it is still usable.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use redis::{
    AsyncConnectionConfig, RedisConnectionInfo, RedisError, RedisResult, aio::MultiplexedConnection,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::AbortHandle,
};

use super::{
    endpoint::Stream,
    script::{Outcome, ScriptCall},
};

/// A server that is the wrong one this soon after connecting would be so over another connection, too.
const NEW: Duration = Duration::from_secs(1);

pub(super) struct Connection {
    redis: MultiplexedConnection,
    /// The task that reads and writes. It ends with the connection.
    driver: AbortHandle,
    established_at: Instant,
    unanswered: Arc<Unanswered>,
    is_broken: AtomicBool,
}

impl Connection {
    pub(super) async fn establish(
        stream: Box<dyn Stream>,
        settings: &RedisConnectionInfo,
    ) -> RedisResult<Self> {
        let unanswered = Arc::default();
        let stream = MonitoredStream {
            stream,
            unanswered: Arc::clone(&unanswered),
        };
        // The caller sets the timeouts.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (redis, driver) = MultiplexedConnection::new_with_config(settings, stream, config)
            .await
            .map_err(without_detail)?;
        Ok(Self {
            redis,
            driver: tokio::spawn(driver).abort_handle(),
            established_at: Instant::now(),
            unanswered,
            is_broken: AtomicBool::new(false),
        })
    }

    /// Calls the script, for as long as the caller waits. Giving up does not harm the connection.
    pub(super) async fn call(&self, call: &ScriptCall<'_>) -> RedisResult<Outcome> {
        self.unanswered.start();
        let answer = call.invoke(self.redis.clone()).await;
        if answer.as_ref().is_err_and(|error| self.breaks(error)) {
            self.is_broken.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Returns `true` if the connection is established and no answer is overdue.
    pub(super) fn is_usable(&self, call_timeout: Duration) -> bool {
        !self.is_broken.load(Ordering::Relaxed)
            && !self.driver.is_finished()
            && self.unanswered.elapsed() < call_timeout
    }

    pub(super) fn is_new(&self) -> bool {
        self.established_at.elapsed() < NEW
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
            ) => !self.is_new(),
            // A problem of the server, the same over any connection.
            Some(_) => false,
        }
    }
}

/// Removes the server's text: a server that refuses the log-in may quote it, with the password.
fn without_detail(error: RedisError) -> RedisError {
    match error.code() {
        Some(code) => RedisError::from((error.kind(), "Redis refused the log-in", code.to_owned())),
        None => error,
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
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

/// A stream that records when the server sends something.
struct MonitoredStream {
    stream: Box<dyn Stream>,
    unanswered: Arc<Unanswered>,
}

impl AsyncRead for MonitoredStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.unanswered.stop();
        }
        read
    }
}

impl AsyncWrite for MonitoredStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

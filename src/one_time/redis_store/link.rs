//! One connection that stands, and whether it still does.

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
    script::{Outcome, Question},
};

/// What a server says against itself within this time after the connection was made would be no different
/// over another one.
const YOUTH: Duration = Duration::from_secs(1);

pub(super) struct Link {
    redis: MultiplexedConnection,
    /// Moves the bytes. It ends when the connection does.
    driver: AbortHandle,
    established_at: Instant,
    silence: Arc<Silence>,
    is_useless: AtomicBool,
}

impl Link {
    pub(super) async fn establish(
        stream: Box<dyn Stream>,
        settings: &RedisConnectionInfo,
    ) -> RedisResult<Self> {
        let silence = Arc::default();
        let stream = Overheard {
            stream,
            silence: Arc::clone(&silence),
        };
        // Time-outs are the caller's matter.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (redis, driver) = MultiplexedConnection::new_with_config(settings, stream, config)
            .await
            .map_err(without_detail)?;
        Ok(Self {
            redis,
            driver: tokio::spawn(driver).abort_handle(),
            established_at: Instant::now(),
            silence,
            is_useless: AtomicBool::new(false),
        })
    }

    /// Asks, for as long as the caller waits. What becomes of the connection does not depend on that.
    pub(super) async fn ask(&self, question: &Question<'_>) -> RedisResult<Outcome> {
        self.silence.begins();
        let answer = question.ask(self.redis.clone()).await;
        if let Err(error) = &answer {
            self.judge(error);
        }
        answer
    }

    /// Tells whether it can be asked: it stands, and no answer is overdue.
    pub(super) fn is_usable(&self, patience: Duration) -> bool {
        !self.is_useless.load(Ordering::Relaxed)
            && !self.driver.is_finished()
            && self.silence.duration() < patience
    }

    pub(super) fn is_young(&self) -> bool {
        self.established_at.elapsed() < YOUTH
    }

    fn judge(&self, error: &RedisError) {
        let is_useless = match error.code() {
            // Cut off, or out of step.
            None => true,
            // Another server is the right one by now, or the log-in has been lost.
            Some(
                "READONLY" | "MASTERDOWN" | "NOREPLICAS" | "MOVED" | "ASK" | "CLUSTERDOWN"
                | "NOAUTH",
            ) => !self.is_young(),
            // A trouble of the server's, over whichever connection.
            Some(_) => false,
        };
        if is_useless {
            self.is_useless.store(true, Ordering::Relaxed);
        }
    }
}

/// A server that refuses the log-in may repeat it, with the password.
fn without_detail(error: RedisError) -> RedisError {
    match error.code() {
        Some(code) => RedisError::from((error.kind(), "Redis refused the log-in", code.to_owned())),
        None => error,
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Since when something that was asked has gone unanswered, whether or not somebody still waits for it.
#[derive(Default)]
struct Silence(Mutex<Option<Instant>>);

impl Silence {
    fn begins(&self) {
        self.since().get_or_insert_with(Instant::now);
    }

    fn ends(&self) {
        *self.since() = None;
    }

    fn duration(&self) -> Duration {
        self.since().map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream of which it is known when the other side last said something.
struct Overheard {
    stream: Box<dyn Stream>,
    silence: Arc<Silence>,
}

impl AsyncRead for Overheard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.silence.ends();
        }
        read
    }
}

impl AsyncWrite for Overheard {
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

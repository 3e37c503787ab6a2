//! A connection that closes in stages (RFC 9112 §9.6). Unread bytes make the kernel reset a connection that closes at
//! once, and the reset loses a response that was sent before the request ended.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// How long the client may be silent after our side is closed.
pub const MAX_SILENCE: Duration = Duration::from_secs(2);
/// How long the client may continue to send.
pub const MAX_LINGER: Duration = Duration::from_secs(30);

/// A stream that, when it is shut down, drops the rest of the client's bytes for a while before it ends.
#[derive(Debug)]
pub struct LingeringStream<S> {
    stream: S,
    /// Runs after our side is closed.
    time: Option<Time>,
}

impl<S> LingeringStream<S> {
    /// Wraps an accepted connection.
    pub fn new(stream: S) -> Self {
        Self { stream, time: None }
    }
}

impl<S: AsyncRead + Unpin> LingeringStream<S> {
    /// Drops the client's bytes until the client closes, or its time is up.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let time = self.time.get_or_insert_with(Time::new);
        if time.poll_over(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut scratch = [0; 8 * 1024];
        let mut came = false;
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Pending => break,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => came = true,
                Poll::Ready(_) => return Poll::Ready(()),
            }
        }
        if came {
            time.extend();
            return time.poll_over(cx);
        }
        Poll::Pending
    }
}

/// Returns how long the client still has.
#[derive(Debug)]
struct Time {
    left: Pin<Box<Sleep>>,
    end: Instant,
}

impl Time {
    fn new() -> Self {
        Self {
            left: Box::pin(sleep(MAX_SILENCE)),
            end: Instant::now() + MAX_LINGER,
        }
    }

    fn extend(&mut self) {
        let end = self.end.min(Instant::now() + MAX_SILENCE);
        self.left.as_mut().reset(end);
    }

    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.left.as_mut().poll(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for LingeringStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for LingeringStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.time.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        self.poll_drain(cx).map(Ok)
    }
}

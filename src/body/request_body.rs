//! The body that the inner service sees.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower::BoxError;

use super::{
    collect::{self, Extent},
    replay::Replay,
};
use crate::error::AuthErrorKind;

pin_project! {
    /// The body that the inner service gets: the request's own. If the layer read of it, every byte and
    /// the trailers are put back in front of the rest.
    ///
    /// `Debug` leaves the bytes out: a token may be among them.
    pub struct RequestBody<B> {
        #[pin]
        state: State<B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<B> {
        Streaming { #[pin] body: B },
        Replaying { replay: Replay<B> },
    }
}

impl<B> RequestBody<B> {
    /// Passes a body through that nobody has touched.
    pub(crate) fn streaming(body: B) -> Self {
        Self {
            state: State::Streaming { body },
        }
    }

    fn replaying(replay: Replay<B>) -> Self {
        Self {
            state: State::Replaying { replay },
        }
    }

    /// Returns what was read of the body.
    pub(crate) fn buffered(&self) -> Bytes {
        match &self.state {
            State::Streaming { .. } => Bytes::new(),
            State::Replaying { replay } => replay.data.clone(),
        }
    }
}

impl<B> RequestBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    /// Reads a body to its end, or until it turns out to be larger than `limit`, or for so long.
    pub(crate) async fn read(
        body: B,
        limit: usize,
        time: Duration,
    ) -> Result<(Self, Extent), AuthErrorKind> {
        let (replay, extent) = collect::collect(body, limit, time).await?;
        Ok((Self::replaying(replay), extent))
    }
}

impl<B> Body for RequestBody<B>
where
    B: Body<Data = Bytes>,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().state.project() {
            StateProjection::Streaming { body } => body.poll_frame(cx),
            StateProjection::Replaying { replay } => replay.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.state {
            State::Streaming { body } => body.is_end_stream(),
            State::Replaying { replay } => replay.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.state {
            State::Streaming { body } => body.size_hint(),
            State::Replaying { replay } => replay.size_hint(),
        }
    }
}

impl<B> fmt::Debug for RequestBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody")
            .field("buffered_bytes", &self.buffered().len())
            .finish_non_exhaustive()
    }
}

/// An empty body, whatever `B` is.
impl<B> Default for RequestBody<B> {
    fn default() -> Self {
        Self::replaying(Replay::empty())
    }
}

//! The body that the inner service sees.

use std::{
    error::Error as StdError,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, LengthLimitError};
use pin_project_lite::pin_project;
use tokio::{task::consume_budget, time::timeout};
use tower::BoxError;

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

/// What was read of a body, and the rest of it.
struct Replay<B> {
    buffered: Bytes,
    /// A frame that came and went beyond the limit.
    excess: Bytes,
    trailers: Option<HeaderMap>,
    rest: Option<Pin<Box<B>>>,
}

/// How much of a body was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// It is larger than the limit.
    TooLarge,
    /// Its time was over first.
    TooSlow,
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
            State::Replaying { replay } => replay.buffered.clone(),
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
        let mut reading = Reading::new(body);
        let read = timeout(time, reading.go_on(limit)).await;
        let extent = read.unwrap_or(Ok(Extent::TooSlow))?;
        Ok((Self::replaying(reading.into_replay(extent)), extent))
    }
}

/// A body as far as it was read. To stop in between loses nothing.
struct Reading<B> {
    buffer: Buffer,
    excess: Bytes,
    trailers: Option<HeaderMap>,
    body: Pin<Box<B>>,
}

impl<B> Reading<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    fn new(body: B) -> Self {
        Self {
            buffer: Buffer::default(),
            excess: Bytes::new(),
            trailers: None,
            body: Box::pin(body),
        }
    }

    async fn go_on(&mut self, limit: usize) -> Result<Extent, AuthErrorKind> {
        if self.body.size_hint().lower() > limit as u64 {
            return Ok(Extent::TooLarge);
        }
        while let Some(frame) = self.body.frame().await.transpose().map_err(read_error)? {
            match frame.into_data() {
                Ok(data) if data.len() > limit - self.buffer.len() => {
                    self.excess = data;
                    return Ok(Extent::TooLarge);
                }
                Ok(data) => self.buffer.push(data),
                Err(frame) => self.trailers = frame.into_trailers().ok(),
            }
            // Empty frames count towards no limit: the clock must get its turn, however many are at hand.
            consume_budget().await;
        }
        Ok(Extent::Whole)
    }

    fn into_replay(self, extent: Extent) -> Replay<B> {
        Replay {
            buffered: self.buffer.into_bytes(),
            excess: self.excess,
            trailers: self.trailers,
            // What has ended is not asked again.
            rest: (extent != Extent::Whole).then_some(self.body),
        }
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
        Self::replaying(Replay {
            buffered: Bytes::new(),
            excess: Bytes::new(),
            trailers: None,
            rest: None,
        })
    }
}

impl<B: Body<Data = Bytes>> Replay<B> {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        for data in [&mut self.buffered, &mut self.excess] {
            if !data.is_empty() {
                let data = std::mem::take(data);
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
        }
        if let Some(trailers) = self.trailers.take() {
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        match &mut self.rest {
            Some(rest) => rest.as_mut().poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.buffered.is_empty()
            && self.excess.is_empty()
            && self.trailers.is_none()
            && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let read = (self.buffered.len() + self.excess.len()) as u64;
        let rest = match &self.rest {
            Some(rest) => rest.size_hint(),
            None => SizeHint::with_exact(0),
        };
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}

/// Collects a body: a single frame as it is, several in one piece, so that many small frames cost no
/// more memory than their bytes.
#[derive(Default)]
enum Buffer {
    #[default]
    Empty,
    One(Bytes),
    Many(BytesMut),
}

impl Buffer {
    fn push(&mut self, data: Bytes) {
        if data.is_empty() {
            return;
        }
        *self = match std::mem::take(self) {
            Self::Empty => Self::One(data),
            Self::One(first) => {
                let mut many = BytesMut::from(first);
                many.extend_from_slice(&data);
                Self::Many(many)
            }
            Self::Many(mut many) => {
                many.extend_from_slice(&data);
                Self::Many(many)
            }
        };
    }

    fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::One(bytes) => bytes,
            Self::Many(bytes) => bytes.freeze(),
        }
    }
}

/// Tells a limit outside this layer from a body that broke off.
fn read_error(error: impl Into<BoxError>) -> AuthErrorKind {
    let error = error.into();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&*error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return AuthErrorKind::BodyTooLarge;
        }
        cause = error.source();
    }
    AuthErrorKind::BodyInterrupted
}

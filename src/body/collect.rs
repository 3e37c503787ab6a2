//! Reads a body up to a limit, without losing any of it.

use std::{error::Error as StdError, mem, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError};
use tokio::{task::consume_budget, time::timeout};
use tower::BoxError;

use super::replay::Replay;
use crate::error::AuthErrorKind;

/// Whether a body was read completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// The body is larger than the limit.
    TooLarge,
    /// The time was over before the end of the body.
    TooSlow,
}

/// Reads a body to its end, or until it exceeds `limit` bytes, or until `time` is over.
pub(super) async fn collect<B>(
    body: B,
    limit: usize,
    time: Duration,
) -> Result<(Replay<B>, Extent), AuthErrorKind>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let mut collector = Collector::new(body);
    let read = timeout(time, collector.read_to_end(limit)).await;
    let extent = read.unwrap_or(Ok(Extent::TooSlow))?;
    Ok((collector.into_replay(extent), extent))
}

/// The part of a body that was read so far, and the rest. Reading may stop at any await without losing a frame.
struct Collector<B> {
    buffer: Buffer,
    excess: Bytes,
    trailers: Option<HeaderMap>,
    body: Pin<Box<B>>,
}

impl<B> Collector<B>
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

    async fn read_to_end(&mut self, limit: usize) -> Result<Extent, AuthErrorKind> {
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
            // Empty frames do not count towards the limit. Yield now and then, so that the timeout can fire in spite
            // of a stream of them that is always ready.
            consume_budget().await;
        }
        Ok(Extent::Whole)
    }

    fn into_replay(self, extent: Extent) -> Replay<B> {
        Replay {
            data: self.buffer.into_bytes(),
            excess: self.excess,
            trailers: self.trailers,
            // A body is not polled again after its end.
            rest: (extent != Extent::Whole).then_some(self.body),
        }
    }
}

/// The data of a body. A single frame is kept as it is. Several frames are joined, because many small ones would take
/// much more memory than their bytes.
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
        *self = match mem::take(self) {
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

/// Returns the error for a body that cannot be read: an outer limit was exceeded, or the body was interrupted.
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

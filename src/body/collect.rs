//! Reading a body up to a limit, without losing any of it.

use std::{error::Error as StdError, mem, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError};
use tokio::{task::consume_budget, time::timeout};
use tower::BoxError;

use super::replay::Replay;
use crate::error::AuthErrorKind;

/// How much of a body was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// It is larger than the limit.
    TooLarge,
    /// Its time was over first.
    TooSlow,
}

/// Reads a body to its end, or until it turns out to be larger than `limit`, or for so long.
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

/// A body as far as it was read. To stop in between loses nothing.
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
            // Empty frames count towards no limit: the clock must get its turn, however many are at hand.
            consume_budget().await;
        }
        Ok(Extent::Whole)
    }

    fn into_replay(self, extent: Extent) -> Replay<B> {
        Replay {
            data: self.buffer.into_bytes(),
            excess: self.excess,
            trailers: self.trailers,
            // What has ended is not asked again.
            rest: (extent != Extent::Whole).then_some(self.body),
        }
    }
}

/// The data of a body: a single frame as it is, several in one piece, so that many small frames cost no
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

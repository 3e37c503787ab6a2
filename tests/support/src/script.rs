//! A body that follows a script.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use tower::BoxError;

/// A body that plays what it was given.
pub struct Script {
    steps: VecDeque<Step>,
    hint: SizeHint,
}

pub enum Step {
    Data(Bytes),
    Trailers(HeaderMap),
    Error(BoxError),
    /// Stays pending forever.
    Hang,
    /// Must not be reached.
    Panic,
}

impl Script {
    pub fn empty() -> Self {
        Self::new([], SizeHint::with_exact(0))
    }

    pub fn new(steps: impl IntoIterator<Item = Step>, hint: SizeHint) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            hint,
        }
    }

    /// A body of unknown length.
    pub fn chunked(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::new(steps, SizeHint::new())
    }

    /// A body that must not be polled.
    pub fn untouchable() -> Self {
        Self::new([Step::Panic], SizeHint::with_exact(77))
    }
}

pub fn data(bytes: impl Into<Bytes>) -> Step {
    Step::Data(bytes.into())
}

impl From<String> for Script {
    fn from(text: String) -> Self {
        let hint = SizeHint::with_exact(text.len() as u64);
        Self::new([data(text)], hint)
    }
}

impl From<&str> for Script {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(match self.steps.pop_front() {
            None => None,
            Some(Step::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
            Some(Step::Error(error)) => Some(Err(error)),
            Some(Step::Hang) => {
                self.steps.push_front(Step::Hang);
                return Poll::Pending;
            }
            Some(Step::Panic) => panic!("the body was polled"),
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

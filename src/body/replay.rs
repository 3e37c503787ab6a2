//! A body that was read in part, joined again with its rest.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

/// The part of a body that was read, and the rest.
pub(super) struct Replay<B> {
    pub(super) data: Bytes,
    /// The frame that exceeded the limit.
    pub(super) excess: Bytes,
    pub(super) trailers: Option<HeaderMap>,
    pub(super) rest: Option<Pin<Box<B>>>,
}

impl<B> Replay<B> {
    pub(super) fn empty() -> Self {
        Self {
            data: Bytes::new(),
            excess: Bytes::new(),
            trailers: None,
            rest: None,
        }
    }
}

impl<B: Body<Data = Bytes>> Replay<B> {
    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        for data in [&mut self.data, &mut self.excess] {
            if !data.is_empty() {
                let data = mem::take(data);
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

    pub(super) fn is_end_stream(&self) -> bool {
        self.data.is_empty()
            && self.excess.is_empty()
            && self.trailers.is_none()
            && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        let read = (self.data.len() + self.excess.len()) as u64;
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

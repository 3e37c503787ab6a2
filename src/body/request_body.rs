//! The request body that the inner service receives.

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
    /// The request body that the inner service receives.
    ///
    /// It yields the same bytes and trailers as the original body `B`. If the layer has read a part of `B` to find the
    /// token, it yields this part first, then the rest of `B`. `Debug` does not show the bytes, because they may
    /// contain the token.
    ///
    /// axum converts the body between a layer and a handler, so most applications never name this type. A tower service
    /// does:
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// use http::{Request, Response};
    /// use http_body_util::BodyExt as _;
    /// use sequence_auth::RequestBody;
    /// use tower::{BoxError, Layer as _, ServiceExt as _, service_fn};
    ///
    /// let echo = service_fn(async |request: Request<RequestBody<String>>| {
    ///     let bytes = request.into_body().collect().await?.to_bytes();
    ///     Ok::<_, BoxError>(Response::new(http_body_util::Full::new(bytes)))
    /// });
    /// # let issuer = LocalIssuer::new();
    /// let auth = issuer.layer(13639);
    ///
    /// let body = format!(r#"{{ "sequenceToken": "{}" }}"#, issuer.token().mint());
    /// let request = Request::post("/").header("content-type", "application/json").body(body.clone())?;
    /// let response = auth.layer(echo).oneshot(request).await?;
    /// assert_eq!(response.into_body().collect().await?.to_bytes(), body);
    /// # Ok::<(), BoxError>(()) }).unwrap();
    /// # }
    /// ```
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
    /// Wraps a body that was not read.
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

    /// Returns the bytes that were read from the body.
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
    /// Reads a body to its end, or until it exceeds `limit` bytes, or until `time` is over.
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

/// Returns an empty body. `B` need not implement `Default`.
impl<B> Default for RequestBody<B> {
    fn default() -> Self {
        Self::replaying(Replay::empty())
    }
}

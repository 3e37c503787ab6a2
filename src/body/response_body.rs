//! The response body that the caller receives.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The response body of the service: the body `B` of the inner service, or that of a refused request.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::{RequestBody, testing::LocalIssuer};
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # use http::{Request, Response};
    /// # use tower::{BoxError, Layer as _, ServiceExt as _, service_fn};
    /// # let inner = service_fn(async |_: Request<RequestBody<String>>| Ok::<_, BoxError>(Response::new(String::new())));
    /// # let auth = LocalIssuer::new().layer(13639);
    /// use http_body_util::BodyExt as _;
    /// use sequence_auth::ResponseBody;
    ///
    /// let response: Response<ResponseBody<String>> =
    ///     auth.layer(inner).oneshot(Request::new(String::new())).await?;
    /// let json = response.into_body().collect().await?.to_bytes();
    /// assert!(json.starts_with(br#"{"error":"missing_token""#));
    /// # Ok::<(), BoxError>(()) }).unwrap();
    /// # }
    /// ```
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        answer: Answer<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = AnswerProjection]
    enum Answer<B> {
        Inner { #[pin] body: B },
        Rejection { body: Option<Bytes> },
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn inner(body: B) -> Self {
        Self {
            answer: Answer::Inner { body },
        }
    }

    pub(crate) fn rejection(body: Bytes) -> Self {
        Self {
            answer: Answer::Rejection {
                body: Some(body).filter(|body| !body.is_empty()),
            },
        }
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body<Data = Bytes>,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().answer.project() {
            AnswerProjection::Inner { body } => body.poll_frame(cx),
            AnswerProjection::Rejection { body } => {
                Poll::Ready(body.take().map(|body| Ok(Frame::data(body))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.answer {
            Answer::Inner { body } => body.is_end_stream(),
            Answer::Rejection { body } => body.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.answer {
            Answer::Inner { body } => body.size_hint(),
            Answer::Rejection { body } => {
                SizeHint::with_exact(body.as_ref().map_or(0, |body| body.len() as u64))
            }
        }
    }
}

/// Returns an empty body. `B` need not implement `Default`. tower-http's `Timeout` requires this.
impl<B> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::rejection(Bytes::new())
    }
}

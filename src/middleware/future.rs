//! The future of a request.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::{Service, util::Oneshot};

#[cfg(feature = "axum")]
use super::answer::AnonymousAnswer;
use super::answer::Answer;
use crate::{
    body::{RequestBody, ResponseBody},
    error::AuthError,
};

pin_project! {
    /// The response future of [`SequenceAuth`](crate::SequenceAuth).
    ///
    /// It resolves to the response of the inner service, or to the layer's own response to a refused request. Its only
    /// error is that of the inner service.
    ///
    /// # Example
    ///
    /// Another middleware can name the type, so it can do without a boxed future:
    ///
    /// ```
    /// use http::Request;
    /// use sequence_auth::{RequestBody, ResponseFuture, SequenceAuth};
    /// use tower::Service;
    ///
    /// struct Metered<S>(SequenceAuth<S>);
    ///
    /// impl<S> Metered<S>
    /// where
    ///     SequenceAuth<S>: Service<Request<String>, Future = ResponseFuture<S, String>>,
    ///     S: Service<Request<RequestBody<String>>>,
    /// {
    ///     fn call(&mut self, request: Request<String>) -> ResponseFuture<S, String> {
    ///         self.0.call(request)
    ///     }
    /// }
    /// ```
    #[must_use = "a future does nothing until it is polled"]
    pub struct ResponseFuture<S, B>
    where
        S: Service<Request<RequestBody<B>>>,
    {
        #[pin]
        state: State<S, B>,
    }
}

pub(super) type Authentication<B> =
    Pin<Box<dyn Future<Output = Result<Request<RequestBody<B>>, AuthError>> + Send>>;

pin_project! {
    #[project = StateProjection]
    enum State<S, B>
    where
        S: Service<Request<RequestBody<B>>>,
    {
        // Waiting for the body, for keys or for the policy. Meanwhile `inner` is not polled, so it cannot reserve
        // capacity.
        Authenticating {
            authentication: Authentication<B>,
            inner: Option<S>,
            answer: Answer,
        },
        // The request was accepted after a wait: the service has to become ready again before it is called.
        HandingOver { #[pin] oneshot: Oneshot<S, Request<RequestBody<B>>> },
        // The request was accepted at once: the service that was polled ready has been called.
        Calling { #[pin] call: S::Future },
        Rejected { response: Option<Response<Bytes>> },
    }
}

impl<S, B> ResponseFuture<S, B>
where
    S: Service<Request<RequestBody<B>>>,
{
    pub(super) fn calling(call: S::Future) -> Self {
        Self {
            state: State::Calling { call },
        }
    }

    pub(super) fn rejected(response: Response<Bytes>) -> Self {
        Self {
            state: State::rejected(response),
        }
    }

    pub(super) fn authenticating(
        authentication: Authentication<B>,
        inner: S,
        answer: Answer,
    ) -> Self {
        Self {
            state: State::Authenticating {
                authentication,
                inner: Some(inner),
                answer,
            },
        }
    }
}

impl<S, B> State<S, B>
where
    S: Service<Request<RequestBody<B>>>,
{
    fn rejected(response: Response<Bytes>) -> Self {
        Self::Rejected {
            response: Some(response),
        }
    }
}

impl<S, B, ResBody> Future for ResponseFuture<S, B>
where
    S: Service<Request<RequestBody<B>>, Response = Response<ResBody>>,
{
    type Output = Result<Response<ResponseBody<ResBody>>, S::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let next = match self.as_mut().project().state.project() {
                StateProjection::Authenticating {
                    authentication,
                    inner,
                    answer,
                } => match ready!(authentication.as_mut().poll(cx)) {
                    Ok(request) => {
                        #[cfg(feature = "axum")]
                        let request = AnonymousAnswer::attach(request, |_| answer.clone());
                        // Taken only once, because this state ends here.
                        let inner = inner.take().expect("the service is taken only once");
                        State::HandingOver {
                            oneshot: Oneshot::new(inner, request),
                        }
                    }
                    Err(error) => State::rejected(answer.to(error)),
                },
                StateProjection::HandingOver { oneshot } => {
                    return oneshot
                        .poll(cx)
                        .map_ok(|response| response.map(ResponseBody::inner));
                }
                StateProjection::Calling { call } => {
                    return call
                        .poll(cx)
                        .map_ok(|response| response.map(ResponseBody::inner));
                }
                StateProjection::Rejected { response } => {
                    // The contract of `Future`: it is not polled again after it was ready.
                    let response = response.take().expect("polled after completion");
                    return Poll::Ready(Ok(response.map(ResponseBody::rejection)));
                }
            };
            self.as_mut().project().state.set(next);
        }
    }
}

impl<S, B> fmt::Debug for ResponseFuture<S, B>
where
    S: Service<Request<RequestBody<B>>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

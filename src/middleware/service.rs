//! The service: checks each request before the inner service sees it.

use std::{
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower::{BoxError, Service};

#[cfg(feature = "axum")]
use super::answer::AnonymousAnswer;
use super::{
    answer::{Answer, OnReject},
    future::ResponseFuture,
};
use crate::{
    authenticator::{Authenticator, RequestWait, Step},
    body::{RequestBody, ResponseBody},
    error::AuthError,
    observe::RequestSpan,
    source::RequestHead,
};

/// Authenticates requests before the inner service gets them.
///
/// Made by [`SequenceAuthLayer`](crate::SequenceAuthLayer). A clone costs a reference count, and a
/// clone of the inner service.
#[derive(Clone, Debug)]
pub struct SequenceAuth<S> {
    inner: S,
    authenticator: Arc<Authenticator>,
    on_reject: Option<OnReject>,
}

impl<S> SequenceAuth<S> {
    pub(super) fn new(
        inner: S,
        authenticator: Arc<Authenticator>,
        on_reject: Option<OnReject>,
    ) -> Self {
        Self {
            inner,
            authenticator,
            on_reject,
        }
    }
}

impl<S, B, ResBody> Service<Request<B>> for SequenceAuth<S>
where
    S: Service<Request<RequestBody<B>>, Response = Response<ResBody>> + Clone,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        self.authenticator.strip(request.extensions_mut());
        let span = self.authenticator.open_span();
        let head = RequestHead::of(&request);
        match span.in_scope(|| self.authenticator.start(head)) {
            Step::Pass(admission) => {
                drop(span);
                self.authenticator.hand_over(admission, &mut request);
                #[cfg(feature = "axum")]
                let request = AnonymousAnswer::attach(request, |request| self.answer(request));
                let call = self.inner.call(request.map(RequestBody::streaming));
                ResponseFuture::calling(call)
            }
            Step::Refuse(error) => self.reject(&request, error),
            Step::Wait(wait) => self.finish(wait, request, span),
        }
    }
}

impl<S: Clone> SequenceAuth<S> {
    fn reject<B>(&mut self, request: &Request<B>, error: AuthError) -> ResponseFuture<S, B>
    where
        S: Service<Request<RequestBody<B>>>,
    {
        self.give_up_ready_inner();
        ResponseFuture::rejected(self.answer(request).to(error))
    }

    fn finish<B>(
        &mut self,
        wait: RequestWait,
        request: Request<B>,
        span: RequestSpan,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<RequestBody<B>>>,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.give_up_ready_inner();
        let answer = self.answer(&request);
        let authenticator = Arc::clone(&self.authenticator);
        let authentication = Box::pin(span.around(authenticator.finish(wait, request)));
        ResponseFuture::authenticating(authentication, self.inner.clone(), answer)
    }

    /// Gives up the service that was polled ready, and with it what it may have reserved: a request
    /// without a verified token holds nothing of the inner service.
    fn give_up_ready_inner(&mut self) {
        let not_ready_inner = self.inner.clone();
        let ready_inner = mem::replace(&mut self.inner, not_ready_inner);
        drop(ready_inner);
    }

    fn answer<B>(&self, request: &Request<B>) -> Answer {
        Answer::new(
            request,
            &self.authenticator.sources,
            self.on_reject.as_ref(),
        )
    }
}

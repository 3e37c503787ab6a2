//! The service: decides about each request before the inner service sees it.

use std::{
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower::{BoxError, Service};

use super::{answer::Rejector, future::ResponseFuture};
use crate::{
    authenticator::{Admission, Authenticator},
    body::{RequestBody, ResponseBody},
    error::AuthError,
};

/// Authenticates requests before the inner service gets them.
///
/// Made by [`SequenceAuthLayer`](crate::SequenceAuthLayer). A clone costs a reference count, and a
/// clone of the inner service.
#[derive(Clone, Debug)]
pub struct SequenceAuth<S> {
    inner: S,
    authenticator: Arc<Authenticator>,
}

impl<S> SequenceAuth<S> {
    pub(crate) fn new(inner: S, authenticator: Arc<Authenticator>) -> Self {
        Self {
            inner,
            authenticator,
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
        self.authenticator.ensure_running();
        Admission::clear(&mut request);
        match self.authenticator.decide(&request) {
            Some(Ok(admission)) => {
                admission.attach(&mut request);
                let call = self.inner.call(request.map(RequestBody::streaming));
                ResponseFuture::calling(call)
            }
            Some(Err(error)) => self.reject(&request, error),
            None => self.authenticate(request),
        }
    }
}

impl<S: Clone> SequenceAuth<S> {
    fn reject<B>(&mut self, request: &Request<B>, error: AuthError) -> ResponseFuture<S, B>
    where
        S: Service<Request<RequestBody<B>>>,
    {
        self.give_up_ready_inner();
        ResponseFuture::rejected(self.rejector(request).reject(error))
    }

    fn authenticate<B>(&mut self, request: Request<B>) -> ResponseFuture<S, B>
    where
        S: Service<Request<RequestBody<B>>>,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.give_up_ready_inner();
        let rejector = self.rejector(&request);
        let authenticator = Arc::clone(&self.authenticator);
        let authentication = Box::pin(authenticator.authenticate(request));
        ResponseFuture::authenticating(authentication, self.inner.clone(), rejector)
    }

    /// Gives up the service that was polled ready, and with it what it may have reserved: a request
    /// without a verified token holds nothing of the inner service.
    fn give_up_ready_inner(&mut self) {
        let not_ready_inner = self.inner.clone();
        let ready_inner = mem::replace(&mut self.inner, not_ready_inner);
        drop(ready_inner);
    }

    fn rejector<B>(&self, request: &Request<B>) -> Rejector {
        let on_reject = self.authenticator.policy().on_reject.as_ref();
        Rejector::new(request, on_reject)
    }
}

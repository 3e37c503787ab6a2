//! The service, which checks each request before the inner service sees it.

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

/// The service that [`SequenceAuthLayer`](crate::SequenceAuthLayer) puts around an inner service.
///
/// It calls the inner service with verified requests, and answers refused ones itself. A request that is refused, or that
/// waits for its verification, does not occupy any capacity of the inner service. The inner service must be [`Clone`]. A
/// clone of `SequenceAuth` increments a reference count and clones the inner service.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "testing")] {
/// # use sequence_auth::testing::LocalIssuer;
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// use std::convert::Infallible;
///
/// use http::{Request, Response};
/// use sequence_auth::{RequestBody, SequenceClaims};
/// use tower::{Layer as _, ServiceExt as _, service_fn};
///
/// let hello = service_fn(async |request: Request<RequestBody<String>>| {
///     let claims = request.extensions().get::<SequenceClaims>();
///     let wallet = claims.map(|claims| claims.wallet().to_string());
///     Ok::<_, Infallible>(Response::new(wallet.unwrap_or_default()))
/// });
/// let issuer = LocalIssuer::new();
/// let service = issuer.layer(13639).layer(hello);
///
/// let refused = service.clone().oneshot(Request::new(String::new())).await?;
/// assert_eq!(refused.status(), 401);
///
/// let mut request = Request::new(String::new());
/// let bearer = format!("Bearer {}", issuer.token().mint());
/// request.headers_mut().insert("authorization", bearer.parse().unwrap());
/// assert_eq!(service.oneshot(request).await?.status(), 200);
/// # Ok::<(), Infallible>(()) }).unwrap();
/// # }
/// ```
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
        self.authenticator.prepare(&mut request);
        let span = self.authenticator.open_span();
        let head = RequestHead::of(&request);
        match span.in_scope(|| self.authenticator.start(head, &span)) {
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
        let authentication = Box::pin(async move {
            let finish = authenticator.finish(wait, request, &span);
            span.around(finish).await
        });
        ResponseFuture::authenticating(authentication, self.inner.clone(), answer)
    }

    /// Replaces the service that was polled ready by a new clone. This releases the capacity that the service may have
    /// reserved: a request without a verified token must not occupy any.
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

//! The layer, and requests that are sent through it.

pub(crate) mod layer;

use std::{
    convert::Infallible,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use sequence_auth::{ResponseBody, SequenceAuthLayer};
use tower::{Layer, Service, service_fn};

pub(crate) use layer::layer;

/// A request with its token in the `Authorization` header.
pub(crate) fn bearer(token: &str) -> Request<Full<Bytes>> {
    Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(Full::default())
        .unwrap()
}

/// Sends a request to a service that does not have to wait.
pub(crate) fn send<S, Req>(service: &mut S, request: Req)
where
    S: Service<Req>,
    S::Error: std::fmt::Debug,
{
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let Poll::Ready(answer) = pin!(service.call(request)).poll(&mut context) else {
        unreachable!("nothing is waited for")
    };
    black_box(answer.unwrap());
}

/// A service that answers at once: what is left without the layer.
pub(crate) fn inner<B: Body>()
-> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone {
    service_fn(|request: Request<B>| async move {
        black_box(request);
        Ok(Response::new(Full::default()))
    })
}

/// The same service behind the layer.
pub(crate) fn protected(
    layer: &SequenceAuthLayer,
) -> impl Service<
    Request<Full<Bytes>>,
    Response = Response<ResponseBody<Full<Bytes>>>,
    Error = Infallible,
> + Clone {
    layer.layer(inner())
}

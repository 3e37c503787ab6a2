//! Shared code of the benches: the layer, requests through it, and the raw check to compare with.

// As in tests: what fails ends the bench.
#![allow(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    missing_debug_implementations,
    missing_docs
)]

pub mod hostile;
mod layer;
mod raw_check;
mod timing;

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

pub use layer::{PROJECT, layer, oms_layer};
pub use raw_check::RawCheck;
pub use timing::{median, timed};

/// A request with its token in the `Authorization` header.
pub fn bearer(token: &str) -> Request<Full<Bytes>> {
    Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(Full::default())
        .unwrap()
}

/// Sends a request to a service that does not have to wait.
pub fn send<S, Req>(service: &mut S, request: Req)
where
    S: Service<Req>,
    S::Error: std::fmt::Debug,
{
    black_box(answer(service, request));
}

/// Sends a request to a service that does not have to wait, and returns its answer.
pub fn answer<S, Req>(service: &mut S, request: Req) -> S::Response
where
    S: Service<Req>,
    S::Error: std::fmt::Debug,
{
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let Poll::Ready(answer) = pin!(service.call(request)).poll(&mut context) else {
        unreachable!("nothing is waited for")
    };
    answer.unwrap()
}

/// A service that answers at once: what is left without the layer.
pub fn inner<B: Body>()
-> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone {
    service_fn(|request: Request<B>| async move {
        black_box(request);
        Ok(Response::new(Full::default()))
    })
}

/// The same service behind the layer.
pub fn protected(
    layer: &SequenceAuthLayer,
) -> impl Service<
    Request<Full<Bytes>>,
    Response = Response<ResponseBody<Full<Bytes>>>,
    Error = Infallible,
> + Clone {
    layer.layer(inner())
}

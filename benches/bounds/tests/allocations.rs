//! How many allocations an accepted request costs: a guard against some that nobody meant to add.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    convert::Infallible,
    future::ready,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sequence_auth::{RequestBody, SequenceAuthLayer, testing::LocalIssuer};
use tower::{Layer, Service, service_fn};

const PROJECT: u64 = 13639;

type Answer = Result<Response<Full<Bytes>>, Infallible>;

/// Returns how many allocations a request with this token adds to those that it costs without the layer.
fn added(layer: &SequenceAuthLayer, token: &str) -> u64 {
    let request = || {
        let request = Request::get("/").header("authorization", format!("Bearer {token}"));
        request.body(Full::<Bytes>::default()).unwrap()
    };
    let answer = || -> Answer { Ok(Response::default()) };
    let protected = layer.layer(service_fn(
        move |_: Request<RequestBody<_>>| ready(answer()),
    ));
    let open = service_fn(move |_: Request<Full<Bytes>>| ready(answer()));
    allocations(protected, request()) - allocations(open, request())
}

fn allocations<S, B>(mut service: S, request: Request<Full<Bytes>>) -> u64
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
{
    let mut context = Context::from_waker(Waker::noop());
    let counted = allocation_counter::measure(|| {
        assert!(service.poll_ready(&mut context).is_ready());
        let Poll::Ready(Ok(answer)) = pin!(service.call(request)).poll(&mut context) else {
            unreachable!("nothing is waited for")
        };
        assert!(answer.status().is_success());
    });
    counted.count_total
}

#[tokio::test]
async fn a_new_token_costs_at_most_ten_allocations_and_a_seen_one_three() {
    let issuer = LocalIssuer::new();
    let layer = issuer.layer(PROJECT);
    layer.ready().await.unwrap();
    // What is made once is made.
    added(&layer, &issuer.token().mint());
    let token = issuer.token().claim("number", 1).mint();
    let [new, again, seen] = [(); 3].map(|()| added(&layer, &token));
    println!("new: {new}, the second time: {again}, seen: {seen}");
    assert!(new <= 10, "{new}");
    assert!(again <= 12, "{again}");
    assert!(seen <= 3, "{seen}");
}

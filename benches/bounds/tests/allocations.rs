//! The allocations of an accepted request, as a guard against accidental ones.

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

/// Returns how many allocations a request with this token adds to the same request without the layer.
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
    assert_at_most(&issuer.layer(PROJECT), &issuer, [10, 13, 3]).await;
}

#[tokio::test]
async fn a_new_token_of_oms_wallet_costs_at_most_eight_allocations_and_a_seen_one_three() {
    let issuer = LocalIssuer::oms_wallet();
    assert_at_most(&issuer.layer("prj_01"), &issuer, [8, 11, 3]).await;
}

#[tokio::test]
async fn a_second_issuer_costs_no_allocation() {
    let (embedded, oms) = (LocalIssuer::new(), LocalIssuer::oms_wallet());
    let layer = embedded.layer(PROJECT).or(oms.layer("prj_01")).unwrap();
    assert_at_most(&layer, &embedded, [10, 13, 3]).await;
    assert_at_most(&layer, &oms, [8, 11, 3]).await;
}

/// Sends a token three times: it is new, then repeated, which caches it, then seen.
async fn assert_at_most(layer: &SequenceAuthLayer, issuer: &LocalIssuer, limits: [u64; 3]) {
    layer.ready().await.unwrap();
    // What is made once is made: for new tokens and for seen ones.
    let first = issuer.token().mint();
    for _ in 0..3 {
        added(layer, &first);
    }
    let token = issuer.token().claim("number", 1).mint();
    let counts = [(); 3].map(|()| added(layer, &token));
    println!("new, the second time, seen: {counts:?}");
    for (count, limit) in counts.into_iter().zip(limits) {
        assert!(count <= limit, "{counts:?}");
    }
}

//! The layer calls the inner service that was polled ready, and a waiting request does not hold it.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::SystemTime,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use sequence_auth::{
    BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError, RequestBody, testing::LocalIssuer,
};
use tokio::{
    sync::{Semaphore, oneshot},
    time::Duration,
};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_layer::Layer;

use crate::support::{
    ISSUER, PROJECT, Script, Step, bearer, data, json, layer, with_field, without_token,
};

type TestRequest = Request<RequestBody<Script>>;

/// Panics if it is called without having been polled ready, and counts the live ready clones.
struct Strict {
    is_ready: bool,
    reserved: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Strict {
    fn new() -> (Self, Arc<AtomicUsize>) {
        let reserved = Arc::new(AtomicUsize::new(0));
        let service = Self {
            is_ready: false,
            reserved: Arc::clone(&reserved),
            calls: Arc::default(),
        };
        (service, reserved)
    }

    fn release(&mut self) {
        if std::mem::take(&mut self.is_ready) {
            self.reserved.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self {
            is_ready: false,
            reserved: Arc::clone(&self.reserved),
            calls: Arc::clone(&self.calls),
        }
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        self.release();
    }
}

impl Service<TestRequest> for Strict {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if !self.is_ready {
            self.is_ready = true;
            self.reserved.fetch_add(1, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: TestRequest) -> Self::Future {
        assert!(self.is_ready, "called without being ready");
        self.release();
        self.calls.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Response::default()))
    }
}

#[tokio::test]
async fn ready_service_is_the_one_called() {
    let (inner, reserved) = Strict::new();
    let mut service = layer().layer(inner);
    for request in [
        bearer(&ISSUER.token().mint()),
        with_field(&ISSUER.token().mint()),
        bearer(&ISSUER.token().mint()),
    ] {
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(reserved.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn good_bearer_request_is_forwarded_at_once() {
    let (inner, _) = Strict::new();
    let calls = Arc::clone(&inner.calls);
    let mut service = layer().layer(inner);
    let request = bearer(&ISSUER.token().mint());
    let response = service.ready().await.unwrap().call(request);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    drop(response);
}

#[tokio::test]
async fn unverified_request_releases_inner_service() {
    let (inner, reserved) = Strict::new();
    let mut service = layer().layer(inner);
    for request in [
        without_token(),
        bearer(&ISSUER.token().expired().mint()),
        bearer("x"),
    ] {
        let refused = service.ready().await.unwrap().call(request);
        assert_eq!(reserved.load(Ordering::Relaxed), 0);
        assert!(refused.await.unwrap().status().is_client_error());
    }
    let hanging = json(Script::chunked([data("{"), Step::Hang]));
    let waiting = tokio::spawn(service.ready().await.unwrap().call(hanging));
    tokio::task::yield_now().await;
    assert_eq!(reserved.load(Ordering::Relaxed), 0);
    waiting.abort();
}

#[tokio::test]
async fn request_waiting_for_keys_releases_inner_service() {
    let layer = sequence_auth::SequenceAuthLayer::builder(PROJECT)
        .key_fetcher(std::future::pending)
        .build()
        .unwrap();
    let (inner, reserved) = Strict::new();
    let mut service = layer.layer(inner);
    let request = bearer(&LocalIssuer::new().token().mint());
    let waiting = tokio::spawn(service.ready().await.unwrap().call(request));
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    assert_eq!(reserved.load(Ordering::Relaxed), 0);
    waiting.abort();
}

#[tokio::test]
async fn request_waiting_for_store_releases_inner_service() {
    let (inner, reserved) = Strict::new();
    let calls = Arc::clone(&inner.calls);
    let recorded = Arc::new(Semaphore::new(0));
    let layer = layer().once(Slow(Arc::clone(&recorded)));
    let mut service = layer.layer(inner);
    for request in [
        bearer(&ISSUER.token().mint()),
        with_field(&ISSUER.token().mint()),
    ] {
        let waiting = tokio::spawn(service.ready().await.unwrap().call(request));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert_eq!(reserved.load(Ordering::Relaxed), 0);
        recorded.add_permits(1);
        assert_eq!(waiting.await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    assert_eq!(reserved.load(Ordering::Relaxed), 0);
}

/// A store that records a use when the test lets it.
struct Slow(Arc<Semaphore>);

impl OneTimeStore for Slow {
    fn first_use<'a>(
        &'a self,
        _: &'a OneTimeKey,
        _: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(async {
            self.0.acquire().await.unwrap().forget();
            Ok(true)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn slow_body_holds_no_concurrency_permit() {
    let service = ServiceBuilder::new()
        .layer(layer())
        .concurrency_limit(1)
        .service(service_fn(async |_: TestRequest| {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }));
    let dripping = json(Script::chunked([data("{"), Step::Hang]));
    let dripping = tokio::spawn(service.clone().oneshot(dripping));
    tokio::task::yield_now().await;
    let good = service.oneshot(bearer(&ISSUER.token().mint()));
    let good = tokio::time::timeout(Duration::from_millis(10), good).await;
    assert_eq!(good.unwrap().unwrap().status(), StatusCode::OK);
    assert!(!dripping.is_finished());
    let dripping = dripping.await.unwrap().unwrap();
    assert_eq!(dripping.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn requests_pass_through_buffer_and_concurrency_limit() {
    let service = ServiceBuilder::new()
        .layer(layer())
        .buffer(4)
        .concurrency_limit(2)
        .service(service_fn(async |request: TestRequest| {
            tokio::task::yield_now().await;
            assert!(
                request
                    .extensions()
                    .get::<sequence_auth::SequenceClaims>()
                    .is_some()
            );
            Ok::<_, BoxError>(Response::new(Full::<Bytes>::default()))
        }));
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..40 {
        let token = ISSUER.token().mint();
        let request = if number % 2 == 0 {
            bearer(&token)
        } else {
            with_field(&token)
        };
        requests.spawn(service.clone().oneshot(request));
    }
    while let Some(response) = requests.join_next().await {
        assert_eq!(response.unwrap().unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn inner_error_is_passed_on() {
    let failing = service_fn(async |_: TestRequest| Err::<Response<Full<Bytes>>, _>("inner error"));
    for request in [
        bearer(&ISSUER.token().mint()),
        with_field(&ISSUER.token().mint()),
    ] {
        let result = layer().layer(failing).oneshot(request).await;
        assert_eq!(result.unwrap_err(), "inner error");
    }
}

#[tokio::test]
async fn disconnect_ends_the_inner_call() {
    for request in [
        bearer(&ISSUER.token().mint()),
        with_field(&ISSUER.token().mint()),
    ] {
        let (called, was_called) = oneshot::channel();
        let (running, ended) = oneshot::channel::<()>();
        let signals = Arc::new(std::sync::Mutex::new(Some((called, running))));
        let service = layer().layer(service_fn(move |_: TestRequest| {
            let signals = signals.lock().unwrap().take();
            async move {
                let (called, running) = signals.expect("it is called once");
                called.send(()).unwrap();
                let response = std::future::pending().await;
                drop(running);
                Ok::<Response<Full<Bytes>>, Infallible>(response)
            }
        }));
        let request = tokio::spawn(service.oneshot(request));
        was_called.await.unwrap();
        request.abort();
        // Dropping the inner call drops this sender.
        let ended = tokio::time::timeout(Duration::from_secs(60), ended).await;
        ended.expect("the inner call has ended").unwrap_err();
    }
}

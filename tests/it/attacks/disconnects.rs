//! Class 19: a client may disconnect at any point, and several tokens without keys cause a single refusal.

use std::{
    convert::Infallible,
    future::pending,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use sequence_auth::{
    AuthErrorKind as Kind, FetchError, FetchKeys, RequestBody, SequenceAuthLayer,
    testing::LocalIssuer,
};
use tokio::{sync::Semaphore, task::yield_now};
use tower::{Service, ServiceExt};
use tower_layer::Layer;

use crate::support::{ISSUER, PROJECT, Script, Step, bearer, data, json, layer, send, with_field};

type TestRequest = Request<RequestBody<Script>>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Fetching = BoxFuture<Result<Bytes, FetchError>>;

/// An inner service that is ready, and responds, only when the test lets it.
#[derive(Clone)]
struct Gate {
    is_ready: Arc<AtomicBool>,
    answers: Arc<Semaphore>,
}

impl Gate {
    fn new(is_ready: bool, does_answer: bool) -> Self {
        Self {
            is_ready: Arc::new(is_ready.into()),
            answers: Arc::new(Semaphore::new(does_answer.into())),
        }
    }

    fn open(&self) {
        self.is_ready.store(true, Ordering::Relaxed);
        self.answers.add_permits(1);
    }
}

impl Service<TestRequest> for Gate {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = BoxFuture<Result<Self::Response, Infallible>>;

    // The waker does nothing: the client disconnects instead of waiting.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        match self.is_ready.load(Ordering::Relaxed) {
            true => Poll::Ready(Ok(())),
            false => Poll::Pending,
        }
    }

    fn call(&mut self, request: TestRequest) -> Self::Future {
        let answers = Arc::clone(&self.answers);
        Box::pin(async move {
            let _permit = answers.acquire().await.unwrap();
            drop(request);
            Ok(Response::default())
        })
    }
}

/// Calls a service and drops the future while the response is pending. Asserts that the request was dropped as well.
/// Then opens the gate: the next request must pass.
async fn leave(layer: &SequenceAuthLayer, gate: &Gate, mut request: Request<Script>) {
    let mut service = layer.layer(gate.clone());
    let held = Arc::new(());
    request.extensions_mut().insert(Arc::clone(&held));
    let request = tokio::spawn(service.call(request));
    for _ in 0..5 {
        yield_now().await;
    }
    assert!(!request.is_finished(), "there is nothing to wait for");
    assert_eq!(Arc::strong_count(&held), 2);
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!(Arc::strong_count(&held), 1);
    gate.open();
}

/// Class 19: at each point at which a request waits. CVE-2024-45809 (Envoy) was a crash during such a wait.
#[tokio::test(start_paused = true)]
async fn client_may_disconnect_while_body_is_read() {
    let gate = Gate::new(true, true);
    let hanging = json(Script::chunked([data("{"), Step::Hang]));
    leave(&layer(), &gate, hanging).await;
    assert_passes(&layer(), &gate, &ISSUER).await;
}

#[tokio::test(start_paused = true)]
async fn client_may_disconnect_while_keys_are_fetched() {
    let issuer = LocalIssuer::new();
    let without_keys = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/");
    let with_old_keys = issuer.builder(PROJECT);
    issuer.rotate();
    for builder in [without_keys, with_old_keys] {
        let (fetcher, may_fetch) = slow_fetcher(&issuer);
        let layer = builder.key_fetcher(fetcher).build().unwrap();
        let token = issuer.token().mint();
        for request in [bearer(&token), with_field(&token)] {
            leave(&layer, &Gate::new(true, true), request).await;
        }
        may_fetch.add_permits(1);
        assert_passes(&layer, &Gate::new(true, true), &issuer).await;
    }
}

#[tokio::test(start_paused = true)]
async fn client_may_disconnect_before_inner_is_ready() {
    let gate = Gate::new(false, true);
    leave(&layer(), &gate, with_field(&ISSUER.token().mint())).await;
    assert_passes(&layer(), &gate, &ISSUER).await;
}

#[tokio::test(start_paused = true)]
async fn client_may_disconnect_while_handler_runs() {
    let token = ISSUER.token().mint();
    for request in [bearer(&token), with_field(&token)] {
        let gate = Gate::new(true, false);
        leave(&layer(), &gate, request).await;
        assert_passes(&layer(), &gate, &ISSUER).await;
    }
}

/// An issuer that responds from the moment when the test lets it.
fn slow_fetcher(issuer: &LocalIssuer) -> (impl FetchKeys, Arc<Semaphore>) {
    let may_fetch = Arc::new(Semaphore::new(0));
    let (issuer, permits) = (issuer.clone(), Arc::clone(&may_fetch));
    let fetcher = move || {
        let (issuer, permits) = (issuer.clone(), Arc::clone(&permits));
        async move {
            let _permit = permits.acquire().await.unwrap();
            Ok::<Bytes, FetchError>(issuer.jwks().into())
        }
    };
    (fetcher, may_fetch)
}

async fn assert_passes(layer: &SequenceAuthLayer, gate: &Gate, issuer: &LocalIssuer) {
    let token = issuer.token().mint();
    for request in [bearer(&token), with_field(&token)] {
        let service = layer.layer(gate.clone());
        let response = tokio::time::timeout(Duration::from_secs(10), service.oneshot(request));
        assert_eq!(response.await.unwrap().unwrap().status(), StatusCode::OK);
    }
}

/// Class 19: several tokens in a request while every fetch fails. CVE-2025-64527 (Envoy) crashed.
#[tokio::test(start_paused = true)]
async fn several_tokens_without_keys_are_refused() {
    let issuer = LocalIssuer::new();
    let token = issuer.token().mint();
    let fetchers: [fn() -> Fetching; 3] = [
        || Box::pin(async { Err(FetchError::new("down")) }),
        || Box::pin(pending()),
        || panic!("the fetcher panics"),
    ];
    for fetcher in fetchers {
        let layer = SequenceAuthLayer::builder(PROJECT)
            .key_fetcher(fetcher)
            .build()
            .unwrap();
        let mut both = with_field(&token);
        let value = format!("Bearer {token}");
        both.headers_mut()
            .insert("authorization", value.parse().unwrap());
        let mut three = with_field(&token);
        for _ in 0..2 {
            three
                .headers_mut()
                .append("authorization", value.parse().unwrap());
        }
        let twice = json(format!(
            r#"{{"sequenceToken":"{token}","sequenceToken":"{token}"}}"#
        ));
        for (request, kind) in [
            (both, Kind::KeysUnavailable),
            (three, Kind::RepeatedAuthorization),
            (twice, Kind::RepeatedTokenField),
        ] {
            send(&layer, request).await.assert_refused(kind);
        }
    }
}

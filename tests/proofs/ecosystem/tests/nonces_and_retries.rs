//! What becomes of a nonce where somebody sends a request again, or refuses it for its pace.

use std::{
    convert::Infallible,
    future::{Ready, pending, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use http_body_util::Full;
use sequence_auth::{AuthError, AuthErrorKind as Kind, NonceKey, Nonces, SequenceAuthLayer};
use tokio::sync::Notify;
use tower::{
    BoxError, Service, ServiceBuilder, ServiceExt, load_shed::error::Overloaded, retry::Policy,
    service_fn,
};
use tower_http::timeout::TimeoutLayer;

use crate::support::{ISSUER, auth};

fn login() -> (Nonces, SequenceAuthLayer) {
    let nonces = Nonces::new(NonceKey::random());
    (nonces.clone(), auth().with_nonces(nonces))
}

/// A request to sign in, with a token for a nonce of its own.
fn sign_in(nonces: &Nonces) -> Request<Full<Bytes>> {
    let token = ISSUER.token().nonce(&nonces.issue()).mint();
    let request = Request::post("/login").header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(Full::default()).unwrap()
}

fn kind<B>(response: &Response<B>) -> Option<Kind> {
    response.extensions().get().map(AuthError::kind)
}

/// Repeats a request if the response is a server error.
#[derive(Clone)]
struct OnceMore(bool);

impl<B, R> Policy<Request<B>, Response<R>, Infallible> for OnceMore
where
    Request<B>: Clone,
{
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<B>,
        result: &mut Result<Response<R>, Infallible>,
    ) -> Option<Ready<()>> {
        let response = result.as_ref().ok()?;
        let is_due = self.0 && response.status().is_server_error();
        self.0 = false;
        is_due.then(|| ready(()))
    }

    fn clone_request(&mut self, request: &Request<B>) -> Option<Request<B>> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn a_retry_outside_finds_the_nonce_used() {
    let (nonces, layer) = login();
    let calls = Arc::new(AtomicUsize::new(0));
    let failing = {
        let calls = Arc::clone(&calls);
        service_fn(move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            ready(Ok::<_, Infallible>(response))
        })
    };
    let once_more = tower::retry::RetryLayer::new(OnceMore(true));
    let app = ServiceBuilder::new()
        .layer(once_more)
        .layer(layer)
        .service(failing);
    let response = app.oneshot(sign_in(&nonces)).await.unwrap();
    assert_eq!(kind(&response), Some(Kind::UsedNonce));
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_lost_an_answer_needs_a_new_nonce() {
    let (nonces, layer) = login();
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(3));
    let hanging = service_fn(|_| pending::<Result<Response<Body>, Infallible>>());
    let app = ServiceBuilder::new()
        .layer(timeout)
        .layer(layer)
        .service(hanging);
    let first = sign_in(&nonces);
    let lost = app.clone().oneshot(first.clone()).await.unwrap();
    assert_eq!(lost.status(), StatusCode::GATEWAY_TIMEOUT);
    let again = app.clone().oneshot(first).await.unwrap();
    assert_eq!(kind(&again), Some(Kind::UsedNonce));
    let anew = app.oneshot(sign_in(&nonces)).await.unwrap();
    assert_eq!(anew.status(), StatusCode::GATEWAY_TIMEOUT);
}

/// A handler that reports its call, and responds on command.
#[derive(Clone, Default)]
struct Held {
    is_called: Arc<Notify>,
    may_answer: Arc<Notify>,
}

impl Held {
    async fn answer(self) -> Result<Response<Body>, Infallible> {
        self.is_called.notify_one();
        self.may_answer.notified().await;
        Ok(Response::default())
    }
}

/// Sends a request that is held, a second that finds the server full, and the second again when there is room.
async fn second_refused_then_again<S, B>(app: S, held: Held, nonces: &Nonces) -> Response<B>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = BoxError>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    let first = tokio::spawn(app.clone().oneshot(sign_in(nonces)));
    held.is_called.notified().await;
    let second = sign_in(nonces);
    let Err(refused) = app.clone().oneshot(second.clone()).await else {
        panic!("there was room");
    };
    assert!(refused.is::<Overloaded>(), "{refused}");
    held.may_answer.notify_one();
    assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
    held.may_answer.notify_one();
    app.oneshot(second).await.unwrap()
}

#[tokio::test]
async fn a_limit_outside_leaves_the_nonce_of_what_it_refuses() {
    let ((nonces, layer), held) = (login(), Held::default());
    let handler = held.clone();
    let app = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .layer(layer)
        .service_fn(move |_| handler.clone().answer());
    let again = second_refused_then_again(app, held, &nonces).await;
    assert_eq!(again.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_limit_inside_uses_up_the_nonce_of_what_it_refuses() {
    let ((nonces, layer), held) = (login(), Held::default());
    let handler = held.clone();
    let app = ServiceBuilder::new()
        .layer(layer)
        .load_shed()
        .concurrency_limit(1)
        .service_fn(move |_| handler.clone().answer());
    let again = second_refused_then_again(app, held, &nonces).await;
    assert_eq!(kind(&again), Some(Kind::UsedNonce));
}

#[tokio::test]
async fn a_limit_between_two_layers_leaves_the_nonce_to_the_inner_one() {
    let ((nonces, layer), held) = (login(), Held::default());
    let handler = held.clone();
    let app = ServiceBuilder::new()
        .layer(auth())
        .load_shed()
        .concurrency_limit(1)
        .layer(layer)
        .service_fn(move |_| handler.clone().answer());
    let again = second_refused_then_again(app, held, &nonces).await;
    assert_eq!(again.status(), StatusCode::OK);
}

//! The layer outside and inside of the layers of tower-http.

use std::{
    convert::Infallible,
    future::pending,
    io::Read,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, Channel, Full};
use sequence_auth::{AuthError, AuthErrorKind as Kind, SequenceClaims};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::Instant,
};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn, util::BoxCloneSyncService};
use tower_http::{
    catch_panic::{CatchPanicLayer, DefaultResponseForPanic},
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
    trace::{HttpMakeClassifier, TraceLayer},
};
use tracing::Span;

use crate::support::{auth, body_with_token, chunked, dripping, json, with_bearer};

pub(crate) type App = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// Puts layers, the outermost first, around a handler: in a plain stack, and in an axum router.
macro_rules! apps {
    ([$($layer:expr),+ $(,)?], $handler:expr) => {{
        let layers = ServiceBuilder::new()$(.layer($layer))+;
        let plain = layers.clone().service_fn($handler);
        let router = Router::new().fallback_service(service_fn($handler)).layer(layers);
        [app(plain), app(router)]
    }};
}
pub(crate) use apps;

pub(crate) fn app<S, B>(stack: S) -> App
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    App::new(stack.map_response(|response| response.map(Body::new)))
}

/// Answers with the request's body as it came, and with the email that its claims hold.
pub(crate) async fn echo<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: ToString,
{
    let claims: &SequenceClaims = request.extensions().get().expect("the layer ran");
    let email = HeaderValue::from_str(claims.email().unwrap()).unwrap();
    let mut response = match request.into_body().collect().await {
        Ok(body) => Response::new(body.to_bytes().into()),
        Err(error) => unreadable(&error.to_string()),
    };
    response.headers_mut().insert("x-email", email);
    Ok(response)
}

fn unreadable(problem: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(problem.to_owned().into());
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    refusal: Option<Kind>,
}

async fn send(app: &App, request: Request<Body>) -> Answer {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
        refusal: parts.extensions.get().map(AuthError::kind),
    }
}

fn without_token() -> Request<Body> {
    Request::get("/").body(Body::empty()).unwrap()
}

/// Checks that a token in the header and one in the body pass with the whole body, and that a request
/// without one is refused.
pub(crate) async fn assert_authenticate(apps: [App; 2]) {
    for app in apps {
        for (builder, text) in [
            (with_bearer(), "any bytes".to_owned()),
            (json(), body_with_token()),
        ] {
            let answer = send(&app, builder.body(text.clone().into()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.headers["x-email"], "player@example.com");
            assert_eq!(answer.body, text);
        }
        let refused = send(&app, without_token()).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refused.refusal, Some(Kind::MissingToken));
        assert!(refused.headers.contains_key("www-authenticate"));
        assert!(refused.body.starts_with(br#"{"error":"missing_token""#));
    }
}

fn trace() -> TraceLayer<HttpMakeClassifier> {
    TraceLayer::new_for_http()
}

fn cors() -> CorsLayer {
    // A wildcard does not cover `Authorization` (Fetch, "CORS non-wildcard request-header name").
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
}

/// This status distinguishes the timeout from the layer's own.
fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(3))
}

fn compression() -> CompressionLayer {
    CompressionLayer::new()
}

fn catch_panic() -> CatchPanicLayer<DefaultResponseForPanic> {
    CatchPanicLayer::new()
}

fn limit(bytes: usize) -> RequestBodyLimitLayer {
    RequestBodyLimitLayer::new(bytes)
}

#[tokio::test]
async fn trace_composes_on_either_side() {
    assert_authenticate(apps!([trace(), auth()], echo)).await;
    assert_authenticate(apps!([auth(), trace()], echo)).await;
}

#[tokio::test]
async fn cors_composes_on_either_side() {
    assert_authenticate(apps!([cors(), auth()], echo)).await;
    assert_authenticate(apps!([auth(), cors()], echo)).await;
}

#[tokio::test]
async fn timeout_composes_on_either_side() {
    assert_authenticate(apps!([timeout(), auth()], echo)).await;
    assert_authenticate(apps!([auth(), timeout()], echo)).await;
    // `TimeoutLayer` requires a body with `Default`, which the innermost body does not have.
    assert_authenticate(apps!([timeout(), auth(), trace()], echo)).await;
}

#[tokio::test]
async fn a_body_limit_composes_on_either_side() {
    assert_authenticate(apps!([limit(4096), auth()], echo)).await;
    assert_authenticate(apps!([auth(), limit(4096)], echo)).await;
}

#[tokio::test]
async fn compression_composes_on_either_side() {
    assert_authenticate(apps!([compression(), auth()], echo)).await;
    assert_authenticate(apps!([auth(), compression()], echo)).await;
}

#[tokio::test]
async fn catch_panic_composes_on_either_side() {
    assert_authenticate(apps!([catch_panic(), auth()], echo)).await;
    assert_authenticate(apps!([auth(), catch_panic()], echo)).await;
}

/// All six on both sides at once. `TimeoutLayer` requires a body with `Default`, and the body of `TraceLayer` does not
/// have it. So `CatchPanicLayer`, which boxes the body, is between the two.
macro_rules! everything {
    () => {
        apps!(
            [
                trace(),
                catch_panic(),
                limit(4096),
                cors(),
                compression(),
                timeout(),
                auth(),
                cors(),
                compression(),
                timeout(),
                catch_panic(),
                limit(4096),
                trace(),
            ],
            echo
        )
    };
}

#[tokio::test]
async fn all_compose_together_on_both_sides() {
    assert_authenticate(everything!()).await;
}

#[tokio::test]
async fn all_together_serve_a_connection() {
    for app in everything!() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = axum::serve(listener, Router::new().fallback_service(app));
        let server = tokio::spawn(server.into_future());
        let exchange = async |request: String| {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            answer
        };
        let body = body_with_token();
        let passed = exchange(format!(
            "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len(),
        ))
        .await;
        assert!(passed.starts_with("HTTP/1.1 200 OK"), "{passed}");
        assert!(passed.ends_with(&body), "{passed}");
        let refused = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let refused = exchange(refused.to_owned()).await;
        assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
        assert!(refused.contains("content-length: "), "{refused}");
        server.abort();
    }
}

fn preflight() -> Request<Body> {
    Request::options("/")
        .header("origin", "https://game.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn cors_outside_answers_a_preflight_without_a_token() {
    for app in apps!([cors(), auth()], echo) {
        let answer = send(&app, preflight()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        let allowed = answer.headers["access-control-allow-headers"].to_str();
        assert!(allowed.unwrap().contains("authorization"));
    }
}

#[tokio::test]
async fn cors_outside_lets_a_browser_read_a_refusal() {
    for app in apps!([cors(), auth()], echo) {
        let answer = send(&app, without_token()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn cors_inside_never_sees_a_preflight() {
    for app in apps!([auth(), cors()], echo) {
        let answer = send(&app, preflight()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.refusal, Some(Kind::MissingToken));
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn a_limit_outside_refuses_a_declared_length_itself() {
    for app in apps!([limit(16), auth()], echo) {
        let text = body_with_token();
        let request = json().header(CONTENT_LENGTH, text.len());
        let answer = send(&app, request.body(text.into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.refusal, None);
        assert_eq!(answer.body, "length limit exceeded");
    }
}

#[tokio::test]
async fn a_body_that_exceeds_a_limit_outside_is_refused_as_too_large() {
    for app in apps!([limit(16), auth()], echo) {
        for body in [chunked(&body_with_token()), body_with_token().into()] {
            let answer = send(&app, json().body(body).unwrap()).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(answer.refusal, Some(Kind::BodyTooLarge));
            assert!(answer.body.starts_with(br#"{"error":"invalid_request""#));
        }
    }
}

#[tokio::test]
async fn a_limit_inside_limits_what_the_handler_reads() {
    for app in apps!([auth(), limit(16)], echo) {
        let text = body_with_token();
        for request in [
            with_bearer().body(chunked(&text)).unwrap(),
            json().body(chunked(&text)).unwrap(),
            json().body(text.clone().into()).unwrap(),
        ] {
            let answer = send(&app, request).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.headers["x-email"], "player@example.com");
            assert_eq!(answer.body, "length limit exceeded");
        }
        let declared = json().header(CONTENT_LENGTH, text.len());
        let answer = send(&app, declared.body(text.into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.refusal, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_outside_ends_a_dripping_body() {
    for app in apps!([timeout(), auth()], echo) {
        let start = Instant::now();
        let answer = send(&app, json().body(dripping()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(start.elapsed().as_secs(), 3);
        assert!(answer.body.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_leaves_a_dripping_body_to_the_authentication() {
    for app in apps!([auth(), timeout()], echo) {
        let start = Instant::now();
        let answer = send(&app, json().body(dripping()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(answer.refusal, Some(Kind::BodyTimeout));
        assert_eq!(start.elapsed().as_secs(), 5);
    }
}

async fn hang<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_ends_a_hanging_handler() {
    for app in apps!([auth(), timeout()], hang) {
        for request in [
            with_bearer().body(Body::empty()).unwrap(),
            json().body(body_with_token().into()).unwrap(),
        ] {
            let start = Instant::now();
            let answer = send(&app, request).await;
            assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
            assert_eq!(start.elapsed().as_secs(), 3);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_ends_a_handler_that_reads_a_dripping_body() {
    for app in apps!([auth(), timeout()], echo) {
        let answer = send(&app, with_bearer().body(dripping()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    }
}

fn gunzip(body: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(body).read_to_string(&mut text).unwrap();
    text
}

fn asking_for_gzip(mut request: Request<Body>) -> Request<Body> {
    let gzip = HeaderValue::from_static("gzip");
    request.headers_mut().insert(ACCEPT_ENCODING, gzip);
    request
}

#[tokio::test]
async fn compression_outside_compresses_a_refusal_and_keeps_its_status() {
    for app in apps!([compression(), auth()], echo) {
        let answer = send(&app, asking_for_gzip(without_token())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers["content-encoding"], "gzip");
        assert_eq!(
            answer.headers["www-authenticate"],
            r#"Bearer realm="sequence""#
        );
        assert!(gunzip(&answer.body).starts_with(r#"{"error":"missing_token""#));
    }
}

#[tokio::test]
async fn compression_inside_compresses_the_answer_of_the_handler_alone() {
    for app in apps!([auth(), compression()], echo) {
        let text = body_with_token();
        let request = json().body(text.clone().into()).unwrap();
        let answer = send(&app, asking_for_gzip(request)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["content-encoding"], "gzip");
        assert_eq!(gunzip(&answer.body), text);
        let refused = send(&app, asking_for_gzip(without_token())).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(!refused.headers.contains_key("content-encoding"));
        assert!(refused.body.starts_with(br#"{"error":"missing_token""#));
    }
}

async fn fail<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    panic!("the handler failed")
}

async fn assert_panics_are_caught(apps: [App; 2]) {
    for app in apps {
        for request in [
            with_bearer().body(Body::empty()).unwrap(),
            json().body(body_with_token().into()).unwrap(),
        ] {
            let answer = send(&app, request).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        }
        let refused = send(&app, without_token()).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_panic_of_the_handler_is_caught_on_either_side() {
    assert_panics_are_caught(apps!([catch_panic(), auth()], fail)).await;
    assert_panics_are_caught(apps!([auth(), catch_panic()], fail)).await;
}

#[derive(Clone, Debug, PartialEq)]
enum Event {
    Chunk(usize),
    End { trailers: bool },
}

/// A `TraceLayer` that writes down what it sees of the bodies that pass it.
macro_rules! recording {
    ($events:expr) => {{
        let (chunks, ends) = (Arc::clone(&$events), Arc::clone(&$events));
        trace()
            .on_body_chunk(move |chunk: &Bytes, _: Duration, _: &Span| {
                chunks.lock().unwrap().push(Event::Chunk(chunk.len()));
            })
            .on_eos(move |trailers: Option<&HeaderMap>, _: Duration, _: &Span| {
                let trailers = trailers.is_some();
                ends.lock().unwrap().push(Event::End { trailers });
            })
    }};
}

const CHECKSUM: HeaderName = HeaderName::from_static("x-checksum");

async fn stream<B>(_: Request<B>) -> Result<Response<Channel<Bytes>>, Infallible> {
    let (mut sender, body) = Channel::new(3);
    let trailers = HeaderMap::from_iter([(CHECKSUM, HeaderValue::from_static("abc"))]);
    for frame in [
        Frame::data(Bytes::from_static(b"ab")),
        Frame::data(Bytes::from_static(b"c")),
        Frame::trailers(trailers),
    ] {
        assert!(sender.try_send(frame).is_ok());
    }
    Ok(Response::new(body))
}

#[tokio::test]
async fn trace_sees_every_chunk_and_the_trailers_of_an_answer() {
    let events = Arc::new(Mutex::new(Vec::new()));
    for app in apps!([recording!(events), auth()], stream) {
        let answer = send(&app, with_bearer().body(Body::empty()).unwrap()).await;
        assert_eq!(answer.body, "abc");
        let seen = std::mem::take(&mut *events.lock().unwrap());
        let end = Event::End { trailers: true };
        assert_eq!(seen, [Event::Chunk(2), Event::Chunk(1), end]);
    }
}

#[tokio::test]
async fn trace_sees_the_end_of_a_refusal_with_its_only_chunk() {
    let events = Arc::new(Mutex::new(Vec::new()));
    for app in apps!([recording!(events), auth()], echo) {
        let mut body = app.oneshot(without_token()).await.unwrap().into_body();
        let length = body.size_hint().exact().unwrap();
        assert!(!body.is_end_stream());
        let chunk = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(chunk.len() as u64, length);
        assert!(body.is_end_stream());
        let seen = std::mem::take(&mut *events.lock().unwrap());
        let end = Event::End { trailers: false };
        assert_eq!(seen, [Event::Chunk(chunk.len()), end]);
    }
}

#[tokio::test]
async fn the_size_and_the_end_of_an_answer_are_forwarded() {
    for app in apps!([auth()], echo) {
        for (text, is_end) in [("", true), ("four", false)] {
            let request = with_bearer().body(text.into()).unwrap();
            let body = app.clone().oneshot(request).await.unwrap().into_body();
            assert_eq!(body.size_hint().exact(), Some(text.len() as u64));
            assert_eq!(body.is_end_stream(), is_end);
        }
    }
    for app in apps!([auth()], stream) {
        let request = with_bearer().body(Body::empty()).unwrap();
        let body = app.oneshot(request).await.unwrap().into_body();
        assert_eq!(
            (body.size_hint().exact(), body.is_end_stream()),
            (None, false)
        );
    }
}

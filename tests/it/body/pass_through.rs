//! The handler gets the original body, whether or not it was searched.

use std::{
    convert::Infallible,
    future::ready,
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full, StreamBody};
use sequence_auth::{AuthErrorKind as Kind, RequestBody, SequenceAuthLayer};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

use super::body_of;
use crate::support::{ISSUER, Script, Step, bearer, data, json, layer, send};

#[tokio::test]
async fn body_with_token_is_passed_on_unchanged() {
    let body = format!(
        " {{ \"a\" : [1, 2.50, null], \"sequenceToken\" :\t\"{}\",\"ü\":\"\\u00fc\" }}\n",
        ISSUER.token().mint()
    );
    let answer = send(&layer(), json(body.clone())).await;
    answer.claims();
    assert_eq!(answer.seen().body(), body.as_bytes());
    let length = body.len() as u64;
    assert_eq!(answer.seen().size_hint, (length, Some(length)));
}

#[tokio::test]
async fn single_frame_is_passed_on_uncopied() {
    let body = Bytes::from(body_of(2000));
    let address = body.as_ptr();
    let answer = send(&layer(), json(Script::chunked([data(body)]))).await;
    assert_eq!(answer.seen().frames[0].as_ptr(), address);
}

#[tokio::test]
async fn chunked_body_is_passed_on_with_trailers() {
    let body = body_of(3000);
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "abc".parse().unwrap());
    let mut steps: Vec<_> = body
        .as_bytes()
        .chunks(7)
        .map(|chunk| data(chunk.to_vec()))
        .collect();
    steps.insert(3, data(""));
    steps.push(Step::Trailers(trailers.clone()));
    let answer = send(&layer(), json(Script::chunked(steps))).await;
    answer.claims();
    assert_eq!(answer.seen().body(), body.as_bytes());
    assert_eq!(answer.seen().trailers, Some(trailers));
}

#[tokio::test]
async fn frame_over_limit_is_passed_on_uncopied() {
    let large = Bytes::from(vec![b' '; 5000]);
    let body = [data("{"), data(large.clone()), data("}")];
    let lenient = layer().optional().body_limit(1024);
    let answer = send(&lenient, json(Script::chunked(body))).await;
    assert!(answer.seen().anonymous);
    assert_eq!(answer.seen().frames, [&b"{"[..], &large, b"}"]);
    assert_eq!(answer.seen().frames[1].as_ptr(), large.as_ptr());
    assert_eq!(answer.seen().size_hint, (5001, None));
}

/// A body that pauses for a minute before this part, or before its end.
fn slow(
    parts: &[Frame<Bytes>],
    pause: usize,
) -> impl Body<Data = Bytes, Error = Infallible> + use<> {
    let (sender, receiver) = mpsc::channel(1);
    let parts: Vec<_> = parts.iter().map(copy).collect();
    tokio::spawn(async move {
        for (number, part) in parts.into_iter().enumerate() {
            if number == pause {
                sleep(Duration::from_secs(60)).await;
            }
            if sender.send(Ok(part)).await.is_err() {
                return;
            }
        }
        sleep(Duration::from_secs(60)).await;
    });
    StreamBody::new(ReceiverStream::new(receiver))
}

fn copy(frame: &Frame<Bytes>) -> Frame<Bytes> {
    match (frame.data_ref(), frame.trailers_ref()) {
        (Some(data), _) => Frame::data(data.clone()),
        (_, trailers) => Frame::trailers(trailers.unwrap().clone()),
    }
}

#[tokio::test(start_paused = true)]
async fn slow_body_passes_optional_layer_whole() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "abc".parse().unwrap());
    let mut parts: Vec<_> = ["{\"a\"", "", ":", "1}"]
        .map(|part| Frame::data(part.into()))
        .into();
    parts.push(Frame::trailers(trailers.clone()));
    for pause in 0..=parts.len() {
        let request = || json("").map(|_| slow(&parts, pause));
        send(&layer(), request())
            .await
            .assert_refused(Kind::BodyTimeout);
        let answer = send(&layer().optional(), request()).await;
        assert!(answer.seen().anonymous);
        assert_eq!(answer.seen().body(), b"{\"a\":1}");
        assert_eq!(answer.seen().trailers.as_ref(), Some(&trailers));
    }
}

/// Whether the body has ended: before the first frame, and after each frame.
async fn ends<B>(layer: &SequenceAuthLayer, request: Request<B>) -> Vec<bool>
where
    B: Body<Data = Bytes, Error = Infallible> + Send + 'static,
{
    let inner = service_fn(async |request: Request<RequestBody<B>>| {
        let mut body = pin!(request.into_body());
        let mut ends = vec![body.is_end_stream()];
        while let Some(frame) = body.frame().await {
            frame.unwrap();
            ends.push(body.is_end_stream());
        }
        let mut response = Response::new(Full::<Bytes>::default());
        response.extensions_mut().insert(ends);
        Ok::<_, Infallible>(response)
    });
    let response = layer.layer(inner).oneshot(request).await.unwrap();
    response.extensions().get().cloned().unwrap()
}

#[tokio::test]
async fn end_of_body_is_known_after_its_last_frame() {
    let body = Bytes::from(body_of(2000));
    let full = |request: Request<Script>| request.map(|_| Full::new(body.clone()));
    let unread = full(bearer(&ISSUER.token().mint()));
    assert_eq!(ends(&layer(), unread).await, [false, true]);
    assert_eq!(ends(&layer(), full(json(""))).await, [false, true]);
    let lenient = layer().optional().body_limit(1024);
    assert_eq!(ends(&lenient, full(json(""))).await, [false, true]);
    let frames = [Frame::data(body.clone()), Frame::trailers(HeaderMap::new())];
    let stream = tokio_stream::iter(frames.map(Ok));
    let with_trailers = json("").map(|_| StreamBody::new(stream));
    assert_eq!(ends(&layer(), with_trailers).await, [false, false, true]);
}

/// A bearer request that also has a JSON body.
fn bearer_with_body(token: &str, body: Script) -> Request<Script> {
    Request::post("/")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn body_beside_bearer_token_is_untouched() {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sizes);
    let inner = service_fn(move |request: Request<RequestBody<Script>>| {
        let body = request.body();
        let size = (body.size_hint().exact(), body.is_end_stream());
        seen.lock().unwrap().push(size);
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let service = layer().layer(inner);
    for (token, status) in [
        (ISSUER.token().mint(), StatusCode::OK),
        (ISSUER.token().expired().mint(), StatusCode::UNAUTHORIZED),
    ] {
        let request = bearer_with_body(&token, Script::untouchable());
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        // The body of the inner service is empty.
        assert_eq!(response.body().is_end_stream(), status == StatusCode::OK);
    }
    assert_eq!(*sizes.lock().unwrap(), [(Some(77), false)]);
}

#[tokio::test]
async fn body_beside_bearer_token_streams_through() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "abc".parse().unwrap());
    let body = Script::chunked([
        data("no "),
        data("json"),
        Step::Trailers(trailers.clone()),
        Step::Error("reset".into()),
    ]);
    let request = bearer_with_body(&ISSUER.token().mint(), body);
    let answer = send(&layer(), request).await;
    answer.claims();
    assert_eq!(answer.seen().frames, ["no ", "json"]);
    assert_eq!(answer.seen().trailers, Some(trailers));
    assert!(answer.seen().broke_off);
}

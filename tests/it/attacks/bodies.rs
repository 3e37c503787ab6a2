//! Class 18: bodies that are endless, slow, cut short, compressed or of a wrong length are harmless.

use std::{
    convert::Infallible,
    iter,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::HeaderValue;
use http_body::{Body, Frame};
use http_body_util::StreamBody;
use sequence_auth::AuthErrorKind as Kind;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    middleware::hyper::exchange,
    support::{ISSUER, Script, bearer, data, json, layer, send},
};

/// Class 18: the layer reads no more of a body than it searches. CVE-2022-3212 (axum-core).
#[tokio::test]
async fn endless_body_is_read_up_to_limit() {
    const PIECE: usize = 4096;
    let pieces = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&pieces);
    let endless = iter::repeat_with(move || {
        count.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b' '; PIECE])))
    });
    let body = StreamBody::new(tokio_stream::iter(endless));
    let request = json("").map(|_| body);
    send(&layer(), request)
        .await
        .assert_refused(Kind::BodyTooLarge);
    assert_eq!(pieces.load(Ordering::Relaxed) * PIECE, 64 * 1024 + PIECE);
}

/// A body that always has another empty frame.
struct Nothing;

impl Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
    }
}

/// Class 18: empty frames do not count towards the limit, but the timeout ends them. CVE-2019-9518 (HTTP/2).
#[tokio::test]
async fn endless_empty_frames_time_out() {
    let quick = layer().body_timeout(Duration::from_millis(20));
    send(&quick, json("").map(|_| Nothing))
        .await
        .assert_refused(Kind::BodyTimeout);
}

/// Class 18: a client that sends a byte per second has the same time as any other (Slowloris).
#[tokio::test(start_paused = true)]
async fn dripping_body_times_out() {
    let (sender, receiver) = mpsc::channel(1);
    let drip = tokio::spawn(async move {
        let space = || Ok::<_, Infallible>(Frame::data(Bytes::from_static(b" ")));
        while sender.send(space()).await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    let start = Instant::now();
    let request = json("").map(|_| StreamBody::new(ReceiverStream::new(receiver)));
    send(&layer(), request)
        .await
        .assert_refused(Kind::BodyTimeout);
    assert_eq!(start.elapsed().as_secs(), 5);
    // The body ends because the layer has dropped it.
    drip.await.unwrap();
}

/// Class 18: ten megabytes, with and without a length, are not read. Behind a bearer header, they belong to the
/// handler.
#[tokio::test]
async fn large_body_passes_only_beside_bearer_token() {
    let large = "x".repeat(10_000_000);
    let pieces = || {
        large
            .as_bytes()
            .chunks(8192)
            .map(|piece| data(piece.to_vec()))
    };
    for script in [Script::from(large.as_str()), Script::chunked(pieces())] {
        let answer = send(&layer(), json(script)).await;
        answer.assert_refused(Kind::BodyTooLarge);
    }
    let request = bearer(&ISSUER.token().mint()).map(|_| Script::chunked(pieces()));
    let answer = send(&layer(), request).await;
    answer.claims();
    assert_eq!(answer.seen().body().len(), large.len());
}

/// Class 18: the layer decompresses nothing, so a small body cannot become a large one. A body with a content coding is
/// not searched, and a compressed body without one is not JSON.
#[tokio::test]
async fn compressed_body_is_not_decompressed() {
    let gzip = || Script::chunked([data(&b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56"[..])]);
    for coding in [
        "gzip",
        "x-gzip",
        "br",
        "identity, gzip",
        "gzip, identity",
        "*",
        "",
    ] {
        for body in [gzip(), Script::untouchable()] {
            let mut request = json(body);
            let coding = HeaderValue::from_static(coding);
            request.headers_mut().insert("content-encoding", coding);
            send(&layer(), request)
                .await
                .assert_refused(Kind::MissingToken);
        }
    }
    send(&layer(), json(gzip()))
        .await
        .assert_refused(Kind::MalformedBody);
}

/// A request with a token in its body, and headers that may be wrong about its length.
async fn framed(headers: &str, body: &str) -> String {
    exchange(format!(
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         {headers}\r\n\r\n{body}"
    ))
    .await
}

/// Class 18: wrong lengths over a real connection, on which two readers may disagree about the end of a body.
/// CVE-2025-43859 (h11).
#[tokio::test]
async fn body_with_wrong_length_is_refused() {
    let body = format!(r#"{{"sequenceToken":"{}"}}"#, ISSUER.token().mint());
    let length = body.len();
    let passed = framed(&format!("content-length: {length}"), &body).await;
    assert!(passed.contains("player@example.com"), "{passed}");
    for headers in [
        // One byte of the body arrives, which is not JSON, and the second never does.
        format!("content-length: {}", length - 1),
        format!("content-length: {}", length + 1),
        "content-length: -1".to_owned(),
        format!("content-length: +{length}"),
        format!("content-length: {length:#x}"),
        format!("content-length: {length}\r\ncontent-length: 2"),
        "content-length: 18446744073709551616".to_owned(),
        "transfer-encoding: gzip".to_owned(),
        "transfer-encoding: chunked".to_owned(),
    ] {
        assert_bad_request(&headers, &framed(&headers, &body).await);
    }
    // Without a length there is no body, and therefore no token.
    let answer = framed("x-without: length", &body).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    for chunks in [
        // It breaks off before the last chunk, or within the first.
        format!("{length:x}\r\n{body}\r\n"),
        format!("{:x}\r\n{body}", length + 1),
        format!("fffffffffffffffff\r\n{body}"),
        format!("-1\r\n{body}"),
    ] {
        let answer = framed("transfer-encoding: chunked", &chunks).await;
        assert_bad_request(&chunks, &answer);
    }
}

#[track_caller]
fn assert_bad_request(request: &str, answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 400 "), "{request}: {answer}");
    assert!(
        !answer.contains("player@example.com"),
        "{request}: {answer}"
    );
}

//! How much memory somebody without a valid token can make the layer hold, request by request.
//!
//! The frames of a body are counted, as a server would hold them; the header is there before.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::{
    convert::Infallible,
    future::pending,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::Full;
use peak_alloc::PeakAlloc;
use sequence_auth::{RequestBody, SequenceAuthLayer, testing::LocalIssuer};
use tokio::task::unconstrained;
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The allocator counts for the whole process, so only one test may measure at a time.
static ALONE: Mutex<()> = Mutex::new(());

const PROJECT: u64 = 13639;
const KIB: usize = 1024;
const BODY_LIMIT: usize = 64 * KIB;

/// What the crate's documentation promises for a request with a JSON body.
const MAX_WITH_BODY: usize = 4 * BODY_LIMIT;
/// And for one without.
const MAX_WITHOUT_BODY: usize = 64 * KIB;

/// A body whose frames are allocated on request, as in a server.
struct Frames {
    rest: &'static [u8],
    size: usize,
    /// The size of all frames but the first.
    later_size: usize,
    has_end: bool,
}

impl Frames {
    fn of(text: &[u8], size: usize) -> Self {
        Self {
            rest: text.to_vec().leak(),
            size,
            later_size: size,
            has_end: true,
        }
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (frame, rest) = self.rest.split_at(self.size.min(self.rest.len()));
        self.rest = rest;
        self.size = self.later_size;
        if !frame.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(frame)))));
        }
        if self.has_end {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }
}

fn json(body: Frames) -> Request<Frames> {
    Request::post("/")
        .header("content-type", "application/json")
        .body(body)
        .unwrap()
}

fn bearer(token: &str) -> Request<Frames> {
    Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(Frames::of(b"", 1))
        .unwrap()
}

/// Returns how many bytes were held at most while one request was answered, or until it waited.
fn held(layer: &SequenceAuthLayer, request: Request<Frames>) -> usize {
    let service = layer.layer(service_fn(async |_: Request<RequestBody<Frames>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    // Polled once, without Tokio's budget: a yield to other tasks would look like the end.
    let mut answer = Box::pin(unconstrained(service.oneshot(request)));
    let mut context = Context::from_waker(Waker::noop());
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let outcome = answer.as_mut().poll(&mut context);
    let held = MEMORY.peak_usage() - before;
    drop(outcome);
    held
}

/// Measures a request, under `layer`, and holds the result against what is promised.
#[track_caller]
fn assert_held(limit: usize, layer: &SequenceAuthLayer, name: &str, request: Request<Frames>) {
    let held = held(layer, request);
    println!("{name}: {held} bytes");
    assert!(held <= limit, "{name}: {held} bytes");
}

fn measure(test: impl Future<Output = ()>) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(test);
}

/// A JSON object of so many bytes, made of one piece again and again.
fn object(piece: &str, bytes: usize) -> Vec<u8> {
    let mut text = String::from("{\"a\":0");
    while text.len() + piece.len() < bytes {
        text += piece;
    }
    text += &" ".repeat(bytes - text.len() - 1);
    text += "}";
    text.into_bytes()
}

#[test]
fn a_json_body_costs_at_most_four_times_its_limit() {
    measure(async {
        let layer = LocalIssuer::new().layer(PROJECT);
        layer.ready().await.unwrap();
        for (name, piece) in [
            ("many members", ",\"a\":0"),
            ("many other members", ",\"\\u0061\":[]"),
            ("deep arrays", ",\"a\":[[[[[[[[]]]]]]]]"),
            (
                "long string",
                ",\"sequenceTokem\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
            ),
        ] {
            for (frames, size) in [("one frame", BODY_LIMIT), ("frames of a byte", 1)] {
                let body = object(piece, BODY_LIMIT);
                let name = format!("{name} in {frames}");
                assert_held(MAX_WITH_BODY, &layer, &name, json(Frames::of(&body, size)));
            }
        }
    });
}

#[test]
fn a_body_that_is_too_large_or_never_ends_costs_no_more() {
    measure(async {
        let layer = LocalIssuer::new().layer(PROJECT);
        layer.ready().await.unwrap();
        for size in [1, 1000, 16 * KIB] {
            let endless = Frames::of(&vec![b' '; 1 << 20], size);
            let name = format!("a body without end in frames of {size} bytes");
            assert_held(MAX_WITH_BODY, &layer, &name, json(endless));
            let mut hanging = Frames::of(&vec![b' '; BODY_LIMIT], size);
            hanging.has_end = false;
            let name = format!("a body that hangs in frames of {size} bytes");
            assert_held(MAX_WITH_BODY, &layer, &name, json(hanging));
        }
    });
}

#[test]
fn a_frame_beyond_the_limit_is_not_copied() {
    const FRAME: usize = 400 * KIB;
    measure(async {
        let layer = LocalIssuer::new().layer(PROJECT).body_limit(1024);
        layer.ready().await.unwrap();
        for layer in [layer.clone(), layer.optional()] {
            for first in [1, 1024, FRAME] {
                let mut body = Frames::of(&vec![b' '; first + FRAME], first);
                body.later_size = FRAME;
                let name = format!("a frame of 400 KiB after one of {first} bytes");
                assert_held(FRAME + 8 * KIB, &layer, &name, json(body));
            }
        }
    });
}

#[test]
fn a_token_inside_a_body_costs_no_more() {
    measure(async {
        let layer = LocalIssuer::new().layer(PROJECT);
        layer.ready().await.unwrap();
        let escaped = "\\u0078".repeat(10 * KIB);
        let dots = ".".repeat(BODY_LIMIT - 30);
        let long = "x".repeat(BODY_LIMIT - 30);
        for (name, token) in [("escaped", escaped), ("dots", dots), ("long", long)] {
            let body = format!(r#"{{"sequenceToken":"{token}"}}"#);
            let body = Frames::of(body.as_bytes(), 1);
            assert_held(MAX_WITH_BODY, &layer, name, json(body));
        }
    });
}

#[test]
fn a_token_in_the_header_costs_at_most_64_kib() {
    measure(async {
        let issuer = LocalIssuer::new();
        let layer = issuer.layer(PROJECT);
        layer.ready().await.unwrap();
        let with_members = |count: usize| {
            let members = (0..count).map(|number| format!(",\"{number:03}\":0"));
            let members: String = members.collect();
            let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"RS256"{members}}}"#));
            format!("{header}.e30.AA")
        };
        for (name, token) in [
            ("as many members in the header as fit", with_members(80)),
            ("more members in the header", with_members(600)),
            (
                "a long payload",
                format!("e30.{}.AA", "A".repeat(8 * KIB - 8)),
            ),
            (
                "a long signature",
                format!("e30.e30.{}", "A".repeat(8 * KIB - 9)),
            ),
            ("a million dots", ".".repeat(1_000_000)),
            ("a good token", issuer.token().mint()),
        ] {
            assert_held(MAX_WITHOUT_BODY, &layer, name, bearer(&token));
        }
    });
}

#[test]
fn a_token_that_waits_for_keys_costs_at_most_64_kib() {
    measure(async {
        let layer = SequenceAuthLayer::builder(PROJECT)
            .key_fetcher(pending)
            .build()
            .unwrap();
        let token = LocalIssuer::new().token();
        let token = token.claim("more", "x".repeat(5 * KIB)).mint();
        // The first use starts the task, which must not count as part of a request.
        let _ = layer.health();
        tokio::task::yield_now().await;
        assert_held(
            MAX_WITHOUT_BODY,
            &layer,
            "a token that waits",
            bearer(&token),
        );
    });
}

#[test]
fn a_live_token_costs_at_most_3_kib() {
    const TOKENS: usize = 1_000;
    measure(async {
        let issuer = LocalIssuer::new();
        let layer = issuer.layer(PROJECT);
        layer.ready().await.unwrap();
        let tokens: Vec<_> = (0..=TOKENS)
            .map(|number| issuer.token().claim("number", number).mint())
            .collect();
        held(&layer, bearer(&tokens[TOKENS]));
        let before = MEMORY.current_usage();
        for token in &tokens[..TOKENS] {
            held(&layer, bearer(token));
        }
        let bytes = MEMORY.current_usage() - before;
        // A token that came once is not cached.
        assert!(bytes < TOKENS, "{bytes}");
        // The second use directly after the first caches the token, in spite of the tokens before.
        for token in &tokens[..TOKENS] {
            held(&layer, bearer(token));
            held(&layer, bearer(token));
        }
        let bytes = (MEMORY.current_usage() - before) / TOKENS;
        println!("a live token: {bytes} bytes");
        // Less would mean that it is not kept.
        assert!((1024..=3 * KIB).contains(&bytes), "{bytes}");
    });
}

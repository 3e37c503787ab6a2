//! What a refused request costs, beside one that passes and beside the signature check alone.
//!
//! `cargo bench --bench refusals` prints ratios, each the median of rounds in which all took turns: an
//! attacker must not get more work out of the server for a bad token than for a good one, and next to none
//! before the signature.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    convert::Infallible,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sequence_auth::{RequestBody, SequenceAuthLayer, testing::LocalIssuer};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

const ROUNDS: usize = 41;
const REQUESTS: usize = 200;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    // Keys for good, so that no refetch takes part.
    let layer = SequenceAuthLayer::builder(13639)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .static_keys(issuer.jwks())
        .build()
        .unwrap();
    let tokens = tokens(&issuer);
    let raw = RawCheck::new(&issuer);

    let mut times = vec![Vec::new(); tokens.len()];
    let mut raw_times = Vec::new();
    for _ in 0..ROUNDS {
        raw_times.push(timed([(); REQUESTS], |()| raw.run()));
        for ((_, token), times) in tokens.iter().zip(&mut times) {
            let requests: [_; REQUESTS] = std::array::from_fn(|_| request(token.as_deref()));
            times.push(timed(requests, |request| send(&layer, request)));
        }
    }
    let good = median(&mut times[0]);
    let raw = median(&mut raw_times);
    println!(
        "{:34} {:>10} {:>12}",
        "request", "over good", "over the raw check"
    );
    for ((name, _), times) in tokens.iter().zip(&mut times) {
        let time = median(times).as_secs_f64();
        let (over_good, over_raw) = (time / good.as_secs_f64(), time / raw.as_secs_f64());
        println!("{name:34} {over_good:>10.3} {over_raw:>12.3}");
    }
    println!("the raw check: {raw:?}");
}

/// The good one first.
fn tokens(issuer: &LocalIssuer) -> Vec<(&'static str, Option<String>)> {
    let good = issuer.token().mint();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let mut forged = URL_SAFE_NO_PAD.decode(signature).unwrap();
    forged[100] ^= 1;
    let other_signature = format!("{message}.{}", URL_SAFE_NO_PAD.encode(forged));
    let with_header = |name: &str, value: &str| issuer.token().header(name, value).mint();
    let largest = format!("{message}.{}", "A".repeat(8192 - message.len() - 1));
    let mut requests = vec![("good", Some(good.clone()))];
    let refused = [
        ("no token", None),
        ("malformed", Some("x.y.z".to_owned())),
        ("8 KiB of dots", Some(".".repeat(8192))),
        ("8 KiB of signature", Some(largest)),
        ("larger than 8 KiB", Some("A".repeat(8193))),
        ("unknown key", Some(with_header("kid", "unknown"))),
        ("other algorithm", Some(with_header("alg", "HS256"))),
        ("bad signature", Some(other_signature)),
        ("expired", Some(issuer.token().expired().mint())),
        ("without email", Some(issuer.token().guest().mint())),
        ("other project", Some(issuer.token().project(1).mint())),
        (
            "other issuer",
            Some(issuer.token().claim("iss", "https://other.example").mint()),
        ),
    ];
    requests.extend(refused);
    requests
}

fn request(token: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::get("/");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Full::default()).unwrap()
}

fn send(layer: &SequenceAuthLayer, request: Request<Full<Bytes>>) {
    let answer = pin!(layer.layer(service_fn(inner)).oneshot(request));
    let Poll::Ready(answer) = answer.poll(&mut Context::from_waker(Waker::noop())) else {
        unreachable!("nothing is waited for")
    };
    black_box(answer.unwrap());
}

async fn inner(_: Request<RequestBody<Full<Bytes>>>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::default()))
}

/// The signature check and nothing else, with the same library and a key that is parsed already.
struct RawCheck {
    key: aws_lc_rs::signature::ParsedPublicKey,
    message: String,
    signature: Vec<u8>,
}

impl RawCheck {
    fn new(issuer: &LocalIssuer) -> Self {
        let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwks["keys"][0][name].as_str().unwrap());
        let components = RsaPublicKeyComponents {
            n: part("n").unwrap(),
            e: part("e").unwrap(),
        };
        let token = issuer.token().mint();
        let (message, signature) = token.rsplit_once('.').unwrap();
        Self {
            key: components
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .unwrap(),
            message: message.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).unwrap(),
        }
    }

    fn run(&self) {
        let checked = self
            .key
            .verify_sig(self.message.as_bytes(), &self.signature);
        black_box(checked).unwrap();
    }
}

/// Returns the time for one of them, without that for making them.
fn timed<T>(items: [T; REQUESTS], run: impl Fn(T)) -> Duration {
    let start = Instant::now();
    for item in items {
        run(item);
    }
    start.elapsed() / u32::try_from(REQUESTS).unwrap()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

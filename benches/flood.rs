//! The cost of good tokens during a flood of tokens with unknown key IDs, beside good tokens alone in the same run.
//!
//! `cargo bench --bench flood` prints ratios. Absolute times say little about another machine.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sequence_auth::{RequestBody, SequenceAuthLayer, testing::LocalIssuer};
use tokio::{
    runtime::Runtime,
    time::{MissedTickBehavior, interval},
};
use tower::{Layer, ServiceExt, service_fn};

const PROJECT: u64 = 13639;
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(500);

fn main() {
    flood(&LocalIssuer::new());
}

fn flood(issuer: &LocalIssuer) {
    let runtime = Runtime::new().unwrap();
    // The crate's defaults, unlike `LocalIssuer::layer`, which has no cool-down.
    let layer = SequenceAuthLayer::builder(PROJECT)
        .issuer(issuer.url())
        .audience_prefix("https://sequence.test/project/")
        .initial_keys(issuer.jwks())
        .key_fetcher(issuer.clone())
        .build()
        .unwrap();
    let token = issuer.token().mint();
    for (name, pause) in [
        ("unknown keys at a steady pace", Duration::from_millis(1)),
        ("unknown keys at full speed", Duration::ZERO),
    ] {
        let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
        let mut unknown = 0;
        for _ in 0..ROUNDS {
            quiet.extend(runtime.block_on(good_requests(&layer, &token)));
            let flood = Flood::start(&runtime, &layer, &token, pause);
            flooded.extend(runtime.block_on(good_requests(&layer, &token)));
            unknown += flood.stop();
        }
        let rate = unknown as f64 / (ROUNDS as f64 * ROUND.as_secs_f64());
        println!("{name} ({rate:.0}/s): a good request, from its arrival to its answer");
        for (name, part) in [("p50", 0.5), ("p99", 0.99)] {
            let (quiet, flooded) = (quantile(&mut quiet, part), quantile(&mut flooded, part));
            let ratio = flooded.as_secs_f64() / quiet.as_secs_f64();
            println!("  {name}: quiet {quiet:?}, in the flood {flooded:?}, ratio {ratio:.2}");
        }
    }
}

/// Sends good tokens at an even pace, and returns how long each was under way.
async fn good_requests(layer: &SequenceAuthLayer, token: &str) -> Vec<Duration> {
    let token: Arc<str> = token.into();
    let start = Instant::now();
    let mut pace = interval(Duration::from_micros(1000));
    pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut requests = Vec::new();
    while start.elapsed() < ROUND {
        pace.tick().await;
        let (layer, token, arrived) = (layer.clone(), Arc::clone(&token), Instant::now());
        requests.push(tokio::spawn(async move {
            assert!(is_accepted(&layer, &token).await);
            arrived.elapsed()
        }));
    }
    let mut times = Vec::new();
    for request in requests {
        times.push(request.await.unwrap());
    }
    times
}

struct Flood {
    is_over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<u64>,
    runtime: tokio::runtime::Handle,
}

impl Flood {
    /// Sends a dozen tokens with unknown keys after each pause.
    fn start(runtime: &Runtime, layer: &SequenceAuthLayer, token: &str, pause: Duration) -> Self {
        let (layer, token) = (layer.clone(), token.to_owned());
        let is_over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_over);
        let task = runtime.spawn(async move {
            let mut sent = 0;
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..12 {
                    let forged = with_key_id(&token, sent);
                    assert!(!is_accepted(&layer, &forged).await);
                    sent += 1;
                }
                if pause.is_zero() {
                    tokio::task::yield_now().await;
                } else {
                    tokio::time::sleep(pause).await;
                }
            }
            sent
        });
        Self {
            is_over,
            task,
            runtime: runtime.handle().clone(),
        }
    }

    fn stop(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.runtime.block_on(self.task).unwrap()
    }
}

async fn is_accepted(layer: &SequenceAuthLayer, token: &str) -> bool {
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    let request = request.body(Full::<Bytes>::default()).unwrap();
    let service = layer.layer(service_fn(inner));
    service
        .oneshot(request)
        .await
        .unwrap()
        .status()
        .is_success()
}

async fn inner(_: Request<RequestBody<Full<Bytes>>>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::default()))
}

/// The same token as if another key had signed it, without the cost of signing.
fn with_key_id(token: &str, number: u64) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    let header = format!(r#"{{"alg":"RS256","kid":"unknown-{number}","typ":"JWT"}}"#);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

fn quantile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    times[(times.len() as f64 * part) as usize]
}

//! What a request costs, beside the signature check alone: accepted ones, and refused ones.
//!
//! `cargo bench --bench requests` prints ratios to one raw check, what comes on top of the same service
//! without the layer, and the allocations that do. Each time is the median of rounds in which all took turns.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use common::{PROJECT, RawCheck, anonymous, bearer, inner, json_body, layer, protected, send};
use http::Request;
use http_body_util::Full;
use sequence_auth::testing::LocalIssuer;
use tower::Service;

const ROUNDS: usize = 401;
const REQUESTS: usize = 10;

type Requests = Box<dyn Fn(usize) -> Request<Full<Bytes>>>;

/// Requests of one kind; the number says which of many users sends it.
struct Row {
    name: &'static str,
    request: Requests,
    times: Vec<Duration>,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    let layer = layer(&issuer);
    let raw = RawCheck::new(&issuer);
    let mut rows = rows(&issuer);
    let mut raw_times = Vec::new();
    let mut baseline = Vec::new();
    for round in 0..ROUNDS {
        raw_times.push(timed(vec![(); REQUESTS], |()| raw.run()));
        let requests = (0..REQUESTS).map(|_| bearer(&"x".repeat(900))).collect();
        let mut service = inner();
        baseline.push(timed(requests, |request| send(&mut service, request)));
        for row in &mut rows {
            let requests = (0..REQUESTS)
                .map(|index| (row.request)(round * REQUESTS + index))
                .collect();
            let mut service = protected(&layer);
            row.times
                .push(timed(requests, |request| send(&mut service, request)));
        }
    }
    report(
        rows,
        median(raw_times),
        median(baseline),
        &mut protected(&layer),
    );
}

fn report<S>(rows: Vec<Row>, raw: Duration, baseline: Duration, service: &mut S)
where
    S: Service<Request<Full<Bytes>>>,
    S::Error: std::fmt::Debug,
{
    println!("raw check: {raw:?}; the service without the layer: {baseline:?}\n");
    println!("| request | over the raw check | added | allocations |");
    println!("|---|--:|--:|--:|");
    for row in rows {
        // One that no round has sent.
        let request = (row.request)(ROUNDS * REQUESTS);
        let ours = allocations(|| send(service, request));
        let request = (row.request)(0);
        let theirs = allocations(|| send(&mut inner(), request));
        let added = median(row.times).saturating_sub(baseline);
        let ratio = added.as_secs_f64() / raw.as_secs_f64();
        println!(
            "| {} | {ratio:.3} | {:.2} µs | {} |",
            row.name,
            added.as_secs_f64() * 1e6,
            ours - theirs
        );
    }
}

fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

fn rows(issuer: &LocalIssuer) -> Vec<Row> {
    let minted = |claim: &str| -> Vec<_> {
        (0..=ROUNDS * REQUESTS)
            .map(|user| issuer.token().claim(claim, user).mint())
            .collect()
    };
    let (in_headers, in_bodies) = (minted("header"), minted("body"));
    let good = issuer.token().mint();
    let header = |name: &str, value: &str| issuer.token().header(name, value).mint();
    let mut rows = vec![
        row("new token", move |user| bearer(&in_headers[user])),
        row("seen token, one user", {
            let good = good.clone();
            move |_| bearer(&good)
        }),
        row("new token in a JSON body", move |user| {
            json_body(&in_bodies[user])
        }),
        row("no token", |_| anonymous()),
    ];
    let (message, signature) = good.rsplit_once('.').unwrap();
    let largest = format!("{message}.{}", "A".repeat(8192 - message.len() - 1));
    let refused = [
        ("malformed", "x.y.z".to_owned()),
        ("8 KiB of dots", ".".repeat(8192)),
        ("8 KiB of signature", largest),
        ("larger than 8 KiB", "A".repeat(8193)),
        ("other algorithm", header("alg", "HS256")),
        ("unknown key", header("kid", "unknown")),
        ("bad signature", format!("{message}.{}", forged(signature))),
        ("expired", issuer.token().expired().mint()),
        ("without email", issuer.token().guest().mint()),
        ("other project", issuer.token().project(PROJECT + 1).mint()),
        (
            "other issuer",
            issuer.token().claim("iss", "https://other.example").mint(),
        ),
    ];
    rows.extend(refused.map(|(name, token)| row(name, move |_| bearer(&token))));
    rows
}

fn forged(signature: &str) -> String {
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[100] ^= 1;
    URL_SAFE_NO_PAD.encode(signature)
}

fn row(name: &'static str, request: impl Fn(usize) -> Request<Full<Bytes>> + 'static) -> Row {
    Row {
        name,
        request: Box::new(request),
        times: Vec::new(),
    }
}

/// Returns the time for one of them, without that for making them.
fn timed<T>(items: Vec<T>, mut run: impl FnMut(T)) -> Duration {
    let count = u32::try_from(items.len()).unwrap();
    let start = Instant::now();
    for item in items {
        run(black_box(item));
    }
    start.elapsed() / count
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

//! What a request costs, beside the signature check alone: accepted ones, and refused ones.
//!
//! `cargo bench --bench requests` prints ratios to one raw check, what comes on top of the same service
//! without the layer, and the allocations that do. Each time is the median of rounds in which all took turns.
//! Then it prints what hostile requests cost, beside good tokens of their size.

#![allow(missing_docs, clippy::unwrap_used)]

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bench_support::{
    PROJECT, RawCheck, bearer,
    hostile::{self, Hostile},
    inner, layer, median, protected, send, timed,
};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use serde_json::json;

const ROUNDS: usize = 101;
/// How many requests are made before they are sent: few, so that they are as near as a server has them, which is
/// in the first of the processor's caches.
const BATCH: usize = 10;
/// The same for requests of 8 KiB.
const LARGE_BATCH: usize = 2;
/// How many batches are sent in a row. The first one is not counted: it finds what others have left behind.
const BATCHES: usize = 5;
/// The default of the crate.
const CACHED: usize = 4_096;

/// How many players take turns with tokens that were seen before.
const PLAYERS: [usize; 3] = [1, 1_000, 100_000];

type Requests = Box<dyn Fn(usize) -> Request<Full<Bytes>>>;

/// Requests of one kind; the number says which of many.
struct Row {
    name: String,
    layer: SequenceAuthLayer,
    request: Requests,
    /// How many batches are sent in a round, and of how many requests.
    batches: usize,
    batch: usize,
    times: Vec<Duration>,
}

impl Row {
    /// Sends the requests of one round, and takes the time of each batch.
    fn take_turn(&mut self, round: usize) {
        let mut service = protected(&self.layer);
        let batches = round * self.batches..(round + 1) * self.batches;
        let times = batches.map(|batch| {
            let numbers = batch * self.batch..(batch + 1) * self.batch;
            let requests = numbers.map(&self.request).collect();
            timed(requests, |request| send(&mut service, request))
        });
        self.times.extend(times.skip(1));
    }

    /// Counts the allocations for a request that no round has sent, over those without the layer.
    fn allocations(&self) -> u64 {
        let request = || (self.request)(ROUNDS * BATCHES * BATCH);
        let (one, other) = (request(), request());
        let ours = allocations(|| send(&mut protected(&self.layer), one));
        ours - allocations(|| send(&mut inner(), other))
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    let raw = RawCheck::new(&issuer);
    let mut rows = rows(&issuer);
    let (mut raw_times, mut baseline) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let checks = (0..BATCHES).map(|_| timed(vec![(); BATCH], |()| raw.run()));
        raw_times.extend(checks.skip(1));
        let mut service = inner();
        let unguarded = (0..BATCHES).map(|_| {
            let requests = (0..BATCH).map(|_| bearer(&"x".repeat(900))).collect();
            timed(requests, |request| send(&mut service, request))
        });
        baseline.extend(unguarded.skip(1));
        for row in &mut rows {
            row.take_turn(round);
        }
    }
    report(rows, median(raw_times), median(baseline));
    report_hostile(&issuer);
}

/// Compares hostile requests with good tokens, each over the same service without the layer.
fn report_hostile(issuer: &LocalIssuer) {
    println!("\n| hostile request | over a new token |");
    println!("|---|--:|");
    let kinds = [hostile::headers, hostile::tokens, hostile::bodies];
    for Hostile {
        name,
        request,
        good,
    } in kinds.iter().flat_map(|kind| kind(issuer))
    {
        let ratio = added(issuer, &request) / added(issuer, &bearer(&good));
        println!("| {name} | {ratio:.3} |");
    }
}

/// Returns how many seconds the layer adds to a request whose token is not remembered.
fn added(issuer: &LocalIssuer, request: &Request<Full<Bytes>>) -> f64 {
    let layer = layer(issuer, 0);
    let (mut open, mut guarded) = (inner(), protected(&layer));
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let requests = || vec![request.clone(); LARGE_BATCH];
        without.push(timed(requests(), |request| send(&mut open, request)));
        with.push(timed(requests(), |request| send(&mut guarded, request)));
    }
    median(with).saturating_sub(median(without)).as_secs_f64()
}

fn report(rows: Vec<Row>, raw: Duration, baseline: Duration) {
    println!("raw check: {raw:?}; the service without the layer: {baseline:?}\n");
    println!("| request | over the raw check | added | allocations |");
    println!("|---|--:|--:|--:|");
    for row in rows {
        let allocations = row.allocations();
        let added = median(row.times).saturating_sub(baseline);
        let ratio = added.as_secs_f64() / raw.as_secs_f64();
        let micros = added.as_secs_f64() * 1e6;
        println!(
            "| {} | {ratio:.3} | {micros:.2} µs | {allocations} |",
            row.name
        );
    }
}

fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

fn rows(issuer: &LocalIssuer) -> Vec<Row> {
    let mut rows = new_tokens(issuer);
    rows.extend(PLAYERS.map(|players| seen_tokens(issuer, players)));
    rows.extend(refused(issuer));
    rows
}

fn new_tokens(issuer: &LocalIssuer) -> Vec<Row> {
    let minted = |claim: &str| -> Vec<_> {
        let numbers = 0..=ROUNDS * BATCHES * BATCH;
        numbers
            .map(|number| issuer.token().claim(claim, number).mint())
            .collect()
    };
    let (in_headers, in_bodies) = (minted("header"), minted("body"));
    let again = in_headers.clone();
    let padding = "x".repeat(5_400);
    let large = issuer.token().claim("padding", padding).mint();
    assert!((8_000..8_192).contains(&large.len()), "{}", large.len());
    let off = layer(issuer, 0);
    vec![
        row("new token, no cache", &off, move |number| {
            bearer(&in_headers[number])
        }),
        row("new token", &layer(issuer, CACHED), move |number| {
            bearer(&again[number])
        }),
        row(
            "new token in a JSON body",
            &layer(issuer, CACHED),
            move |number| json_body(&in_bodies[number]),
        ),
        row("8 KiB of token, no cache", &off, move |_| bearer(&large)),
    ]
}

/// Tokens of so many players, who come in no order that a processor would guess.
fn seen_tokens(issuer: &LocalIssuer, players: usize) -> Row {
    let layer = layer(issuer, 2 * players);
    let tokens: Vec<_> = (0..players)
        .map(|player| issuer.token().claim("player", player).mint())
        .collect();
    for token in &tokens {
        // It is remembered when it comes the second time.
        send(&mut protected(&layer), bearer(token));
        send(&mut protected(&layer), bearer(token));
    }
    let name = format!("seen token, players: {players}");
    Row {
        // Enough for every player of a small game to come by.
        batches: 100,
        ..row(&name, &layer, move |number| {
            bearer(&tokens[number.wrapping_mul(7_919) % players])
        })
    }
}

fn refused(issuer: &LocalIssuer) -> Vec<Row> {
    let good = issuer.token().mint();
    let header = |name: &str, value: &str| issuer.token().header(name, value).mint();
    let (message, signature) = good.rsplit_once('.').unwrap();
    // As many letters as make whole bytes, and one more, which does not.
    let letters = (8192 - message.len() - 2) / 4 * 4;
    let wrong_length = format!("{message}.{}", "A".repeat(letters));
    let malformed = format!("{wrong_length}A");
    let tokens = [
        ("malformed", "x.y.z".to_owned()),
        ("8 KiB of dots", ".".repeat(8192)),
        ("8 KiB of signature", wrong_length),
        ("8 KiB of signature, malformed at the end", malformed),
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
    let layer = layer(issuer, CACHED);
    let refused = tokens.map(|(name, token)| row(name, &layer, move |_| bearer(&token)));
    let mut rows = vec![row("no token", &layer, |_| anonymous())];
    rows.extend(refused);
    rows
}

fn is_large(request: &Request<Full<Bytes>>) -> bool {
    request.headers().values().any(|value| value.len() > 4096)
}

/// A request without a token.
fn anonymous() -> Request<Full<Bytes>> {
    Request::get("/").body(Full::default()).unwrap()
}

/// A request with its token in a JSON body, as the official guide sends it.
fn json_body(token: &str) -> Request<Full<Bytes>> {
    let body = json!({ "sequenceToken": token }).to_string();
    Request::post("/")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn forged(signature: &str) -> String {
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[100] ^= 1;
    URL_SAFE_NO_PAD.encode(signature)
}

fn row(
    name: &str,
    layer: &SequenceAuthLayer,
    request: impl Fn(usize) -> Request<Full<Bytes>> + 'static,
) -> Row {
    Row {
        name: name.to_owned(),
        layer: layer.clone(),
        batches: BATCHES,
        batch: if is_large(&request(0)) {
            LARGE_BATCH
        } else {
            BATCH
        },
        request: Box::new(request),
        times: Vec::new(),
    }
}

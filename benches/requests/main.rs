//! What a request costs, beside the signature check alone: accepted ones, and refused ones.
//!
//! `cargo bench --bench requests` prints ratios to one raw check, what comes on top of the same service
//! without the layer, and the allocations that do. Each time is the median of rounds in which all took turns.
//! Then it prints what hostile requests cost, beside good tokens of their size.

#![allow(missing_docs, clippy::unwrap_used)]

mod row;
mod rows;

use std::time::Duration;

use bench_support::{RawCheck, bearer, hostile, inner, layer, median, protected, send, timed};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sequence_auth::testing::LocalIssuer;

use self::row::{BATCH, BATCHES, LARGE_BATCH, ROUNDS, Row};

/// An issuer, and the times of the signature check alone.
struct Unit {
    algorithm: &'static str,
    issuer: LocalIssuer,
    times: Vec<Duration>,
}

impl Unit {
    fn new(algorithm: &'static str, issuer: LocalIssuer) -> Self {
        Self {
            algorithm,
            issuer,
            times: Vec::new(),
        }
    }

    fn take_turn(&mut self, raw: &RawCheck) {
        let checks = (0..BATCHES).map(|_| timed(vec![(); BATCH], |()| raw.run()));
        self.times.extend(checks.skip(1));
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let mut units = [
        Unit::new("RS256", LocalIssuer::new()),
        Unit::new("ES256", LocalIssuer::oms_wallet()),
    ];
    let raw_checks = units.each_ref().map(|unit| RawCheck::new(&unit.issuer));
    let mut rows = [
        rows::by_rs256(&units[0].issuer),
        rows::by_es256(&units[1].issuer),
    ];
    let mut baseline = Vec::new();
    for round in 0..ROUNDS {
        for (unit, raw) in units.iter_mut().zip(&raw_checks) {
            unit.take_turn(raw);
        }
        baseline.extend(without_layer());
        for row in rows.iter_mut().flatten() {
            row.take_turn(round);
        }
    }
    let baseline = median(baseline);
    println!("the service without the layer: {baseline:?}");
    for (unit, rows) in units.iter().zip(rows) {
        report(unit, rows, baseline);
    }
    report_hostile(&units[0].issuer);
}

/// Returns the times of batches without the layer.
fn without_layer() -> impl Iterator<Item = Duration> {
    let mut service = inner();
    let unguarded = (0..BATCHES).map(move |_| {
        let requests = (0..BATCH).map(|_| bearer(&"x".repeat(900))).collect();
        timed(requests, |request| send(&mut service, request))
    });
    unguarded.skip(1)
}

/// Compares hostile requests with good tokens, each over the same service without the layer.
fn report_hostile(issuer: &LocalIssuer) {
    println!("\n| hostile request | over a new token |");
    println!("|---|--:|");
    let kinds = [hostile::headers, hostile::tokens, hostile::bodies];
    for hostile in kinds.iter().flat_map(|kind| kind(issuer)) {
        let ratio = added(issuer, &hostile.request) / added(issuer, &bearer(&hostile.good));
        println!("| {} | {ratio:.3} |", hostile.name);
    }
}

/// Returns how many seconds the layer adds to a request whose token is not cached.
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

fn report(unit: &Unit, rows: Vec<Row>, baseline: Duration) {
    let raw = median(unit.times.clone());
    println!("\nraw check by {}: {raw:?}\n", unit.algorithm);
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

//! The throughput of two threads over that of a single thread, side by side in one run. No thread waits for another.
//!
//! `cargo bench --bench threads` prints ratios. Without any shared data they would be 2.00.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    hint::black_box,
    pin::pin,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use bench_support::layer;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(200);
const PLAYERS: usize = 100;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let issuer = LocalIssuer::new();
    let tokens: Vec<_> = (0..2 * PLAYERS)
        .map(|player| issuer.token().claim("player", player).mint())
        .collect();
    let own: Vec<_> = tokens.chunks(PLAYERS).collect();
    let same = [&tokens[..1], &tokens[..1]];
    compare("new tokens", &layer(&issuer, 0), &own);
    compare("seen tokens, own", &layer(&issuer, tokens.len() * 2), &own);
    compare(
        "seen tokens, the same",
        &layer(&issuer, tokens.len() * 2),
        &same,
    );
}

/// Prints the throughput of two threads, each with its own tokens, over that of a single thread. Both alternate.
fn compare(name: &str, layer: &SequenceAuthLayer, tokens: &[&[String]]) {
    let mut ratios: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let one = verified(layer, &tokens[..1]);
            let two = verified(layer, tokens);
            two as f64 / one as f64
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let (least, median, most) = (ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1]);
    println!("{name}: {median:.2} (median of {ROUNDS} rounds, from {least:.2} to {most:.2})");
}

/// How many tokens as many threads as there are lists of them verify in one round.
fn verified(layer: &SequenceAuthLayer, tokens: &[&[String]]) -> u64 {
    let start = Barrier::new(tokens.len());
    let count = AtomicU64::new(0);
    thread::scope(|scope| {
        for tokens in tokens {
            let (start, count) = (&start, &count);
            scope.spawn(move || {
                let verifier = layer.verifier();
                start.wait();
                let (began, mut verified) = (Instant::now(), 0);
                while began.elapsed() < ROUND {
                    for token in tokens.iter().cycle().take(PLAYERS) {
                        black_box(poll_once(verifier.verify(token)).unwrap());
                    }
                    verified += PLAYERS as u64;
                }
                count.fetch_add(verified, Ordering::Relaxed);
            });
        }
    });
    count.into_inner()
}

/// A token whose key is there is verified without waiting.
fn poll_once<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(output) = pin!(future).poll(&mut context) else {
        unreachable!("the key is there")
    };
    output
}

//! Counts what each contender allocates for a request over the service without it, as JSON.
//!
//! The counting allocator counts a buffer that grows as an allocation.

use std::{collections::HashMap, env, error::Error};

use clap::ValueEnum as _;
use http::HeaderValue;
use peers::{Allocations, Answer, Contender, Crypto, Row, Stage, requests};
use tokio::runtime::Runtime;

const REQUESTS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let crypto = Crypto::from_str(&env::args().nth(1).unwrap_or_default(), false)?;
    let runtime = Runtime::new()?;
    let stage = runtime.block_on(Stage::start())?;
    let contenders = runtime.block_on(Contender::all(&stage, crypto));
    let figures = contenders.iter().map(|contender| {
        let allocations = Allocations {
            new: over_baseline(&runtime, contender, &stage.credentials(Row::New, REQUESTS)),
            seen: over_baseline(&runtime, contender, &stage.credentials(Row::Seen, REQUESTS)),
        };
        (&contender.name, allocations)
    });
    let figures: HashMap<_, _> = figures.collect();
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}

fn over_baseline(
    runtime: &Runtime,
    contender: &Contender,
    credentials: &[Option<HeaderValue>],
) -> i64 {
    let with = count(runtime, &*contender.guarded, credentials);
    let without = count(runtime, &*contender.baseline, credentials);
    ((with - without) / REQUESTS as f64).round() as i64
}

fn count(runtime: &Runtime, service: &dyn Answer, credentials: &[Option<HeaderValue>]) -> f64 {
    let answers = service.answer(requests(credentials));
    let counted = allocation_counter::measure(|| {
        runtime.block_on(answers);
    });
    counted.count_total as f64
}

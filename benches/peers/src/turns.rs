//! Everybody's times, one after the other in each round.

use std::time::{Duration, Instant};

use http::HeaderValue;
use peers::{Answer, Contender, RawCheck, Row, Stage, requests};

pub(crate) const ROUNDS: usize = 101;
/// So many tokens are checked raw, and are new, in one round.
const TOKENS: usize = 200;

/// What came out for each contender, in the order of [`Row::ALL`], and for the raw check.
pub(crate) struct Turns {
    pub(crate) medians: Vec<[f64; 4]>,
    pub(crate) raw: Duration,
}

/// Alternates between all contenders. A slow moment of the machine then slows all of them down, and the ratios stay.
pub(crate) async fn take(stage: &Stage, contenders: &[Contender]) -> Turns {
    let raw = RawCheck::new(stage, TOKENS);
    let mut ratios = vec![[const { Vec::new() }; 4]; contenders.len()];
    let mut raw_times = Vec::new();
    for round in 0..ROUNDS {
        for (column, row) in Row::ALL.into_iter().enumerate() {
            let credentials = stage.credentials(row, count(row));
            let raw_time = raw.time().as_secs_f64();
            raw_times.push(raw_time);
            for turn in 0..contenders.len() {
                // The first place changes from round to round.
                let index = (turn + round) % contenders.len();
                let added = added(&contenders[index], row, &credentials).await;
                ratios[index][column].push(added / raw_time);
            }
        }
    }
    Turns {
        medians: ratios
            .into_iter()
            .map(|columns| columns.map(median))
            .collect(),
        raw: Duration::from_secs_f64(median(raw_times)),
    }
}

/// Cheap requests come in larger numbers, so the clock can measure them.
fn count(row: Row) -> usize {
    match row {
        Row::New | Row::BadSignature => TOKENS,
        Row::Seen | Row::NoToken => 500,
    }
}

/// Returns the seconds that a request costs more than without the check.
async fn added(contender: &Contender, row: Row, credentials: &[Option<HeaderValue>]) -> f64 {
    if row == Row::Seen {
        contender.guarded.answer(requests(&credentials[..1])).await;
    }
    let all = credentials.len();
    let without = time(&*contender.baseline, credentials, all).await;
    let expected = if row.is_good() { all } else { 0 };
    let with = time(&*contender.guarded, credentials, expected).await;
    (with.as_secs_f64() - without.as_secs_f64()) / all as f64
}

async fn time(
    service: &dyn Answer,
    credentials: &[Option<HeaderValue>],
    expected: usize,
) -> Duration {
    let answers = service.answer(requests(credentials));
    let start = Instant::now();
    let accepted = answers.await;
    let time = start.elapsed();
    assert_eq!(accepted, expected);
    time
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

//! Times of alternating subjects.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Returns the time for each item, without the time to create them.
pub fn timed<T>(items: Vec<T>, mut run: impl FnMut(T)) -> Duration {
    let count = u32::try_from(items.len()).unwrap();
    let start = Instant::now();
    for item in items {
        run(black_box(item));
    }
    start.elapsed() / count
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

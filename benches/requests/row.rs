//! Requests of one kind, which alternate with other kinds.

use std::time::Duration;

use bench_support::{inner, protected, send, timed};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sequence_auth::SequenceAuthLayer;

pub(crate) const ROUNDS: usize = 101;
/// How many requests are created before they are sent. They are few, so they are still in the processor's first cache,
/// as in a server.
pub(crate) const BATCH: usize = 10;
/// The same for requests of 8 KiB.
pub(crate) const LARGE_BATCH: usize = 2;
/// How many batches are sent in a row. The first one is not counted: it finds what others have left behind.
pub(crate) const BATCHES: usize = 5;

type Requests = Box<dyn Fn(usize) -> Request<Full<Bytes>>>;

/// Requests of one kind. The number selects one of many.
pub(crate) struct Row {
    pub(crate) name: String,
    layer: SequenceAuthLayer,
    request: Requests,
    /// How many batches are sent in a round, and of how many requests.
    batches: usize,
    batch: usize,
    pub(crate) times: Vec<Duration>,
}

impl Row {
    pub(crate) fn with_batches(self, batches: usize) -> Self {
        Self { batches, ..self }
    }

    /// Sends the requests of one round, and takes the time of each batch.
    pub(crate) fn take_turn(&mut self, round: usize) {
        let mut service = protected(&self.layer);
        let batches = round * self.batches..(round + 1) * self.batches;
        let times = batches.map(|batch| {
            let numbers = batch * self.batch..(batch + 1) * self.batch;
            let requests = numbers.map(&self.request).collect();
            timed(requests, |request| send(&mut service, request))
        });
        self.times.extend(times.skip(1));
    }

    /// Counts the allocations of a new request, minus those without the layer.
    pub(crate) fn allocations(&self) -> u64 {
        let request = || (self.request)(ROUNDS * BATCHES * BATCH);
        let (one, other) = (request(), request());
        let ours = allocations(|| send(&mut protected(&self.layer), one));
        ours - allocations(|| send(&mut inner(), other))
    }
}

fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

pub(crate) fn row(
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

fn is_large(request: &Request<Full<Bytes>>) -> bool {
    request.headers().values().any(|value| value.len() > 4096)
}

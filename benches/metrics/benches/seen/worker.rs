//! Measures a request with a seen token, once for each line that it reads.

use std::io;

use bench_support::{bearer, layer, median, protected, send, timed};
use sequence_auth::testing::LocalIssuer;

const BATCHES: usize = 21;
const REQUESTS: usize = 500;

pub(crate) fn run() {
    let recorder = Recorder::install();
    let issuer = LocalIssuer::new();
    let layer = layer(&issuer, 4096);
    let mut service = protected(&layer);
    let token = issuer.token().mint();
    let mut measure = || {
        let requests = (0..REQUESTS).map(|_| bearer(&token)).collect();
        timed(requests, |request| send(&mut service, request))
    };
    measure();
    for _ in io::stdin().lines() {
        let time = median((0..BATCHES).map(|_| measure()).collect());
        println!("{}", time.as_nanos());
        recorder.run_upkeep();
    }
}

/// The recorder of metrics-exporter-prometheus, with buckets for microseconds as the guide recommends.
#[cfg(feature = "metrics")]
struct Recorder(metrics_exporter_prometheus::PrometheusHandle);

#[cfg(feature = "metrics")]
impl Recorder {
    fn install() -> Self {
        let buckets = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3];
        let builder = metrics_exporter_prometheus::PrometheusBuilder::new();
        let builder = builder.set_buckets(&buckets).unwrap();
        Self(builder.install_recorder().unwrap())
    }

    /// Empties the histogram into its buckets, as a server does every few seconds.
    fn run_upkeep(&self) {
        self.0.run_upkeep();
    }
}

#[cfg(not(feature = "metrics"))]
struct Recorder;

#[cfg(not(feature = "metrics"))]
impl Recorder {
    fn install() -> Self {
        Self
    }

    fn run_upkeep(&self) {}
}

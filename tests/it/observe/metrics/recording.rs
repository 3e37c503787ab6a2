//! A recorder that keeps the metrics of one test.

use std::collections::BTreeMap;

use metrics::{Unit, set_default_local_recorder};
use metrics_util::{
    MetricKind,
    debugging::{DebugValue, DebuggingRecorder, Snapshotter},
};

/// A series: its name and its sorted labels, in Prometheus's form.
pub(super) type Series = String;

/// Records all metrics of this thread.
pub(super) struct Metrics(Snapshotter);

impl Metrics {
    pub(super) fn start() -> (Self, metrics::LocalRecorderGuard<'static>) {
        let recorder = Box::leak(Box::new(DebuggingRecorder::new()));
        let snapshotter = recorder.snapshotter();
        (Self(snapshotter), set_default_local_recorder(recorder))
    }

    /// Takes the metrics since the last call: counters, the number of values of histograms, gauges.
    pub(super) fn take(&self) -> BTreeMap<Series, f64> {
        let snapshot = self.0.snapshot().into_vec();
        let series = snapshot.into_iter().map(|(key, _, _, value)| {
            let (_, key) = key.into_parts();
            let (name, labels) = key.into_parts();
            let mut labels: Vec<_> = labels
                .iter()
                .map(|label| format!("{}={:?}", label.key(), label.value()))
                .collect();
            labels.sort();
            let value = match value {
                DebugValue::Counter(count) => count as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(values) => values.len() as f64,
            };
            (format!("{}{{{}}}", name.as_str(), labels.join(",")), value)
        });
        series.collect()
    }

    pub(super) fn units(&self) -> BTreeMap<String, (MetricKind, Option<Unit>)> {
        let snapshot = self.0.snapshot().into_vec();
        let units = snapshot.into_iter().map(|(key, unit, description, _)| {
            assert!(description.is_some_and(|text| !text.is_empty()));
            (key.key().name().to_owned(), (key.kind(), unit))
        });
        units.collect()
    }
}

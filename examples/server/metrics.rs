//! The metrics for Prometheus, at `/metrics`. They are only for the operator: `--metrics-listen` serves them on a
//! separate port, which the public cannot reach.

use std::{error::Error, time::Duration};

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::sleep;

/// In seconds. Verifying a seen token takes microseconds, and a new token tens of microseconds.
pub(crate) const BUCKETS: [f64; 9] = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3, 1e-2];

/// How often recorded durations are added to the buckets, even if the metrics are never requested.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Starts recording, and builds the route. Call this before the layer is used, so every request is counted.
pub(crate) fn metrics() -> Result<Router, Box<dyn Error>> {
    let handle = builder()?.install_recorder()?;
    tokio::spawn(keep_up(handle.clone()));
    Ok(router(handle))
}

pub(crate) fn builder() -> Result<PrometheusBuilder, BuildError> {
    let duration = Matcher::Full("sequence_auth_verification_duration_seconds".to_owned());
    PrometheusBuilder::new().set_buckets_for_metric(duration, &BUCKETS)
}

pub(crate) fn router(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(async move || render(&handle)))
}

fn render(handle: &PrometheusHandle) -> impl IntoResponse + use<> {
    let headers = [
        (CONTENT_TYPE, "text/plain; version=0.0.4"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, handle.render())
}

async fn keep_up(handle: PrometheusHandle) {
    loop {
        sleep(UPKEEP_INTERVAL).await;
        handle.run_upkeep();
    }
}

//! The metrics.

use axum::body::to_bytes;
use http::StatusCode;
use metrics::set_default_local_recorder;
use test_support::{ISSUER, layer};
use tower::ServiceExt as _;

use super::{call, get};
use crate::{
    app::app,
    metrics::{BUCKETS, builder, router},
};

/// Returns the metrics of some requests, one for each header.
async fn metrics_of(authorizations: &[String]) -> String {
    let recorder = builder().unwrap().build_recorder();
    let _guard = set_default_local_recorder(&recorder);
    let app = app(&layer());
    for authorization in authorizations {
        let mut request = get("/me");
        let value = authorization.parse().unwrap();
        request.headers_mut().insert("authorization", value);
        call(app.clone(), request).await;
    }
    let response = router(recorder.handle()).oneshot(get("/metrics")).await;
    let response = response.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4"
    );
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn metrics_count_requests_by_their_results() {
    let expired = bearer(&ISSUER.token().expired().mint());
    let metrics = metrics_of(&[bearer(&ISSUER.token().mint()), expired.clone(), expired]).await;
    for line in [
        "# TYPE sequence_auth_requests_total counter",
        r#"sequence_auth_requests_total{result="success",error_type="",source="bearer"} 1"#,
        r#"sequence_auth_requests_total{result="failure",error_type="expired",source="bearer"} 2"#,
    ] {
        assert!(metrics.lines().any(|other| other == line), "{metrics}");
    }
}

#[tokio::test]
async fn metrics_sort_durations_into_buckets_of_microseconds() {
    const SERIES: &str = r#"sequence_auth_verification_duration_seconds_bucket{result="success",cached="false",le=""#;
    let metrics = metrics_of(&[bearer(&ISSUER.token().mint())]).await;
    let bounds = metrics
        .lines()
        .filter_map(|line| line.strip_prefix(SERIES)?.split_once('"'));
    let bounds: Vec<f64> = bounds.map(|(bound, _)| bound.parse().unwrap()).collect();
    assert_eq!(bounds, [&BUCKETS[..], &[f64::INFINITY]].concat());
}

#[test]
fn guide_shows_the_same_buckets() {
    let buckets = |code: &'static str| {
        let (_, declaration) = code.split_once("const BUCKETS: ").unwrap();
        declaration.split_once("];").unwrap().0
    };
    let guide = include_str!("../../../src/guide/observing.rs");
    assert_eq!(buckets(include_str!("../metrics.rs")), buckets(guide));
}

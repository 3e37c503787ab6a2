//! Events about fetches: their URL, and how far this machine's clock is off.

use std::time::{Duration, SystemTime};

use sequence_auth::{FetchErrorKind as Kind, testing::LocalIssuer};
use test_support::{
    http_endpoint::{Endpoint, failure, response},
    recorder::Recorder,
};

#[tokio::test]
async fn failure_names_the_url_without_its_query() {
    let endpoint = Endpoint::answering(response("404 Not Found", "")).await;
    let issuer = LocalIssuer::new();
    let builder = endpoint.builder(&issuer);
    let layer = builder.jwks_url(format!("{}?key=secret", endpoint.url));
    let layer = layer.build().unwrap();
    let (recorder, _guard) = Recorder::start();
    let error = layer.ready().await.unwrap_err();
    let url = &endpoint.url;
    let expected = format!("the issuer answered 404, not 200 ({url})");
    assert!(error.to_string().ends_with(&expected), "{error}");
    let health = layer.health();
    let failure = health.last_error().unwrap();
    assert_eq!(failure.kind(), Kind::Status(404));
    assert_eq!(failure.url(), Some(url.as_str()));
    let told = recorder.take_told();
    assert!(
        told[0].starts_with("WARN the keys could not be fetched"),
        "{told:?}"
    );
    assert!(told[0].contains(&expected), "{told:?}");
    assert!(!format!("{told:?} {health:?} {error:?}").contains("secret"));
}

#[tokio::test]
async fn failure_that_no_answer_came_with_names_the_url_too() {
    let issuer = LocalIssuer::new();
    let endpoint = Endpoint::answering(response("200 OK", "{}")).await;
    let unusable = endpoint.builder(&issuer).build().unwrap();
    assert_eq!(failure(&unusable).await.url(), Some(endpoint.url.as_str()));
    let closed = "http://127.0.0.1:9/jwks.json";
    let unreachable = endpoint.builder(&issuer).jwks_url(closed).build().unwrap();
    assert_eq!(failure(&unreachable).await.url(), Some(closed));
}

/// Fetches the keys from a server whose clock is ahead by some seconds, with further headers.
async fn told(ahead: i64, headers: &str) -> Vec<String> {
    let issuer = LocalIssuer::new();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let date = now.as_secs().saturating_add_signed(ahead);
    let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(date));
    let body = issuer.jwks();
    let endpoint = Endpoint::answering(format!(
        "HTTP/1.1 200 OK\r\ndate: {date}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    ));
    let endpoint = endpoint.await;
    let layer = endpoint.builder(&issuer).build().unwrap();
    let (recorder, _guard) = Recorder::start();
    layer.ready().await.unwrap();
    let told = recorder.take_told().into_iter();
    told.filter(|line| line.starts_with("WARN")).collect()
}

#[tokio::test]
async fn clock_that_is_off_is_told() {
    for (ahead, direction) in [(60, "behind"), (-60, "ahead of"), (86_400, "behind")] {
        let told = told(ahead, "").await;
        assert_eq!(told.len(), 1, "{told:?}");
        let expected = format!("WARN this machine's clock is {direction} the clock of the server");
        assert!(told[0].starts_with(&expected), "{told:?}");
        assert!(told[0].contains("url=\"http://127.0.0.1:"), "{told:?}");
        let seconds = ahead.unsigned_abs();
        let is_off_by = |by: u64| told[0].contains(&format!("seconds={by} "));
        assert!((seconds - 2..=seconds + 2).any(is_off_by), "{told:?}");
    }
}

#[tokio::test]
async fn clock_that_is_right_is_no_warning() {
    for ahead in [-15, 0, 15] {
        assert_eq!(told(ahead, "").await, [""; 0], "{ahead}");
    }
    // The answer was in a cache for an hour.
    assert_eq!(told(-3600, "age: 3600\r\n").await, [""; 0]);
    assert_eq!(told(-3600, "age: unknown\r\n").await, [""; 0]);
}

//! The names, labels and units of the series, and their number.

use std::{collections::BTreeSet, env, time::Duration};

use metrics::Unit;
use metrics_util::MetricKind;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};

use super::recording::Metrics;
use crate::{
    key_endpoint::{Endpoint, Mode},
    login,
    support::{ISSUER, bearer, layer, send},
};

/// Every value that an attacker can choose, many times.
async fn flood(layer: &SequenceAuthLayer, requests: u32) {
    let issuer = LocalIssuer::new();
    let sample = issuer.token().header("kid", "kid-0000000").mint();
    let (_, rest) = sample.split_once('.').unwrap();
    for number in 0..requests {
        let header = format!(r#"{{"alg":"RS256","kid":"kid-{number}","typ":"JWT"}}"#);
        let mut request = bearer(&format!("{}.{rest}", base64url(&header)));
        let origin = format!("https://{number}.example").parse().unwrap();
        request.headers_mut().insert("origin", origin);
        send(layer, request).await;
    }
}

/// The number of requests of the flood: `FLOOD_REQUESTS`, or 20,000.
fn flood_requests() -> u32 {
    let requests = env::var("FLOOD_REQUESTS").ok();
    requests.map_or(20_000, |requests| requests.parse().unwrap())
}

fn base64url(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test(start_paused = true)]
async fn flood_adds_no_series() {
    let (metrics, _guard) = Metrics::start();
    let layer = layer();
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
    flood(&layer, 100).await;
    let before: BTreeSet<_> = metrics.take().into_keys().collect();
    let requests = flood_requests();
    flood(&layer, requests).await;
    // To sign a token takes much longer than to refuse one.
    for number in 0..requests / 200 {
        let wallet = format!("0x{number:040x}");
        let token = ISSUER.token().claim("sub", wallet).mint();
        send(&layer, bearer(&token)).await.claims();
    }
    let after: BTreeSet<_> = metrics.take().into_keys().collect();
    assert_eq!(after, before);
    for series in &after {
        for secret in ["kid-", ".example", "0x", "player@"] {
            assert!(!series.contains(secret), "{series}");
        }
    }
}

/// The rows of the documentation's table.
#[tokio::test(start_paused = true)]
async fn names_labels_and_units_are_those_of_the_documentation() {
    let (metrics, _guard) = Metrics::start();
    let endpoint = Endpoint::new(Mode::Slow(Duration::from_millis(1)));
    let nonces = login::nonces();
    let layer = endpoint.layer().with_nonces(nonces.clone());
    let token = endpoint.issuer.token().nonce(&nonces.issue()).mint();
    send(&layer, bearer(&token)).await.claims();
    let units = metrics.units();
    let rows = units.iter().map(|(name, (kind, unit))| {
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        };
        let unit = match unit {
            Some(Unit::Seconds) => "seconds",
            _ => "",
        };
        format!("`{name}` | {kind} | {unit}")
    });
    let rows: Vec<_> = rows.collect();
    let page = include_str!("../../../../src/guide/observing.rs");
    let documented: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `sequence_auth_"))
        .map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            format!("`sequence_auth_{} | {} | {}", cells[0], cells[1], cells[2])
        })
        .collect();
    assert_eq!(rows, documented);
}

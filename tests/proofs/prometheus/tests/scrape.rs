//! What is scraped.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    guide_table,
    prometheus::Prometheus,
    scene::{EMAIL, Scene},
};

/// The labels that Prometheus adds.
const ITS_LABELS: [&str; 4] = ["__name__", "instance", "job", "le"];

type Series = BTreeMap<String, String>;

async fn series(prometheus: &Prometheus) -> Vec<Series> {
    let all = [("match[]", r#"{__name__=~"sequence_auth_.*"}"#)];
    let series = prometheus.ask("series", &all).await.unwrap();
    serde_json::from_value(series).unwrap()
}

/// Returns the name of the metric, of which a histogram has three.
fn metric(series: &Series) -> &str {
    let name = &*series["__name__"];
    let suffixes = ["_bucket", "_count", "_sum"].iter();
    let mut base = suffixes.filter_map(|suffix| name.strip_suffix(suffix));
    base.next().unwrap_or(name)
}

#[tokio::test]
#[cfg_attr(not(prometheus), ignore = "needs prometheus")]
async fn names_kinds_and_labels_are_those_of_the_guide() {
    let scene = Scene::start().await;
    let rows = guide_table::rows();
    let mut scraped: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for series in series(&scene.prometheus).await {
        let labels = scraped.entry(metric(&series).to_owned()).or_default();
        let row = rows.get(metric(&series)).unwrap();
        for (name, value) in &series {
            if ITS_LABELS.contains(&&**name) {
                continue;
            }
            let values = row.labels.get(&**name);
            let values = values.unwrap_or_else(|| panic!("{name}: {series:?}"));
            assert!(values.is_empty() || values.contains(&**value), "{series:?}");
            labels.insert(name.clone());
        }
    }
    let owned = |name: &&str| (*name).to_owned();
    let documented = rows.iter().map(|(name, row)| {
        let labels: BTreeSet<_> = row.labels.keys().map(owned).collect();
        (owned(name), labels)
    });
    assert_eq!(scraped, documented.collect());
    let metadata = scene.prometheus.ask("metadata", &[]).await.unwrap();
    for (name, row) in rows {
        assert_eq!(metadata[name][0]["type"], row.kind, "{name}");
    }
}

#[tokio::test]
#[cfg_attr(not(prometheus), ignore = "needs prometheus")]
async fn each_request_is_counted_and_nobody_is_named() {
    let scene = Scene::start().await;
    for (labels, count) in [
        (r#"result="success", error_type="", source="bearer""#, "4"),
        (
            r#"result="success", error_type="", source="json_field""#,
            "1",
        ),
        (r#"error_type="keys_unavailable", source="bearer""#, "1"),
        (r#"error_type="missing_token", source="none""#, "1"),
        (r#"error_type="malformed_token", source="bearer""#, "1"),
    ] {
        let expression = format!(r#"sequence_auth_requests_total{{job="server", {labels}}}"#);
        let samples = scene.prometheus.query(&expression).await;
        assert_eq!(samples.len(), 1, "{expression}");
        assert_eq!(samples[0]["value"][1], count, "{expression}");
    }
    for series in series(&scene.prometheus).await {
        let series = format!("{series:?}");
        for secret in [EMAIL, "eyJ", "0x"] {
            assert!(!series.contains(secret), "{series}");
        }
    }
}

/// The requests that waited are over.
#[tokio::test]
#[cfg_attr(not(prometheus), ignore = "needs prometheus")]
async fn keys_and_uses_are_followed() {
    let scene = Scene::start().await;
    for (expression, values) in [
        ("sum(sequence_auth_waiting_requests)", &["0"][..]),
        (
            r#"sum(sequence_auth_key_fetches_total{result="success"})"#,
            &["3"],
        ),
        (
            r#"sum(sequence_auth_key_fetches_total{result="failure", error_type="status"}) > bool 0"#,
            &["1"],
        ),
        (
            "count(time() - sequence_auth_keys_last_success_timestamp_seconds < 600)",
            &["2"],
        ),
        (
            r#"sum(sequence_auth_one_time_uses_total{result="success"})"#,
            &["1"],
        ),
        (
            r#"sum(sequence_auth_one_time_uses_total{result="repeated"})"#,
            &["1"],
        ),
        (
            r#"sum(sequence_auth_one_time_uses_total{result="failure"})"#,
            &["1"],
        ),
    ] {
        let samples = scene.prometheus.query(expression).await;
        let samples: Vec<_> = samples.iter().map(|sample| &sample["value"][1]).collect();
        let values: Vec<_> = values.iter().map(|value| Value::from(*value)).collect();
        assert_eq!(samples, values.iter().collect::<Vec<_>>(), "{expression}");
    }
}

//! The dashboard: what its panels ask, Prometheus answers.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::{
    guide_table,
    prometheus::{beside_the_example, names_in, until},
    scene::Scene,
};

fn dashboard() -> Value {
    let text = fs::read_to_string(beside_the_example("dashboard.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn targets(dashboard: &Value) -> impl Iterator<Item = &Value> {
    let panels = dashboard["panels"].as_array().unwrap();
    panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().unwrap())
}

/// Returns an expression as Grafana sends it for all jobs and instances.
fn sent(target: &Value) -> String {
    with_all_chosen(target["expr"].as_str().unwrap())
}

fn with_all_chosen(expression: &str) -> String {
    let expression = expression
        .replace("$__rate_interval", "1m")
        .replace("$job", ".*")
        .replace("$instance", ".*");
    assert!(!expression.contains('$'), "{expression}");
    expression
}

#[tokio::test]
#[cfg_attr(not(prometheus), ignore = "needs prometheus")]
async fn each_panel_asks_for_what_is_scraped_and_is_answered() {
    let scene = Scene::start().await;
    let names = scene.prometheus.names().await;
    let dashboard = dashboard();
    for target in targets(&dashboard) {
        let expression = sent(target);
        for name in names_in(&expression) {
            assert!(names.iter().any(|other| other == name), "{expression}");
        }
        until(&expression, async || {
            !scene.prometheus.query(&expression).await.is_empty()
        })
        .await;
    }
}

#[tokio::test]
#[cfg_attr(not(prometheus), ignore = "needs prometheus")]
async fn each_variable_has_values_to_choose() {
    let scene = Scene::start().await;
    let dashboard = dashboard();
    for variable in &dashboard["templating"]["list"].as_array().unwrap()[1..] {
        let query = variable["query"]["query"].as_str().unwrap();
        assert_eq!(variable["definition"], query);
        let arguments = query.strip_prefix("label_values(").unwrap();
        let (series, label) = arguments.rsplit_once(", ").unwrap();
        let label = label.strip_suffix(')').unwrap();
        assert_eq!(variable["name"], label);
        let counts = format!("count by ({label}) ({})", with_all_chosen(series));
        let counts = scene.prometheus.query(&counts).await;
        assert!(!counts.is_empty(), "{query}");
        for count in &counts {
            assert!(count["metric"][label].is_string(), "{query}: {count}");
        }
    }
}

#[test]
fn each_metric_of_the_guide_is_on_a_panel() {
    let dashboard = dashboard();
    let expressions: Vec<_> = targets(&dashboard).map(sent).collect();
    let shown: BTreeSet<_> = expressions
        .iter()
        .flat_map(|expression| names_in(expression))
        .map(|name| name.trim_end_matches("_bucket"))
        .collect();
    let documented: BTreeSet<_> = guide_table::rows().into_keys().collect();
    assert_eq!(shown, documented);
}

/// A dashboard with a fixed data source is empty for everybody else.
#[test]
fn each_panel_asks_the_data_source_that_is_chosen() {
    let dashboard = dashboard();
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    assert_eq!(variables[0]["type"], "datasource");
    assert_eq!(variables[0]["name"], "datasource");
    let asking = targets(&dashboard)
        .chain(dashboard["panels"].as_array().unwrap())
        .chain(&variables[1..]);
    for asking in asking {
        assert_eq!(asking["datasource"]["uid"], "${datasource}", "{asking}");
    }
}

#[test]
fn panels_have_ids_of_their_own_and_do_not_overlap() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut cells = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel}");
        let side = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        for x in side("x")..side("x") + side("w") {
            for y in side("y")..side("y") + side("h") {
                assert!(x < 24 && cells.insert((x, y)), "{panel}");
            }
        }
    }
}

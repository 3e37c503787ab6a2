//! The alerts: valid, loaded, about what is scraped, and tested.

use std::process::Command;

use crate::{
    prometheus::{beside_the_example, names_in, until},
    scene::Scene,
};

const ALERTS: [&str; 3] = [
    "SequenceAuthKeysStale",
    "SequenceAuthRefusalsUnusual",
    "SequenceAuthOneTimeStoreFailing",
];

fn promtool(arguments: &[&str], file: &str) {
    let mut command = Command::new("promtool");
    let output = command.args(arguments).arg(beside_the_example(file));
    let output = output.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[cfg_attr(not(promtool), ignore = "needs promtool")]
fn promtool_takes_the_rules_for_valid() {
    promtool(&["check", "rules", "--lint-fatal"], "alerts.yml");
}

#[test]
#[cfg_attr(not(promtool), ignore = "needs promtool")]
fn alerts_fire_when_they_should_and_only_then() {
    promtool(&["test", "rules"], "alerts_test.yml");
}

#[tokio::test]
#[cfg_attr(not(prometheus), ignore = "needs prometheus")]
async fn rules_are_loaded_and_ask_for_what_is_scraped() {
    const SHARE: &str = "job_error_type:sequence_auth_refusals:share10m";
    let scene = Scene::start().await;
    until("the rules are evaluated", async || {
        !scene.prometheus.query(SHARE).await.is_empty()
    })
    .await;
    let names = scene.prometheus.names().await;
    let rules = scene.prometheus.ask("rules", &[]).await.unwrap();
    let rules = rules["groups"][0]["rules"].as_array().unwrap();
    let mut alerts = Vec::new();
    for rule in rules {
        let query = rule["query"].as_str().unwrap();
        // Prometheus has not scraped the values of an hour ago.
        let asked = names_in(query).into_iter();
        for name in asked.filter(|name| !name.ends_with(":share1d")) {
            assert!(names.iter().any(|other| other == name), "{query}");
        }
        if rule["type"] == "alerting" {
            alerts.push(rule["name"].as_str().unwrap());
        }
    }
    assert_eq!(alerts, ALERTS);
    let guide = include_str!("../../../../src/guide/observing.rs");
    for alert in alerts {
        assert!(guide.contains(&format!("//! | `{alert}` |")), "{alert}");
    }
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
}

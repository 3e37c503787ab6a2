//! The table of metrics in the guide.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct Row {
    pub(crate) kind: &'static str,
    /// The values of a label, for labels with listed values.
    pub(crate) labels: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

/// Returns the rows by the names of the metrics.
pub(crate) fn rows() -> BTreeMap<&'static str, Row> {
    let page = include_str!("../../../../src/guide/observing.rs");
    let lines = page.lines();
    let rows = lines.filter_map(|line| line.strip_prefix("//! | `sequence_auth_").and(Some(line)));
    rows.map(row).collect()
}

fn row(line: &'static str) -> (&'static str, Row) {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let [_, name, kind, _unit, labels, _] = cells[..] else {
        panic!("{line}")
    };
    let labels = match labels {
        "none" => BTreeMap::new(),
        labels => labels.split(';').map(label).collect(),
    };
    (name.trim_matches('`'), Row { kind, labels })
}

/// Parses a name and values, in backticks all of them. Values that another page lists are in brackets.
fn label(text: &'static str) -> (&'static str, BTreeSet<&'static str>) {
    let mut words = text.split('`').skip(1).step_by(2);
    let name = words.next().unwrap();
    (name, words.collect())
}

//! The list of classes agrees with the sources.

use std::{collections::BTreeSet, fs, path::Path};

const LIST: &str = include_str!("README.md");

/// Each class with its tests, as paths and names. Without names, all tests of the path are meant.
fn classes() -> impl Iterator<Item = (&'static str, Vec<(&'static str, Vec<&'static str>)>)> {
    let classes = LIST.split("\n## ").skip(1);
    classes.map(|class| {
        let mut items = class.split("\n- ");
        let title = items.next().unwrap().lines().next().unwrap();
        let quoted = |item: &'static str| item.split('`').skip(1).step_by(2);
        let tests =
            items.map(|item| (quoted(item).next().unwrap(), quoted(item).skip(1).collect()));
        (title, tests.collect())
    })
}

/// The names of all tests in a file, or in all files of a folder.
fn tests_in(path: &Path) -> BTreeSet<String> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(Result::unwrap);
        let sources = entries.filter(|entry| entry.file_name() != "target");
        return sources.flat_map(|entry| tests_in(&entry.path())).collect();
    }
    if path.extension().is_none_or(|extension| extension != "rs") {
        return BTreeSet::new();
    }
    let source = fs::read_to_string(path).unwrap();
    let mut lines = source.lines().map(str::trim_start);
    let is_attribute =
        |line: &&str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    let mut names = BTreeSet::new();
    while lines.by_ref().find(is_attribute).is_some() {
        let name = lines.find_map(|line| line.split_once("fn ")?.1.split_once('('));
        names.insert(name.unwrap().0.to_owned());
    }
    names
}

fn tests_of_package(path: &str) -> BTreeSet<String> {
    tests_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

#[test]
fn every_class_has_tests_that_exist() {
    for (number, (title, tests)) in (1..).zip(classes()) {
        assert!(title.starts_with(&format!("{number}. ")), "{title}");
        assert!(!tests.is_empty(), "{title}");
        for (path, names) in tests {
            let existing = tests_of_package(path);
            assert!(!existing.is_empty(), "{title}: {path} has no tests");
            for name in names {
                assert!(existing.contains(name), "{title}: {path} has no {name}");
            }
        }
    }
}

#[test]
fn every_attack_has_a_class() {
    let mut without_class = tests_of_package("tests/it/attacks");
    for name in tests_of_package("tests/it/attacks/classes.rs") {
        without_class.remove(&name);
    }
    assert!(!without_class.is_empty());
    for (path, names) in classes().flat_map(|(_, tests)| tests) {
        let existing = tests_of_package(path);
        without_class.retain(|test| match names.is_empty() {
            true => !existing.contains(test),
            false => !names.contains(&&**test),
        });
    }
    assert!(without_class.is_empty(), "{without_class:?}");
}

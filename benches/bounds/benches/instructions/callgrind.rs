//! Counts of this program's own requests, which it sends as another process under callgrind.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The variable that makes this program the counted process.
pub(crate) const COUNTED: &str = "COUNTED";

/// How many instructions one request of each kind takes, by its name.
pub(crate) struct Counts(BTreeMap<String, f64>);

impl Counts {
    pub(crate) fn of(&self, name: &str) -> f64 {
        *self.0.get(name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Returns what a layer adds to a request.
    pub(crate) fn added(&self, algorithm: &str, layer: &str, request: &str) -> f64 {
        let with = self.of(&format!("{algorithm}/{layer}/{request}"));
        with - self.of(&format!("{algorithm}/no layer"))
    }

    /// Returns what a layer adds to hostile requests of one kind, each as a part of a new token of its size.
    pub(crate) fn hostile(&self, kind: &str) -> Vec<(&str, f64)> {
        let names = self.0.keys().filter_map(|name| {
            let name = name.strip_prefix(kind)?.strip_prefix('/')?;
            name.strip_suffix("/refused, no layer")
        });
        let added = |name: &str, request: &str| {
            let with = self.of(&format!("{kind}/{name}/{request}"));
            with - self.of(&format!("{kind}/{name}/{request}, no layer"))
        };
        let ratios = names.map(|name| (name, added(name, "refused") / added(name, "good")));
        ratios.collect()
    }
}

/// Runs this program under callgrind, which writes a file for each counted row.
pub(crate) fn count() -> Counts {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let file = directory.join("out");
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--collect-atstart=no",
            "--toggle-collect=instructions::counted::collected*",
            "--dump-after=*collected*",
        ])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe().unwrap())
        .env(COUNTED, "1")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let names = String::from_utf8(output.stdout).unwrap();
    let counts = names.lines().zip(1..).map(|(line, number)| {
        let (requests, name) = line.split_once(' ').unwrap();
        let requests: f64 = requests.parse().unwrap();
        let dump = PathBuf::from(format!("{}.{number}", file.display()));
        (name.to_owned(), total(&dump) / requests)
    });
    Counts(counts.collect())
}

fn total(file: &Path) -> f64 {
    let counts = fs::read_to_string(file).unwrap();
    let total = counts
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().parse().unwrap()
}

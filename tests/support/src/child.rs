//! Tests that need an environment of their own run in a process of their own: this binary, told to run one
//! test that is ignored otherwise.

use std::{env, ffi::OsStr, process::Command};

/// Runs an ignored test with some variables set.
#[track_caller]
pub fn run(test: &str, variables: &[(&str, &dyn AsRef<OsStr>)]) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .envs(variables.iter().map(|(name, value)| (name, value.as_ref())))
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stdout.contains("1 passed"), "{stdout}{stderr}");
}

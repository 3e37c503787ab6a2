//! Tests that need their own environment run in a separate process: this binary, with the name of an ignored test.

use std::{env, ffi::OsStr, process::Command};

/// Runs an ignored test with some variables set.
#[track_caller]
pub fn run(test: &str, variables: &[(&str, &dyn AsRef<OsStr>)]) {
    let variables = variables.iter();
    run_command(command(test).envs(variables.map(|(name, value)| (name, value.as_ref()))));
}

/// Returns a command that runs an ignored test, for callers that change more of its environment.
pub fn command(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command
}

/// Runs a [`command`], and returns what the test printed.
#[track_caller]
pub fn run_command(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stdout.contains("1 passed"), "{stdout}{stderr}");
    stdout.into_owned()
}

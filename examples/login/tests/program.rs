//! The program, running.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _},
    process::{Child, ChildStdout, Command, Stdio},
};

pub(crate) struct Program {
    process: Child,
    pub(crate) url: String,
    /// The demo issuer: its own, or the one that it trusts.
    pub(crate) issuer: String,
    log: File,
    /// Kept open, so the program can print more.
    _output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts the program with a demo issuer of its own.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        let mut command = command(&["--demo-listen", "127.0.0.1:0"]);
        command.args(options);
        Self::run(command, None)
    }

    /// Starts the program with somebody else's demo issuer.
    pub(crate) fn trusting(issuer: &str) -> Self {
        Self::run(trusting(issuer), Some(issuer))
    }

    /// Starts one of several instances, with this nonce key, Redis and issuer. Without an issuer, it starts its own.
    pub(crate) fn instance(key: &str, redis: &str, issuer: Option<&str>) -> Self {
        let mut command = match issuer {
            Some(issuer) => trusting(issuer),
            None => command(&["--demo-listen", "127.0.0.1:0"]),
        };
        command.env("NONCE_KEY", key).args(["--redis", redis]);
        Self::run(command, issuer)
    }

    /// Starts one of several instances that share a nonce key, each with a store in memory.
    pub(crate) fn alone(key: &str, issuer: Option<&str>) -> Self {
        let mut command = match issuer {
            Some(issuer) => trusting(issuer),
            None => command(&["--demo-listen", "127.0.0.1:0"]),
        };
        command.env("NONCE_KEY", key);
        Self::run(command, issuer)
    }

    fn run(mut command: Command, issuer: Option<&str>) -> Self {
        let log = tempfile::tempfile().unwrap();
        let stderr = log.try_clone().unwrap();
        let mut process = command.stderr(stderr).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = |name: &str| {
            let mut lines = output.by_ref().lines().map(Result::unwrap);
            let found = lines.find_map(|line| line.strip_prefix(name).map(str::to_owned));
            let found = found.unwrap_or_else(|| panic!("no line {name:?}"));
            found.split(' ').next().unwrap().to_owned()
        };
        let url = line("Server: ");
        let issuer = issuer.map_or_else(|| line("Demo issuer: "), str::to_owned);
        Self {
            process,
            url,
            issuer,
            log,
            _output: output,
        }
    }

    pub(crate) fn log(&mut self) -> String {
        let mut text = String::new();
        self.log.rewind().unwrap();
        self.log.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program on a free port, independent of the environment of the tests.
pub(crate) fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_login"));
    command
        .env_clear()
        .args(["--listen", "127.0.0.1:0"])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

fn trusting(issuer: &str) -> Command {
    command(&["--project-id", "13639", "--issuer", issuer])
}

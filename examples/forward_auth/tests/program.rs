//! The program.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use crate::proxies::client::{Answer, exchange, parse};

struct Program {
    process: Child,
    address: SocketAddr,
    /// Open for what else the program prints.
    _output: BufReader<ChildStdout>,
}

impl Program {
    fn start(options: &[&str]) -> Self {
        let mut process = command(options).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("Server: http://").unwrap();
        Self {
            address: address.parse().unwrap(),
            process,
            _output: output,
        }
    }

    fn get(&self, path: &str, headers: &str) -> Answer {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n");
        parse(&exchange(self.address, request.as_bytes()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forward_auth"));
    command
        .env_clear()
        .args(["--listen", "127.0.0.1:0"])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

const DESCRIBED: &str = "x-forwarded-method: GET\r\nx-forwarded-host: game.example\r\n";

#[test]
fn it_listens_while_its_issuer_is_down() {
    let url = "http://127.0.0.1:9/jwks.json";
    let program = Program::start(&["--project-id", "7", "--jwks-url", url]);
    assert_eq!(program.get("/healthz", "").status, 503);
    assert_eq!(program.get("/verify", DESCRIBED).status, 401);
    assert_eq!(program.get("/verify", "").status, 500);
}

#[test]
fn names_that_are_none_are_errors() {
    for option in ["--token-cookie", "--token-header"] {
        let mut command = command(&["--demo-listen", "127.0.0.1:0", option, "a b"]);
        let Output { status, stderr, .. } = command.stderr(Stdio::piped()).output().unwrap();
        assert_eq!(status.code(), Some(1));
        let told = String::from_utf8_lossy(&stderr);
        assert!(told.contains("`a b` is not the name of a"), "{told}");
    }
}

//! The program.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use crate::proxies::client::{Answer, exchange, parse};

struct Program {
    process: Child,
    address: SocketAddr,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(options: &[&str]) -> Self {
        let mut process = command(options).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let address = line(&mut output, "Server: http://");
        Self {
            process,
            address,
            output,
        }
    }

    /// Returns a token of a player without an email, from the program's own demo issuer.
    fn guest_token(&mut self) -> String {
        let issuer = line(&mut self.output, "Demo issuer: http://");
        let request = "POST /demo/token HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
        let answer = parse(&exchange(issuer, request.as_bytes()));
        let token: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        token["idToken"].as_str().unwrap().to_owned()
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

/// Reads up to a line that begins so, and returns the address after it.
fn line(output: &mut BufReader<ChildStdout>, name: &str) -> SocketAddr {
    let mut lines = output.by_ref().lines().map(Result::unwrap);
    let rest = lines.find_map(|line| line.strip_prefix(name).map(str::to_owned));
    let rest = rest.unwrap();
    rest.split(' ').next().unwrap().parse().unwrap()
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

/// A deployed server whose settings were lost trusts nobody.
#[test]
fn it_does_not_start_without_an_issuer() {
    for (name, value) in [
        ("PROJECTID", "7"),
        ("OMS_PROJECT_ID", ""),
        ("AUDIENCE_PREFIX", "https://example/project/"),
    ] {
        let mut command = command(&[]);
        let output = command.env(name, value).stderr(Stdio::piped()).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("no issuer: pass --project-id"), "{text}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn options_say_whom_it_accepts_and_where_tokens_are() {
    let demo = ["--demo-listen", "127.0.0.1:0"];
    let named = [
        "--email-policy",
        "optional",
        "--token-cookie",
        "session",
        "--token-header",
        "x-token",
    ];
    let named = [&demo[..], &named].concat();
    for (options, status) in [(&demo[..], 401), (&named, 204)] {
        let mut program = Program::start(options);
        let token = program.guest_token();
        let ask = |header: &str| program.get("/verify", &format!("{DESCRIBED}{header}{token}\r\n"));
        assert_eq!(ask("authorization: bearer ").status, status);
        assert_eq!(ask("x-token: ").status, status);
        assert_eq!(ask("cookie: session=").status, status);
        assert_eq!(ask("cookie: __Host-token=").status, 401);
        assert_eq!(ask("x-sequence-token: ").status, 401);
    }
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

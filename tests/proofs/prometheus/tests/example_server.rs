//! The example server with its demo issuer, running, and requests to it.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

pub(crate) struct ExampleServer {
    process: Child,
    url: String,
    issuer: String,
    /// The URL of the metrics.
    pub(crate) metrics: String,
    client: Client,
    /// Kept open, so the program can print more.
    _output: BufReader<ChildStdout>,
}

impl ExampleServer {
    pub(crate) fn start() -> Self {
        let mut process = command().spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = |name: &str| {
            let mut lines = output.by_ref().lines().map(Result::unwrap);
            let found = lines.find_map(|line| line.strip_prefix(name).map(str::to_owned));
            let found = found.unwrap_or_else(|| panic!("no line {name:?}"));
            found.split(' ').next().unwrap().to_owned()
        };
        let url = line("Server: ");
        let metrics = line("Metrics: http://");
        Self {
            url,
            metrics: metrics.strip_suffix("/metrics").unwrap().to_owned(),
            issuer: line("Demo issuer: "),
            process,
            client: Client::builder().no_proxy().build().unwrap(),
            _output: output,
        }
    }

    pub(crate) async fn token(&self, email: &str) -> String {
        let answer = self.demo("token", &json!({"email": email})).await;
        answer["idToken"].as_str().unwrap().to_owned()
    }

    /// Has the issuer change its key.
    pub(crate) async fn rotate(&self) {
        self.demo("rotate", &json!({})).await;
    }

    /// Makes the issuer change its key while its endpoint fails.
    pub(crate) async fn rotate_during_outage(&self) {
        self.demo("fail", &json!({"mode": "unavailable"})).await;
        self.rotate().await;
    }

    async fn demo(&self, path: &str, request: &Value) -> Value {
        let url = format!("{}/demo/{path}", self.issuer);
        let request = self.client.post(url).body(request.to_string());
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    pub(crate) async fn me(&self, authorization: Option<&str>) -> StatusCode {
        let mut request = self.client.get(format!("{}/me", self.url));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request.send().await.unwrap().status()
    }

    pub(crate) async fn verify_wallet(&self, body: String) -> StatusCode {
        let url = format!("{}/api/verify-wallet", self.url);
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json");
        request.body(body).send().await.unwrap().status()
    }
}

impl Drop for ExampleServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program on free ports, independent of the environment of the tests.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_example-server"));
    command
        .env_clear()
        .env("METRICS_LISTEN", "127.0.0.1:0")
        .args(["--listen", "127.0.0.1:0", "--demo-listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

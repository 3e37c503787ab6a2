//! A Prometheus of one's own, in a directory of its own, and its HTTP API.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Url};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Prometheus {
    process: Child,
    url: String,
    client: Client,
    _directory: TempDir,
}

impl Prometheus {
    /// Starts a server that scrapes each job's target every second, with the example's alerts.
    pub(crate) async fn scrape(targets: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("prometheus.yml");
        fs::write(&file, configuration(targets).to_string()).unwrap();
        let address = free_address();
        let prometheus = Self {
            process: run(&file, &address, directory.path()),
            url: format!("http://{address}"),
            client: Client::builder().no_proxy().build().unwrap(),
            _directory: directory,
        };
        until("Prometheus is ready", async || prometheus.is_ready().await).await;
        prometheus
    }

    async fn is_ready(&self) -> bool {
        let answer = self.client.get(format!("{}/-/ready", self.url)).send();
        answer
            .await
            .is_ok_and(|answer| answer.status().is_success())
    }

    /// Asks the API, and returns the data or the error of the answer.
    pub(crate) async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, String> {
        let url = format!("{}/api/v1/{path}", self.url);
        let url = Url::parse_with_params(&url, query).unwrap();
        let answer = self.client.get(url).send().await.unwrap();
        let mut answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        match answer["status"].as_str() {
            Some("success") => Ok(answer["data"].take()),
            _ => Err(answer.to_string()),
        }
    }

    /// Returns the samples that an expression selects now.
    pub(crate) async fn query(&self, expression: &str) -> Vec<Value> {
        let data = self.ask("query", &[("query", expression)]).await;
        let data = data.unwrap_or_else(|error| panic!("{expression}: {error}"));
        assert_eq!(data["resultType"], "vector", "{expression}");
        data["result"].as_array().unwrap().clone()
    }

    /// Returns the names of everything that was scraped or recorded.
    pub(crate) async fn names(&self) -> Vec<String> {
        let names = self.ask("label/__name__/values", &[]).await.unwrap();
        serde_json::from_value(names).unwrap()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// JSON is YAML.
fn configuration(targets: &[(&str, &str)]) -> Value {
    let jobs = targets
        .iter()
        .map(|(job, target)| json!({"job_name": job, "static_configs": [{"targets": [target]}]}));
    json!({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [beside_the_example("alerts.yml")],
        "scrape_configs": jobs.collect::<Vec<_>>(),
    })
}

fn run(configuration: &Path, address: &str, directory: &Path) -> Child {
    let log = fs::File::create(directory.join("log")).unwrap();
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.tsdb.path={}", directory.display()))
        .arg(format!("--web.listen-address={address}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    command.spawn().unwrap()
}

fn free_address() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Returns where a file of the example server is.
pub(crate) fn beside_the_example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../examples/server")
        .join(name)
}

/// Waits for the effects of other processes.
pub(crate) async fn until(what: &str, mut is_true: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_true().await {
        assert!(began.elapsed() < PATIENCE, "{what}: not in time");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Returns the names of metrics of this library in an expression.
pub(crate) fn names_in(expression: &str) -> Vec<&str> {
    let is_separator = |character: char| !(character.is_alphanumeric() || "_:".contains(character));
    let words = expression.split(is_separator);
    words
        .filter(|word| word.contains("sequence_auth_"))
        .collect()
}

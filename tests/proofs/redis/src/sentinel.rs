//! A Sentinel that watches a primary and its replicas, and promotes one of them.

use std::{collections::HashMap, fs, net::SocketAddr, path::Path, process::Child};

use redis::{
    FromRedisValue,
    sentinel::{SentinelClient, SentinelServerType},
};
use tempfile::TempDir;

use crate::server::{Environment, RedisServer, free_address, run_program, until};

/// What the Sentinel calls its primary.
pub const NAME: &str = "primary";

#[derive(Debug)]
pub struct RedisSentinel {
    process: Child,
    address: SocketAddr,
    _directory: TempDir,
}

impl RedisSentinel {
    /// Starts a Sentinel, and waits until it knows the replica of a primary.
    pub fn watching(primary: &RedisServer) -> Self {
        let address = free_address();
        let port = format!("port {}\n", address.port());
        let sentinel = Self::start(address, primary.address(), &port);
        until("the Sentinel knows the replica", || {
            let replicas = sentinel.ask::<Vec<HashMap<String, String>>>("REPLICAS");
            let replicas = replicas.unwrap_or_default();
            replicas.iter().any(|replica| replica["flags"] == "slave")
        });
        sentinel
    }

    /// Starts a Sentinel that only accepts TLS, and requires client certificates: `cert`, `key` and `ca` in a
    /// directory.
    pub fn over_tls(watched: SocketAddr, certificates: &Path) -> Self {
        let (address, certificates) = (free_address(), certificates.display());
        let settings = format!(
            "port 0\ntls-port {}\ntls-replication yes\ntls-ca-cert-file {certificates}/ca\n\
             tls-cert-file {certificates}/cert\ntls-key-file {certificates}/key\n",
            address.port()
        );
        Self::start(address, watched, &settings)
    }

    fn start(address: SocketAddr, watched: SocketAddr, settings: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("sentinel.conf");
        let settings = format!(
            "{settings}sentinel monitor {NAME} {} {} 1\n\
             sentinel down-after-milliseconds {NAME} 500\nsentinel failover-timeout {NAME} 3000\n",
            watched.ip(),
            watched.port()
        );
        fs::write(&file, settings).unwrap();
        let program = [file.to_str().unwrap(), "--sentinel"];
        let process = run_program(&program, &[], &Environment::new(), directory.path());
        Self {
            process,
            address,
            _directory: directory,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn fail_over(&self) {
        self.ask::<()>("FAILOVER").unwrap();
    }

    pub fn client(&self) -> SentinelClient {
        let sentinels = vec![format!("redis://{}", self.address)];
        SentinelClient::build(sentinels, NAME, None, SentinelServerType::Master).unwrap()
    }

    fn ask<T: FromRedisValue>(&self, what: &str) -> redis::RedisResult<T> {
        let client = redis::Client::open(format!("redis://{}", self.address))?;
        let mut command = redis::cmd("SENTINEL");
        command.arg(what).arg(NAME);
        command.query(&mut client.get_connection()?)
    }
}

impl Drop for RedisSentinel {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

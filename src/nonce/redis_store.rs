//! A store in Redis, for any number of instances.
//!
//! All that was used is in one sorted set, by expiry, together with a *marker* that says whose memory this is:
//! the ids of the server's process and of its history of replication, and since when. One script does it
//! all, `first_use.lua`; it runs on one server at one moment, so that what it reads of that server is true of
//! the set that it adds to.
//!
//! Redis forgets. Where the marker of this process and this history is not in the set, digests may be
//! missing: the script begins a new set, and whatever was issued before is refused from then on, by all
//! instances. Each way to forget takes the marker along, or makes it another's:
//!
//! | what happens | what the script finds |
//! |---|---|
//! | the set is evicted, flushed or deleted | no marker: one key is lost as a whole, or not at all |
//! | a restart, with or without persistence, or from an old snapshot | the marker of another process |
//! | a replica is promoted, which may lack the last writes | the marker of another process |
//! | the old primary, synchronized anew, is promoted again | the marker of another history |
//!
//! (A key for each digest, by `SET NX PXAT`, could be evicted alone. The number of evicted keys in `INFO`
//! does not tell: `CONFIG RESETSTAT` sets it back.)
//!
//! The clocks: "issued" is told by an instance's clock, "since" by the server's. The script confirms nothing
//! from further ahead than the tolerance. So what was confirmed before a marker was written was issued before
//! that time plus the tolerance, however wrong the clocks of instances are, and is refused. Only the servers'
//! own clocks have to agree, to within the tolerance again: that of one which takes over with that of its
//! predecessor, and that of one which restarts or is flushed with what it was before.

mod connection;

use std::{
    fmt,
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use redis::{Client, ConnectionAddr, FromRedisValue, ParsingError, Script, TlsCertificates, Value};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tracing::warn;

use self::connection::Connection;
use super::one_time_store::{BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError};
use crate::error::ConfigError;

static FIRST_USE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("redis_store/first_use.lua")));

/// Remembers in Redis what was used once, for any number of instances (feature `redis`).
///
/// It works with Redis 7 and later, and Valkey. It connects when it is first used, inside a Tokio runtime
/// with I/O and time, and again whenever the connection fails. A use is one round trip.
///
/// # When Redis is not there, or forgets
///
/// A use that Redis does not confirm in time is an error, which the layer answers with 503: nothing passes
/// while Redis is down, slow, out of memory, loading, or a replica. The nonce may be used up all the same, if
/// the answer alone was lost.
///
/// When Redis may have forgotten a use (it was restarted, flushed, failed over, or evicted keys), all that
/// was issued before is refused, as if it had been used. Persistence changes nothing about that. The first
/// replica that is attached to a server without any, and the last one that stays away for longer than
/// `repl-backlog-ttl`, look the same from here, although nothing is lost. It takes
/// twice the [clock tolerance](Self::clock_tolerance), 4 seconds by default, until new nonces pass; so it does
/// when Redis is used for the first time. Until then the answer is 503.
///
/// # What is needed of the server
///
/// - One primary that all instances talk to. An old primary that goes on accepting writes while another has
///   taken over is a second memory, and a nonce passes once at each: set `min-replicas-to-write 1` where
///   failover is automatic, so that it soon stops.
/// - Memory. What is used takes about 150 bytes until it expires, in a key of its own that has no expiry. With
///   `maxmemory-policy noeviction` a full Redis means 503; with `allkeys-…` it forgets, as above; the others
///   are as good as none.
/// - A clock that is not set back by more than 5 minutes; and where Redis forgets meanwhile, be it by a restart,
///   a flush or a failover, by no more than the tolerance, that of the server which takes over included. One
///   that was ahead when Redis began to remember lets nothing pass until that time has come, or the key is
///   deleted. An instance whose clock is wrong has its own nonces refused, no more.
/// - `INFO` that is the server's own: no service or proxy that makes up `run_id` and `master_replid`, and no
///   active-active replication. A cluster does if it has one shard.
/// - The rights of its user: `+evalsha +script|load +info +time +unlink +zadd +zrange +zrem +zscore
///   ~sequence-auth:used`, and `+select` where the URL names a database other than 0.
/// - Nobody who removes members of the key, exchanges databases (`SWAPDB`), reloads old data into the running
///   process (`DEBUG RELOAD`) or rolls back the machine's memory.
///
/// Over TLS it is rustls that connects: where the process has no default `CryptoProvider` yet, the first
/// connection installs that of aws-lc-rs.
///
/// # Example
///
/// ```
/// use sequence_auth::RedisStore;
///
/// let store = RedisStore::new("rediss://user:password@redis.example.com:6379/0")?;
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
pub struct RedisStore {
    connection: Connection,
    prefix: String,
    timeout: Duration,
    clock_tolerance: Duration,
}

impl RedisStore {
    const TIMEOUT: Duration = Duration::from_secs(1);
    const CLOCK_TOLERANCE: Duration = Duration::from_secs(2);

    /// Creates a store from a URL, `redis://` or, over TLS, `rediss://`, without connecting.
    ///
    /// # Errors
    ///
    /// If the URL is none, or asks for TLS that checks no certificates.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        let client = Client::open(url).map_err(|error| invalid_url(error.to_string()))?;
        if let ConnectionAddr::TcpTls { insecure: true, .. } = client.get_connection_info().addr() {
            return Err(invalid_url(
                "TLS that checks no certificates is not supported",
            ));
        }
        Ok(Self {
            connection: Connection::new(client),
            prefix: "sequence-auth".to_owned(),
            timeout: Self::TIMEOUT,
            clock_tolerance: Self::CLOCK_TOLERANCE,
        })
    }

    /// Sets what the name of its key begins with. Default: `sequence-auth`, and the key is
    /// `sequence-auth:used`.
    ///
    /// Those who share a prefix share a memory: all instances of an application, and nobody else.
    #[must_use]
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets how long a use may take, connecting included. Default: 1 second.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how far clocks may differ: those of the instances, and with
    /// [`once`](crate::SequenceAuthLayer::once) that of the issuer, from Redis's. The same for all who share the
    /// key prefix. Default: 2 seconds.
    ///
    /// What was issued further ahead of Redis's clock is refused with 503, until that has caught up. After
    /// Redis may have forgotten something, nothing passes for twice as long.
    #[must_use]
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = tolerance;
        self
    }

    /// Trusts the certificate authorities in a PEM text, instead of the operating system's.
    ///
    /// # Errors
    ///
    /// If it holds no certificate, or the URL is not for TLS.
    pub fn certificate_authorities(mut self, pem: &[u8]) -> Result<Self, ConfigError> {
        let invalid = |problem: String| ConfigError::new("certificate_authorities", problem);
        if CertificateDer::pem_slice_iter(pem).next().is_none() {
            return Err(invalid("there is no certificate in it".to_owned()));
        }
        let certificates = TlsCertificates {
            client_tls: None,
            root_cert: Some(pem.to_vec()),
        };
        let address = self.connection.client().get_connection_info().clone();
        let client = Client::build_with_tls(address, certificates);
        self.connection = Connection::new(client.map_err(|error| invalid(error.to_string()))?);
        Ok(self)
    }

    /// Connects, and sees to it that Redis remembers from now on at the latest.
    ///
    /// Optional, at start-up: without it, the first use of a new Redis does this, and is refused.
    ///
    /// # Errors
    ///
    /// If Redis could not be asked in time. Each use tries again, so that a server may start all the same.
    pub async fn ready(&self) -> Result<(), OneTimeStoreError> {
        // Issued before any memory began, it is never confirmed, and so never kept.
        self.run(&[], UNIX_EPOCH, UNIX_EPOCH).await.map(drop)
    }

    async fn first_use(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        let outcome = self
            .run(key.as_bytes(), key.issued_at(), expires_at)
            .await?;
        match outcome {
            Outcome::First => Ok(true),
            Outcome::Used => Ok(false),
            Outcome::Begun | Outcome::Young => Err(OneTimeStoreError::unavailable(
                "Redis has only just begun to remember",
            )),
            Outcome::Ahead => Err(OneTimeStoreError::unavailable(
                "the clock of Redis is behind that of the instance that issued the key",
            )),
        }
    }

    async fn run(
        &self,
        digest: &[u8],
        issued_at: SystemTime,
        expires_at: SystemTime,
    ) -> Result<Outcome, OneTimeStoreError> {
        let mut call = FIRST_USE.key(format!("{}:used", self.prefix));
        call.arg(digest)
            .arg(since_epoch(issued_at).as_millis().to_string())
            .arg(since_epoch(expires_at).as_millis().to_string())
            .arg(self.clock_tolerance.as_millis().to_string());
        let question = async |mut redis| call.invoke_async(&mut redis).await;
        let answer = self.connection.ask(self.timeout, question).await;
        let outcome = answer
            .map_err(OneTimeStoreError::unavailable)?
            .map_err(OneTimeStoreError::unavailable)?;
        if let Outcome::Begun = outcome {
            warn!(
                "Redis is new, or may have forgotten what was used: whatever was issued before now is refused"
            );
        }
        Ok(outcome)
    }
}

impl OneTimeStore for RedisStore {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(self.first_use(key, expires_at))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.connection.client().get_connection_info().addr();
        f.debug_struct("RedisStore")
            .field("address", &format_args!("{address}"))
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .field("clock_tolerance", &self.clock_tolerance)
            .finish()
    }
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn invalid_url(problem: impl Into<String>) -> ConfigError {
    ConfigError::new("url", problem)
}

/// What the script says.
#[derive(Clone, Copy)]
enum Outcome {
    First,
    /// Used, expired, or issued before Redis began to remember: another key may pass.
    Used,
    /// Redis remembers from now on.
    Begun,
    /// Redis has only just begun to remember: another key would not pass yet, either.
    Young,
    /// Issued further in the future than clocks may differ.
    Ahead,
}

impl FromRedisValue for Outcome {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        match &*String::from_redis_value(value)? {
            "first" => Ok(Self::First),
            "used" | "expired" | "before" => Ok(Self::Used),
            "begun" => Ok(Self::Begun),
            "young" => Ok(Self::Young),
            "ahead" => Ok(Self::Ahead),
            _ => Err("the script never says so".into()),
        }
    }
}

#[cfg(test)]
mod tests;

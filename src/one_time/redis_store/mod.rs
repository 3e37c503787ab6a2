//! A store in Redis, for any number of instances.
//!
//! All uses are in one sorted set, by expiry, together with a *marker* that says who has recorded them and since
//! when: the ids of the server's process and of its replication history. One script does everything,
//! `first_use.lua`. It runs atomically on one server, so that what it reads of that server is true of the set that it
//! adds to.
//!
//! Redis forgets. If the marker of this process and this history is not in the set, digests may be missing: the script
//! starts a new set, and everything that was issued before is refused from then on, by all instances. Each way to
//! forget removes the marker, or makes it that of another process or history:
//!
//! | event | what the script finds |
//! |---|---|
//! | the set is evicted, flushed or deleted | no marker: a key is lost as a whole, or not at all |
//! | a restart, with or without persistence, or from an old snapshot | the marker of another process |
//! | a replica is promoted, which may lack the last writes | the marker of another process |
//! | the old primary, synchronized again, is promoted again | the marker of another history |
//!
//! (A key for each digest, with `SET NX PXAT`, could be evicted alone. The number of evicted keys in `INFO` is no
//! help: `CONFIG RESETSTAT` resets it.)
//!
//! Clocks: the time of issue comes from an instance's clock, the start of the recording from the server's. The script
//! confirms nothing that was issued further ahead than the tolerance. So everything confirmed before a marker was
//! written was issued before that time plus the tolerance, however wrong the clocks of the instances are, and is
//! refused. Only the servers' own clocks have to agree, within the tolerance again: the clock of a server that takes
//! over with that of its predecessor, and the clock of a server that restarts or is flushed with what it was before.
//!
//! Uses that have expired by the server's clock are removed. That clock may be ahead and be corrected, and an
//! instance's clock may be behind, so that the instance still accepts what was removed. So the set also holds a
//! *watermark*, the expiry of the last use that was removed, and everything that expires no later is refused: within
//! one set no clock matters. If a key is refused although the instance has just found it young, the answer is an error
//! that names the clocks, because all other keys are refused too.
//!
//! Answers: an answer that was delayed, repeated or swapped on its way would let something pass twice. So each answer
//! ends with the digest and the random id of the call, and a connection that delivers another one is closed.

mod address;
mod connection;
mod endpoint;
mod failure;
mod script;
mod server;
mod shared_connection;
mod tls;
mod used_set;
mod watchdog;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use redis::{Client, RedisResult};

use self::{
    address::Address,
    endpoint::{Clients, Endpoint},
    script::{NewUse, Outcome},
    shared_connection::Timeouts,
    used_set::{Settings, UsedSet},
    watchdog::Watchdog,
};
use super::store::{BoxFuture, OneTimeKey, OneTimeStore};
use crate::{
    defaults::{
        DEFAULT_REDIS_CLOCK_TOLERANCE, DEFAULT_REDIS_CONNECT_TIMEOUT, DEFAULT_REDIS_PREFIX,
        DEFAULT_REDIS_TIMEOUT,
    },
    error::{ConfigError, OneTimeStoreError},
};

/// Records in Redis what was used once, for any number of instances (feature `redis`).
///
/// It works with Redis 7 and later, and with Valkey; the [guide](crate::guide::redis) lists servers, their settings, and
/// how to connect to them. The store connects when it is first used, inside a Tokio runtime with I/O and time, and
/// reconnects whenever the connection fails. A use is one round trip. From the first use on, a task in that runtime
/// probes Redis every 5 seconds, so that a restart of Redis or a dead connection is noticed while nobody signs in; the
/// task ends with the store.
///
/// # When Redis is unavailable, or forgets
///
/// A use that Redis does not confirm in time is an error, which the layer answers with 503: nothing is accepted
/// while Redis is down, slow, out of memory, loading, or a replica. The nonce may be used all the same, if
/// only the answer was lost.
///
/// When Redis may have forgotten a use (it was restarted, flushed, failed over, or evicted keys), everything that
/// was issued before is refused, as if it had been used. Persistence does not change that. Two harmless events cannot
/// be told apart from data loss: attaching the first replica to a server that had none, and losing the last replica for
/// longer than `repl-backlog-ttl`. After each of these, and when Redis is used for the first time, new nonces are
/// accepted after twice the [clock tolerance](Self::clock_tolerance), 4 seconds by default. Until then the answer is
/// 503.
///
/// # Requirements on the server
///
/// - One primary that all instances use. An old primary that still accepts writes while another server has taken over
///   is a second store, and each of them accepts a nonce once: where failover is automatic, set
///   `min-replicas-to-write 1`, so that the old primary soon stops.
/// - Memory. A use takes about 150 bytes until it expires, in one key for all uses that has no expiry. With
///   `maxmemory-policy noeviction` a full Redis means 503; with `allkeys-…` it forgets, as above; the `volatile-…`
///   policies never evict this key.
/// - A limit on how often one account signs in. Each use by a verified token is recorded: for a nonce until 5 minutes
///   after its expiry, for a token until 10 minutes after its expiry. The store does not bound the share of an
///   account, so an account that gets tokens freely, such as 100 a second for 10 minutes, takes 9 MB. What bounds it
///   are the issuer's limits and a rate limit in front of the layer, by address or account. When `maxmemory` is
///   reached, everybody is answered with 503.
/// - A clock that is right when Redis starts, is flushed or fails over: within the tolerance of what this clock, or
///   the clock of the previous server, showed. At other times it may be wrong and may be set, and still nothing is
///   accepted twice. While it is behind by more than the tolerance, or so far ahead that valid keys have expired by
///   it (5 minutes at least), nothing is accepted: the answer is 503, and the warning names the clocks. If it was
///   ahead when Redis started to record, nothing is accepted until that time has come or the key is deleted. An
///   instance whose clock is wrong has only its own nonces refused.
/// - The server's own `INFO`: no service or proxy that invents `run_id` and `master_replid`, and no
///   active-active replication. A cluster is suitable if it has one shard.
/// - A user with a few [permissions](crate::guide::redis#settings-of-the-server), and nobody else who may change the
///   key.
///
/// TLS of a store from a URL uses rustls, with the process's default `CryptoProvider`, or aws-lc-rs if there is none.
/// The operating system's certificate authorities are read once, when the store first connects.
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
    used: Arc<UsedSet>,
    watchdog: Watchdog,
}

impl RedisStore {
    /// Creates a store from a URL, `redis://` or, over TLS, `rediss://`, without connecting.
    ///
    /// # Errors
    ///
    /// If the URL is not valid, or asks for TLS that checks no certificates.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        let address = Address::of_url(url)?;
        Ok(Self::at(Endpoint::Address(address.into())))
    }

    /// Creates a store from a client of the redis crate, without connecting: for client certificates
    /// ([`Client::build_with_tls`]) and all else that a URL cannot say. It cannot fail.
    ///
    /// The client connects and checks certificates by its own settings. Unlike [`new`](Self::new), `from_client` does not
    /// refuse a client that checks none, such as that of a URL which ends with `#insecure`. The store sets the timeouts,
    /// `TCP_NODELAY`, and TCP keep-alive unless the client has it. The
    /// [guide](crate::guide::redis#client-certificates) has an example.
    #[must_use]
    pub fn from_client(client: Client) -> Self {
        Self::from_client_fn(move || {
            let client = client.clone();
            async { Ok(client) }
        })
    }

    /// Creates a store that asks for a client each time it connects, without connecting: for a primary that changes
    /// its address ([Sentinel](crate::guide::redis#sentinel)) or a password that changes.
    ///
    /// The wait for the client counts towards the [connect timeout](Self::connect_timeout). If there is no client, the
    /// use fails, and the error is logged: keep secrets out of it. An error that is not one of the redis crate can be
    /// returned as an [`io::Error`](std::io::Error), from which `?` makes one.
    #[must_use]
    pub fn from_client_fn<F, Fut>(client: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = RedisResult<Client>> + Send + 'static,
    {
        Self::at(Endpoint::Clients(Clients::new(client)))
    }

    fn at(endpoint: Endpoint) -> Self {
        Self::of(Settings {
            endpoint,
            prefix: DEFAULT_REDIS_PREFIX.to_owned(),
            timeouts: Timeouts {
                call: DEFAULT_REDIS_TIMEOUT,
                connect: DEFAULT_REDIS_CONNECT_TIMEOUT,
            },
            clock_tolerance: DEFAULT_REDIS_CLOCK_TOLERANCE,
        })
    }

    fn of(settings: Settings) -> Self {
        Self {
            used: Arc::new(UsedSet::new(settings)),
            watchdog: Watchdog::default(),
        }
    }

    /// Returns a store with other settings, which makes a connection of its own.
    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.used.settings.clone();
        change(&mut settings);
        Self::of(settings)
    }

    /// Sets the prefix of the key's name. Default: `sequence-auth`, so that the key is `sequence-auth:used`.
    ///
    /// Stores with the same prefix share their recorded uses: all instances of an application need the same prefix, and
    /// other applications another one.
    #[must_use]
    pub fn key_prefix(self, prefix: impl Into<String>) -> Self {
        self.with(|settings| settings.prefix = prefix.into())
    }

    /// Sets how long a use may take, including the wait for a connection. Default: 1 second.
    ///
    /// A connection on which an answer is overdue by as long is replaced.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeouts.call = timeout)
    }

    /// Sets how long connecting may take: name resolution, TCP, TLS and the log-in. Default: 3 seconds.
    ///
    /// Connecting goes on when the uses that wait for it have timed out, so that a distant Redis can be reached
    /// at all.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeouts.connect = timeout)
    }

    /// Sets how far the clocks of the instances, and with [`once`](crate::SequenceAuthLayer::once) the issuer's
    /// clock, may differ from that of Redis. All stores with the same key prefix need the same tolerance. Default: 2
    /// seconds.
    ///
    /// A key that was issued further ahead of Redis's clock is refused with 503 until that clock has caught up. After
    /// Redis may have forgotten uses, nothing is accepted for twice the tolerance.
    #[must_use]
    pub fn clock_tolerance(self, tolerance: Duration) -> Self {
        self.with(|settings| settings.clock_tolerance = tolerance)
    }

    /// Trusts the certificate authorities in a PEM text instead of the operating system's.
    ///
    /// # Errors
    ///
    /// If the text contains no certificate or an invalid one, if the URL is not for TLS, or if the store is not from a
    /// URL: a client has its own certificate authorities.
    pub fn certificate_authorities(self, pem: &[u8]) -> Result<Self, ConfigError> {
        let endpoint = self.used.settings.endpoint.trusting(pem);
        let endpoint =
            endpoint.map_err(|problem| ConfigError::new("certificate_authorities", problem))?;
        Ok(self.with(|settings| settings.endpoint = endpoint))
    }

    /// Connects, ensures that Redis has started to record uses, and logs the name and version of the server.
    ///
    /// Optional, at start-up: without it, the first use of a new Redis does the same, and is refused.
    ///
    /// # Errors
    ///
    /// If Redis did not answer in time, or cannot record uses. The source of the error says in plain words
    /// [what has to be changed](crate::guide::redis#what-ready-says). Each use tries again, so a server can start all
    /// the same.
    pub async fn ready(&self) -> Result<(), OneTimeStoreError> {
        self.watchdog.ensure_running(&self.used);
        let ready = self.used.ready().await;
        ready.map_err(OneTimeStoreError::unavailable)
    }

    async fn record(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        self.watchdog.ensure_running(&self.used);
        let outcome = self.used.record(NewUse {
            digest: key.as_bytes().to_vec(),
            issued_at: key.issued_at(),
            expires_at,
        });
        match outcome.await.map_err(OneTimeStoreError::unavailable)? {
            Outcome::First => Ok(true),
            Outcome::Used => Ok(false),
            Outcome::Started | Outcome::TooEarly => Err(OneTimeStoreError::unavailable(
                "Redis has only just begun to remember",
            )),
            Outcome::Clocks(problem) => Err(OneTimeStoreError::unavailable(problem)),
        }
    }
}

impl OneTimeStore for RedisStore {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(self.record(key, expires_at))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.used.settings;
        f.debug_struct("RedisStore")
            .field("address", &format_args!("{}", settings.endpoint))
            .field("prefix", &settings.prefix)
            .field("timeout", &settings.timeouts.call)
            .field("connect_timeout", &settings.timeouts.connect)
            .field("clock_tolerance", &settings.clock_tolerance)
            .finish()
    }
}

#[cfg(test)]
mod tests;

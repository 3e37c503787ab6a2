//! A store in Redis, for any number of instances.
//!
//! All uses are in one sorted set, by expiry. The set also holds a *marker*, which says which server has recorded them
//! and since when: the IDs of the server's process and of its replication history. A single script, `first_use.lua`,
//! does all the work. It runs atomically on one server, so its view of that server is true for the set that it writes
//! to.
//!
//! Redis can lose data. If the set does not hold the marker of this process and this history, digests may be missing.
//! The script then starts a new set, and from then on all instances refuse everything that was issued before. Each way
//! to lose data removes the marker, or turns it into the marker of another process or history:
//!
//! | event | what the script finds |
//! |---|---|
//! | the set is evicted, flushed or deleted | no marker: a key is lost as a whole, or not at all |
//! | a restart, with or without persistence, or from an old snapshot | the marker of another process |
//! | a replica is promoted, which may lack the last writes | the marker of another process |
//! | the old primary, synchronized again, is promoted again | the marker of another history |
//!
//! (A key per digest, with `SET NX PXAT`, could be evicted alone. The number of evicted keys in `INFO` does not reveal
//! that: `CONFIG RESETSTAT` resets it.)
//!
//! **Clocks.** The time of issue comes from an instance's clock, the start of the recording from the server's clock.
//! The script accepts nothing that was issued further ahead than the tolerance. So every use that was accepted before a
//! marker was written was issued before that time plus the tolerance, however wrong the clocks of the instances are,
//! and is refused afterwards. Only the servers' own clocks have to agree, again within the tolerance: the clock of a
//! server that takes over with its predecessor's, and the clock of a server that restarts or is flushed with its own
//! from before.
//!
//! The script removes uses that have expired by the server's clock. That clock may be ahead and be corrected, or an
//! instance's clock may be behind, so that the instance still accepts a key whose use was removed. Therefore the set
//! also holds a *watermark*: the expiry of the last use that was removed. Everything that expires at the watermark or
//! earlier is refused. Within one set, safety does not depend on any clock. If a key is refused although the instance
//! has just found it valid, the answer is an error that names the clocks, because all other keys are refused too.
//!
//! **Answers.** If an answer was delayed, repeated or swapped on its way, a key could be accepted twice. So each answer
//! ends with the random ID and the digest of its call, and a connection that delivers a different one is closed.

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
mod with_settings;

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

/// Records uses in Redis, for any number of instances (feature `redis`).
///
/// It works with Redis 7 and later, and with Valkey. The [guide](crate::guide::redis) lists servers, their settings,
/// and how to connect to them. The store connects when it is first used, inside a Tokio runtime with I/O and time, and
/// reconnects whenever the connection fails. A use is one round trip. From the first use on, a task in that runtime
/// probes Redis every 5 seconds, to notice a restart of Redis or a dead connection before the next login. The task
/// ends with the store.
///
/// # When Redis is unavailable or loses data
///
/// If Redis does not confirm a use in time, the store returns an error and the layer answers 503. So every login is
/// refused while Redis is down, slow, loading, out of memory, or a replica. If only the answer was lost, the nonce is
/// used all the same.
///
/// If Redis may have lost uses (it was restarted, flushed, failed over, or evicted keys), everything issued before is
/// refused, as if it had been used. Persistence does not change that. Two harmless events cannot be told apart from
/// data loss: attaching the first replica to a server that had none, and losing the last replica for longer than
/// `repl-backlog-ttl`. After each of these events, and when Redis is used for the first time, new nonces are accepted
/// after twice the [clock tolerance](Self::clock_tolerance), 4 seconds by default. Until then the layer answers 503.
///
/// # Requirements on the server
///
/// - **One primary** that all instances use. An old primary that still accepts writes after another server has taken
///   over is a second store, and each of them accepts a nonce once. If failover is automatic, set
///   `min-replicas-to-write 1` and `min-replicas-max-lag 2`, so that the old primary stops [in
///   time](crate::guide::redis#sentinel).
/// - **Memory.** All uses are in one key, which has no expiry. A use takes about 150 bytes until it expires. With
///   `maxmemory-policy noeviction` a full Redis means 503. With `allkeys-…` it loses uses, as above. The `volatile-…`
///   policies never evict this key.
/// - **A limit on how often one account logs in.** Each use by a verified token is recorded: for a nonce until 5
///   minutes after its expiry, for a token until 10 minutes after its expiry. The store does not limit the share of an
///   account, so an account that gets 100 tokens a second for 10 minutes takes 9 MB. The issuer's limits, and a rate
///   limit by address or account in front of the layer, bound it. When `maxmemory` is reached, every client is answered
///   with 503.
/// - **A right clock when Redis starts, is flushed or fails over**: within the tolerance of the time that this clock,
///   or the previous server's clock, showed before. At other times the clock may be wrong or be set, and still no nonce
///   is accepted twice. While the clock is behind by more than the tolerance, or so far ahead (5 minutes at least) that
///   valid keys have expired by it, every response is 503, and the warning names the clocks. If the clock was ahead when
///   Redis started to record, every response is 503 until that time has come or the key is deleted. If the clock of an
///   instance is wrong, only the nonces of that instance are refused.
/// - **The server's own `INFO`**: no service or proxy that invents `run_id` and `master_replid`, and no active-active
///   replication. A cluster works if it has one shard.
/// - **A user with a few [permissions](crate::guide::redis#settings-of-the-server)**, who alone may change the key.
///
/// A store from a URL uses rustls for TLS, with the process's default `CryptoProvider`, or aws-lc-rs if there is none.
/// It reads the operating system's certificate authorities once, when it first connects.
///
/// # Example
///
/// ```
/// use sequence_auth::{NonceKey, Nonces, RedisStore};
///
/// # fn nonces(key: NonceKey) -> Result<Nonces, sequence_auth::ConfigError> {
/// let store = RedisStore::new("rediss://user:password@redis.example.com:6379/0")?;
/// let nonces = Nonces::builder(key).store(store).build()?;
/// # Ok(nonces)
/// # }
/// # nonces(NonceKey::random()).expect("it is valid");
/// ```
pub struct RedisStore {
    used: Arc<UsedSet>,
    watchdog: Watchdog,
}

impl RedisStore {
    /// Creates a store from a URL, `redis://` or, over TLS, `rediss://`. Does not connect.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, or turns off the check of certificates (`#insecure`). The error does
    /// not contain the password.
    ///
    /// ```
    /// use sequence_auth::RedisStore;
    ///
    /// assert!(RedisStore::new("redis://localhost").is_ok());
    /// assert!(RedisStore::new("rediss://redis.example.com/#insecure").is_err());
    /// ```
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        let address = Address::of_url(url)?;
        Ok(Self::at(Endpoint::Address(address.into())))
    }

    /// Creates a store from a client of the redis crate, for settings that a URL cannot express, such as client
    /// certificates ([`Client::build_with_tls`]). Does not connect, and cannot fail.
    ///
    /// The client connects and checks certificates by its own settings. Unlike [`new`](Self::new), `from_client`
    /// accepts a client that does not check certificates, such as a client from a URL that ends with `#insecure`. The
    /// store sets the timeouts, `TCP_NODELAY`, and TCP keep-alive unless the client has it. The
    /// [guide](crate::guide::redis#client-certificates) has an example with client certificates.
    ///
    /// ```
    /// use sequence_auth::RedisStore;
    ///
    /// # fn store() -> redis::RedisResult<RedisStore> {
    /// let client = redis::Client::open("rediss://redis.example.com")?;
    /// let store = RedisStore::from_client(client);
    /// # Ok(store)
    /// # }
    /// # assert!(store().is_ok());
    /// ```
    #[must_use]
    pub fn from_client(client: Client) -> Self {
        Self::from_client_fn(move || {
            let client = client.clone();
            async { Ok(client) }
        })
    }

    /// Creates a store that calls a function for a client each time it connects: for a primary whose address changes
    /// ([Sentinel](crate::guide::redis#sentinel)), or a password that changes. Does not connect.
    ///
    /// The time that the function takes counts towards the [connect timeout](Self::connect_timeout). If it returns an
    /// error, the use fails and the error is logged, so keep secrets out of it. Errors of other crates can be returned
    /// as an [`io::Error`](std::io::Error), which `?` converts.
    ///
    /// ```
    /// use redis::Client;
    /// use sequence_auth::RedisStore;
    ///
    /// let store = RedisStore::from_client_fn(|| async {
    ///     let password = std::fs::read_to_string("/run/secrets/redis")?;
    ///     Client::open(format!("rediss://:{password}@redis.example.com"))
    /// });
    /// ```
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

    /// Connects, starts the recording of uses, and logs the name and version of the server.
    ///
    /// Call it at start-up if you like. Without it, the first use of a new Redis does the same, and is refused. It takes
    /// at most the [connect timeout](Self::connect_timeout) and the [timeout](Self::timeout) together, 4 seconds by
    /// default.
    ///
    /// # Errors
    ///
    /// Returns an error if Redis does not answer in time, or cannot record uses. The source of the error says in plain
    /// words [what has to be changed](crate::guide::redis#what-ready-says). Each use tries again, so a server can start
    /// despite the error.
    ///
    /// ```no_run
    /// use sequence_auth::RedisStore;
    ///
    /// # async fn run() -> Result<(), sequence_auth::ConfigError> {
    /// let store = RedisStore::new("redis://localhost")?;
    /// if let Err(error) = store.ready().await {
    ///     eprintln!("logins are answered with 503 until this is resolved: {error:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ready(&self) -> Result<(), OneTimeStoreError> {
        self.watchdog.ensure_running(&self.used);
        self.used.ready().await
    }

    async fn record(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        self.watchdog.ensure_running(&self.used);
        let outcome = self.used.record(NewUse {
            digest: key.as_bytes().to_vec(),
            issued_from: key.issued_from(),
            imprecision: key.imprecision(),
            expires_at,
        });
        match outcome.await.map_err(OneTimeStoreError::unavailable)? {
            Outcome::First => Ok(true),
            Outcome::Used => Ok(false),
            Outcome::Started | Outcome::TooEarly => Err(OneTimeStoreError::unavailable(
                "Redis has only just begun to record uses: nothing is accepted for twice the clock tolerance",
            )
            .with_retry_after(self.pause(key))),
            Outcome::Clocks(problem) => Err(OneTimeStoreError::unavailable(problem)),
        }
    }

    /// Returns how long Redis accepts no such key after it has begun to record.
    fn pause(&self, key: &OneTimeKey) -> Duration {
        let pause = self.used.settings.clock_tolerance.saturating_mul(2);
        // A token that is issued now may seem to be issued up to a second earlier.
        pause.saturating_add(key.imprecision())
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

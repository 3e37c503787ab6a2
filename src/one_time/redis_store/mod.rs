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
//!
//! What has expired by the server's clock is dropped. That clock may be ahead, and be set right; an instance's
//! may be behind, and still accept what was dropped. So the set also holds a *watermark*, the expiry of what
//! was dropped last, and whatever expires no later is refused: within one memory no clock matters. What is
//! refused although the instance has just found it young is an error that names the clocks, since all others
//! are refused too.
//!
//! The answers: one that is delayed, doubled or exchanged on its way would let something pass twice. Each ends
//! with the digest and a random name of the question; a connection on which another one comes is left.

mod connection;
mod endpoint;
mod keeper;
mod link;
mod memory;
mod script;
mod tls;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use redis::{Client, ConnectionAddr};

use self::{
    connection::Times,
    endpoint::Endpoint,
    keeper::Keeper,
    memory::{Memory, Settings},
    script::Outcome,
    tls::Tls,
};
use super::store::{BoxFuture, OneTimeKey, OneTimeStore};
use crate::error::{ConfigError, OneTimeStoreError};

/// Remembers in Redis what was used once, for any number of instances (feature `redis`).
///
/// It works with Redis 7 and later, and Valkey. It connects when it is first used, inside a Tokio runtime
/// with I/O and time, and again whenever the connection fails. A use is one round trip. From the first use on,
/// a task in that runtime asks Redis every 5 seconds, so that what happens to Redis or to the connection is
/// noticed while nobody signs in; it ends with the store.
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
/// - Something that bounds how often one account signs in. Each use by a verified token is kept: one of a nonce
///   until 5 minutes after the nonce ends, one of a token until 10 minutes after the token does. The store keeps
///   no share for each account, so one that gets tokens freely, say 100 a second for 10 minutes, takes 9 MB. The
///   issuer's limits and a rate limit before the layer, by address or account, are what bounds it, and
///   `maxmemory` is where it ends: then everybody is answered with 503.
/// - A clock that is right when Redis starts, is flushed or fails over: within the tolerance of what it, or that
///   of the server before it, was. Otherwise it may be wrong and may be set without anything passing twice. While
///   it is behind by more than the tolerance, or so far ahead that what is good has expired by it (5 minutes at
///   least), nothing passes: the answer is 503, and the warning names the clocks. One that was ahead when Redis
///   began to remember lets nothing pass until that time has come, or the key is deleted. An instance whose clock
///   is wrong has its own nonces refused, no more.
/// - `INFO` that is the server's own: no service or proxy that makes up `run_id` and `master_replid`, and no
///   active-active replication. A cluster does if it has one shard.
/// - The rights of its user: `+evalsha +script|load +info +time +unlink +zadd +zmscore +zrange +zrem
///   ~sequence-auth:used`, and `+select` where the URL names a database other than 0.
/// - Nobody who changes the key in part, or brings an old one back. Other users of the server need no right to
///   the key (`resetkeys ~other:*`); it is theirs to break with commands that
///   - remove members or change scores: `ZREM`, `ZREMRANGEBY…`, `ZPOPMIN`, `ZPOPMAX`, `ZMPOP`, `BZ…`, `ZADD`,
///     `ZINCRBY`, or write the key anew: `ZUNIONSTORE`, `ZINTERSTORE`, `ZDIFFSTORE`, `ZRANGESTORE`,
///     `GEOSEARCHSTORE`, and `EVAL`, `FCALL` or a module that does any of these;
///   - put another value in its place: `RENAME`, `COPY`, `RESTORE`, `MOVE`, `MIGRATE`, `SWAPDB`. A copy that
///     is put back is an old memory with a good marker. To delete the key, or to set an expiry (`DEL`, `UNLINK`,
///     `EXPIRE`, `FLUSHALL`), is to have Redis forget, as above;
///   - reload old data into the running process (`DEBUG RELOAD`, `DEBUG LOADAOF`), or roll back the machine's
///     memory (a snapshot of a virtual machine).
///
/// Over TLS it is rustls that connects, with the process's default `CryptoProvider`, or aws-lc-rs where there
/// is none. The operating system's certificate authorities are read once, when the store first connects.
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
    memory: Arc<Memory>,
    keeper: Keeper,
}

impl RedisStore {
    const TIMES: Times = Times {
        asking: Duration::from_secs(1),
        connecting: Duration::from_secs(3),
    };
    const CLOCK_TOLERANCE: Duration = Duration::from_secs(2);

    /// Creates a store from a URL, `redis://` or, over TLS, `rediss://`, without connecting.
    ///
    /// # Errors
    ///
    /// If the URL is not valid, or asks for TLS that checks no certificates.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        let client = Client::open(url).map_err(|error| invalid_url(error.to_string()))?;
        let server = client.get_connection_info().clone();
        if let ConnectionAddr::TcpTls { insecure: true, .. } = server.addr() {
            return Err(invalid_url(
                "TLS that checks no certificates is not supported",
            ));
        }
        Ok(Self::of(Settings {
            endpoint: Endpoint {
                server,
                tls: Tls::default(),
            },
            prefix: "sequence-auth".to_owned(),
            times: Self::TIMES,
            clock_tolerance: Self::CLOCK_TOLERANCE,
        }))
    }

    fn of(settings: Settings) -> Self {
        Self {
            memory: Arc::new(Memory::new(settings)),
            keeper: Keeper::default(),
        }
    }

    /// It connects anew, if it has connected before.
    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.memory.settings.clone();
        change(&mut settings);
        Self::of(settings)
    }

    /// Sets what the name of its key begins with. Default: `sequence-auth`, and the key is
    /// `sequence-auth:used`.
    ///
    /// Those who share a prefix share a memory: all instances of an application, and nobody else.
    #[must_use]
    pub fn key_prefix(self, prefix: impl Into<String>) -> Self {
        self.with(|settings| settings.prefix = prefix.into())
    }

    /// Sets how long a use may take, the wait for a connection included. Default: 1 second.
    ///
    /// A connection on which nothing has come for so long, although something was asked, is replaced.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.times.asking = timeout)
    }

    /// Sets how long connecting may take: looking up the name, TCP, TLS and the log-in. Default: 3 seconds.
    ///
    /// It goes on when the uses that wait for it have timed out, so that a Redis which is far away is reached
    /// after all.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.times.connecting = timeout)
    }

    /// Sets how far clocks may differ: those of the instances, and with
    /// [`once`](crate::SequenceAuthLayer::once) that of the issuer, from Redis's. The same for all who share the
    /// key prefix. Default: 2 seconds.
    ///
    /// What was issued further ahead of Redis's clock is refused with 503, until that has caught up. After
    /// Redis may have forgotten something, nothing passes for twice as long.
    #[must_use]
    pub fn clock_tolerance(self, tolerance: Duration) -> Self {
        self.with(|settings| settings.clock_tolerance = tolerance)
    }

    /// Trusts the certificate authorities in a PEM text, instead of the operating system's.
    ///
    /// # Errors
    ///
    /// If the text holds no certificate, or one that is not valid, or the URL is not for TLS.
    pub fn certificate_authorities(self, pem: &[u8]) -> Result<Self, ConfigError> {
        let invalid = |problem| ConfigError::new("certificate_authorities", problem);
        if !self.memory.settings.endpoint.has_tls() {
            return Err(invalid("the URL is not for TLS".to_owned()));
        }
        let tls = Tls::trusting(pem).map_err(invalid)?;
        Ok(self.with(|settings| settings.endpoint.tls = tls))
    }

    /// Connects, and sees to it that Redis remembers from now on at the latest.
    ///
    /// Optional, at start-up: without it, the first use of a new Redis does this, and is refused.
    ///
    /// # Errors
    ///
    /// If Redis could not be asked in time. Each use tries again, so that a server may start all the same.
    pub async fn ready(&self) -> Result<(), OneTimeStoreError> {
        self.keeper.look_after(&self.memory);
        let begun = self.memory.begin().await;
        begun.map_err(OneTimeStoreError::unavailable)
    }

    async fn use_key(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        self.keeper.look_after(&self.memory);
        let used = self
            .memory
            .first_use(key.as_bytes(), key.issued_at(), expires_at);
        match used.await.map_err(OneTimeStoreError::unavailable)? {
            Outcome::First => Ok(true),
            Outcome::Used => Ok(false),
            Outcome::Begun | Outcome::Young => Err(OneTimeStoreError::unavailable(
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
        Box::pin(self.use_key(key, expires_at))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.memory.settings;
        let address = settings.endpoint.server.addr();
        f.debug_struct("RedisStore")
            .field("address", &format_args!("{address}"))
            .field("prefix", &settings.prefix)
            .field("timeout", &settings.times.asking)
            .field("connect_timeout", &settings.times.connecting)
            .field("clock_tolerance", &settings.clock_tolerance)
            .finish()
    }
}

fn invalid_url(problem: impl Into<String>) -> ConfigError {
    ConfigError::new("url", problem)
}

#[cfg(test)]
mod tests;

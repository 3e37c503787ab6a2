//! Redis as the store of what was used: which servers, how to connect, and what to do when it is not ready.
//!
//! Where several instances check [`Nonces`] or tokens that pass [`once`], they need one store that all of them share.
//! [`RedisStore`] is one.
//!
//! ```
//! use std::sync::Arc;
//!
//! use sequence_auth::{LoginCookies, NonceKey, Nonces, RedisStore};
//!
//! # async fn nonces(key: NonceKey) -> Result<Nonces, Box<dyn std::error::Error>> {
//! let store = Arc::new(RedisStore::new("rediss://app:password@redis.example.com:6379")?);
//! if let Err(error) = store.ready().await {
//!     eprintln!("logins are answered with 503: {error:?}"); // says what to change
//! }
//! let nonces = Nonces::builder(key).bound_by_login_cookies(LoginCookies::default()).store(store).build()?;
//! # Ok(nonces)
//! # }
//! ```
//!
//! [`ready`](crate::RedisStore::ready) is optional. A server may start without Redis, because each use tries again.
//!
//! # Which servers
//!
//! | server | | known from |
//! |---|---|---|
//! | Redis 7.0, with TLS and without | works | all tests of the store, at each change |
//! | Redis 8.2.3, Valkey 9.1.2 | works | tried by hand, without TLS |
//! | the Sentinels of these three | work, [through a closure](#sentinel) | tests with failovers; 8.2.3 and 9.1.2 by hand |
//! | a cluster with **one shard** | works, at its primary | tests; 8.2.3 and 9.1.2 by hand |
//! | a cluster with several shards | no: all nodes but one refuse the key. At that one `ready` succeeds; when the key's slot moves to another node, logins are answered with 503 | tests; 8.2.3 and 9.1.2 by hand |
//! | Redis 6 and older | no: their scripts cannot ask for what the store has to know | tried with 6.2 |
//! | Redis Software, Redis Cloud, Azure Managed Redis, which runs Redis Software | no: `INFO` is not available to scripts | their documentation |
//! | Twemproxy | no: it has neither `SCRIPT LOAD` nor `INFO` | its documentation |
//! | KeyDB | no: to scripts it is Redis 6, and an active replica does not call itself a primary | its documentation and issues |
//! | active-active databases, where several servers say `role:master` | **no, and no error shows it**: each server accepts a nonce once | their documentation |
//! | Amazon ElastiCache and MemoryDB, Google Memorystore, Upstash, Dragonfly, Envoy's proxy | untried | |
//!
//! With an untried one, [`ready`](crate::RedisStore::ready) says whether the store works at all. It cannot say whether the
//! server tells the truth in its `INFO`: the store relies on `run_id`, another one for each process, and on
//! `master_replid`, another one after each failover. A service that invents them, and keeps them when it loses writes,
//! lets what was used pass again. Where a server of your own is as good, choose that.
//!
//! # Settings of the server
//!
//! | setting | why |
//! |---|---|
//! | `maxmemory-policy noeviction`, or a `volatile-…` one | the `allkeys-…` policies may evict the key: all that was issued before is refused then |
//! | `min-replicas-to-write 1`, where failover is automatic | an old primary that others no longer use stops, instead of accepting each nonce once more |
//! | persistence: as you like | a restart refuses what was issued before it, with persistence too |
//! | a clock that is set by NTP | it may differ from those of the instances by the [tolerance](crate::RedisStore::clock_tolerance) |
//! | a user of its own | see below |
//!
//! The user needs these permissions, `+select` too if the URL names a database other than 0, and another pattern with
//! another [prefix](crate::RedisStore::key_prefix):
//!
//! ```text
//! ACL SETUSER app on >password resetkeys ~sequence-auth:used +evalsha +script|load +info +time +unlink +zadd +zmscore +zrange +zrem
//! ```
//!
//! With Sentinel, add `+role`: without it the client asks `INFO` instead, and each connection leaves an entry in
//! `ACL LOG`.
//!
//! Other users of the server need no permission for the key (`resetkeys ~other:*`). With it, they can make a used nonce
//! pass again, by commands that
//!
//! - remove members or change scores: `ZREM`, `ZREMRANGEBY…`, `ZPOPMIN`, `ZPOPMAX`, `ZMPOP`, `BZ…`, `ZADD`,
//!   `ZINCRBY`, or overwrite the key: `ZUNIONSTORE`, `ZINTERSTORE`, `ZDIFFSTORE`, `ZRANGESTORE`, `GEOSEARCHSTORE`, and
//!   `EVAL`, `FCALL` or a module that does any of these;
//! - replace the value: `RENAME`, `COPY`, `RESTORE`, `MOVE`, `MIGRATE`, `SWAPDB`. A copy that is put back is an old
//!   set with a valid marker. Deleting the key or setting an expiry (`DEL`, `UNLINK`, `EXPIRE`, `FLUSHALL`) has Redis
//!   forget, and is safe;
//! - reload old data into the running process (`DEBUG RELOAD`, `DEBUG LOADAOF`). Rolling back the machine's memory (a
//!   snapshot of a virtual machine) does the same.
//!
//! # How to connect
//!
//! | server | constructor |
//! |---|---|
//! | one server, or a name that always leads to the primary ("primary endpoint") | [`RedisStore::new`] with `redis://`, or `rediss://` for TLS |
//! | a Unix socket | [`RedisStore::new`] with `redis+unix:///run/redis/redis.sock` |
//! | a certificate authority of your own | [`certificate_authorities`](crate::RedisStore::certificate_authorities) |
//! | client certificates, and all else that a URL cannot say | [`RedisStore::from_client`] |
//! | Sentinel, [with client certificates](#sentinel-with-client-certificates) too; a password or token that changes | [`RedisStore::from_client_fn`] |
//!
//! The clients are those of the [redis crate](https://docs.rs/redis), which the application depends on too, in the
//! version that this crate uses: `redis = { version = "1.8", default-features = false }`, with the feature `sentinel`
//! for Sentinel. All other settings of the store work with a client as with a URL.
//!
//! ## Client certificates
//!
//! ```
//! use std::fs;
//!
//! use redis::{Client, ClientTlsConfig, TlsCertificates};
//! use sequence_auth::RedisStore;
//!
//! # fn store() -> Result<RedisStore, Box<dyn std::error::Error>> {
//! let certificates = TlsCertificates {
//!     client_tls: Some(ClientTlsConfig {
//!         client_cert: fs::read("client.pem")?,
//!         client_key: fs::read("client.key")?,
//!     }),
//!     root_cert: Some(fs::read("authority.pem")?), // `None`: the operating system's
//! };
//! let client = Client::build_with_tls("rediss://redis.example.com:6379", certificates)?;
//! let store = RedisStore::from_client(client);
//! # Ok(store)
//! # }
//! ```
//!
//! The client trusts what the features of the redis crate say, in the whole tree of the application
//! (`tls-rustls-webpki-roots`, `tls-rustls-insecure`). With the latter, a client of a URL that ends with `#insecure`
//! checks no certificates: [`RedisStore::new`] refuses such a URL, `from_client` does not.
//!
//! The client uses the process's default `CryptoProvider`: where several are compiled in, install one first thing in
//! `main`, because rustls panics otherwise, and the store has no connection.
//!
//! ## Sentinel
//!
//! A single client has a single address. So the store asks for a client each time it connects, and a Sentinel knows
//! which server is the primary at that moment:
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//!
//! use redis::{
//!     RedisConnectionInfo,
//!     sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType},
//! };
//! use sequence_auth::RedisStore;
//! use tokio::sync::Mutex;
//!
//! # fn store(password: &str) -> redis::RedisResult<RedisStore> {
//! let sentinels = vec!["redis://sentinel-1:26379", "redis://sentinel-2:26379", "redis://sentinel-3:26379"];
//! let log_in = RedisConnectionInfo::default().set_username("app").set_password(password);
//! let servers = SentinelNodeConnectionInfo::default().set_redis_connection_info(log_in);
//! let name = "mymaster".to_owned();
//! let client = SentinelClient::build(sentinels, name, Some(servers), SentinelServerType::Master)?;
//! let client = Arc::new(Mutex::new(client));
//! let store = RedisStore::from_client_fn(move || {
//!     let client = Arc::clone(&client);
//!     async move { client.lock().await.async_get_client().await }
//! })
//! .connect_timeout(Duration::from_secs(5)); // the questions to the Sentinels included
//! # Ok(store)
//! # }
//! ```
//!
//! For TLS without client certificates, write `rediss://` for the Sentinels, and `.set_tls_mode(TlsMode::Secure)` for
//! `servers`.
//!
//! The store connects anew when its connection breaks, when an answer is overdue by the [timeout](crate::RedisStore::timeout),
//! and when the server says that it is a replica by now. All that was issued before the failover is refused then, and
//! new nonces pass after twice the [tolerance](crate::RedisStore::clock_tolerance). With `min-replicas-to-write 1`, an old
//! primary that is cut off accepts nothing meanwhile.
//!
//! ## Sentinel with client certificates
//!
//! [`SentinelClientBuilder`](https://docs.rs/redis/1.8/redis/sentinel/struct.SentinelClientBuilder.html) makes the
//! client, for the closure above. It needs the settings twice, for the Sentinels and for the server:
//!
//! ```
//! use redis::{
//!     ConnectionAddr, RedisResult, TlsCertificates, TlsMode,
//!     sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
//! };
//!
//! fn client(certificates: TlsCertificates, password: &str) -> RedisResult<SentinelClient> {
//!     let sentinels = ["sentinel-1", "sentinel-2", "sentinel-3"].map(|host| ConnectionAddr::TcpTls {
//!         host: host.to_owned(),
//!         port: 26379,
//!         insecure: false,
//!         tls_params: None, // `build` sets them
//!     });
//!     SentinelClientBuilder::new(sentinels, "mymaster", SentinelServerType::Master)?
//!         .set_client_to_sentinel_certificates(certificates.clone())
//!         .set_client_to_redis_tls_mode(TlsMode::Secure)
//!         .set_client_to_redis_certificates(certificates)
//!         .set_client_to_redis_username("app")
//!         .set_client_to_redis_password(password)
//!         .build()
//! }
//! ```
//!
//! Sentinels tell IP addresses. The servers' certificates have to name them; or set `sentinel resolve-hostnames yes`
//! and `sentinel announce-hostnames yes`.
//!
//! ## A password that changes
//!
//! For a password or a token that changes, as those of cloud services do, the closure creates a client with the current
//! one: `async move { redis::Client::open(url_with(token().await?)) }`. An established connection is kept.
//!
//! # What `ready` says
//!
//! If it succeeds, an event at `info` names the server and its version, once until they change. If it fails, the
//! source of the error says why. A failed use is logged with the same text, as a warning.
//!
//! | text | what to do |
//! |---|---|
//! | Redis refuses the log-in | check the user name and the password, of Sentinel too |
//! | Redis asks for a password | put it into the URL, or set it in the client |
//! | Redis refuses the database | check its number, which is 0 in a cluster, and grant `+select` |
//! | the user of Redis lacks a permission | grant [those above](#settings-of-the-server); the next text names the command or says that it is the key |
//! | this server is a replica | connect to the primary: by its own name, or through [Sentinel](#sentinel) |
//! | this is the port of a Sentinel | connect through the Sentinel, [as above](#sentinel) |
//! | another node of the cluster holds the key | use a cluster with one shard. With one, connect to its primary |
//! | the server does not tell its process in INFO | another server: this one could lose uses, and nobody would notice |
//! | the server, or a proxy before it, has no scripts | connect without the proxy; undo a `rename-command EVALSHA` |
//! | … is too old | Redis 7 or later, or Valkey |
//! | no connection to Redis in time, connecting to Redis took too long | check address, port and firewall; `rediss://` for a port with TLS, and only for one |
//! | no answer from Redis in time | Redis is overloaded, or too far for the [timeout](crate::RedisStore::timeout) |
//!
//! Any other text is the server's own, such as `LOADING`, `OOM`, `CLUSTERDOWN` or `NOREPLICAS`. While connecting it is
//! left out but for its first word, because a server that refuses a log-in may repeat the password.
//!
//! [`Nonces`]: crate::Nonces
//! [`RedisStore`]: crate::RedisStore
//! [`RedisStore::from_client`]: crate::RedisStore::from_client
//! [`RedisStore::from_client_fn`]: crate::RedisStore::from_client_fn
//! [`RedisStore::new`]: crate::RedisStore::new
//! [`once`]: crate::SequenceAuthLayer::once

//! Redis as the store of used nonces and tokens: suitable servers, their settings, connections, and errors.
//!
//! If several instances check [nonces](crate::guide::nonces) or tokens that pass [`once`], they need a store that all of
//! them share, such as [`RedisStore`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use sequence_auth::{LoginCookies, NonceKey, Nonces, RedisStore};
//!
//! # async fn nonces(key: NonceKey) -> Result<Nonces, Box<dyn std::error::Error>> {
//! let store = Arc::new(RedisStore::new("rediss://app:password@redis.example.com:6379")?);
//! if let Err(error) = store.ready().await {
//!     eprintln!("logins are answered with 503: {error:?}"); // see "What `ready` says" below
//! }
//! let nonces = Nonces::builder(key).bound_by_login_cookies(LoginCookies::default()).store(store).build()?;
//! # Ok(nonces)
//! # }
//! ```
//!
//! [`ready`](crate::RedisStore::ready) is optional. An application can start without Redis, because each use tries to
//! connect again.
//!
//! # Which servers
//!
//! | server | result | known from |
//! |---|---|---|
//! | Redis 7.0, with TLS and without | works | all tests of the store, at each change |
//! | Redis 8.2.3, Valkey 9.1.2 | works | tested by hand, without TLS |
//! | Sentinel of these three | works, [through a closure](#sentinel) | tests with failovers; 8.2.3 and 9.1.2 by hand |
//! | a cluster with **one shard** | works, at its primary | tests; 8.2.3 and 9.1.2 by hand |
//! | a cluster with several shards | **fails**: only one node accepts the key. `ready` succeeds at that node, but when the slot of the key moves to another node, logins are answered with 503 | tests; 8.2.3 and 9.1.2 by hand |
//! | Redis 6 and older | **fails**: scripts cannot read the state that the store needs | tested with 6.2 |
//! | Redis Software, Redis Cloud, Azure Managed Redis (which runs Redis Software) | **fails**: scripts cannot call `INFO` | their documentation |
//! | Twemproxy | **fails**: it supports neither `SCRIPT LOAD` nor `INFO` | its documentation |
//! | KeyDB | **fails**: to scripts it is Redis 6, and an active replica does not call itself a primary | its documentation and issues |
//! | active-active databases, where several servers report `role:master` | **fails without an error**: each server accepts a nonce once | their documentation |
//! | Amazon ElastiCache and MemoryDB, Google Memorystore, Upstash, Dragonfly, Envoy's proxy | not tested | |
//!
//! With a server that is not tested, [`ready`](crate::RedisStore::ready) shows whether the store works at all. It cannot
//! show whether the server's `INFO` is correct. The store depends on two values: `run_id`, which must change with each
//! process, and `master_replid`, which must change with each failover. If a service invents these values and keeps them
//! when it loses writes, a used nonce passes again. If you can choose, run your own server.
//!
//! # Settings of the server
//!
//! | setting | why |
//! |---|---|
//! | `maxmemory-policy noeviction`, or a `volatile-…` policy | The `allkeys-…` policies may evict the key. Everything that was issued before is then refused. |
//! | `min-replicas-to-write 1` and `min-replicas-max-lag 2`, with automatic failover | An old primary that is cut off stops accepting writes within 4 seconds. Otherwise it accepts each nonce once more: see [Sentinel](#sentinel). |
//! | persistence: either way | After a restart, everything that was issued before is refused, with persistence too. |
//! | a clock synchronized by NTP | It may differ from the clocks of the instances by the [tolerance](crate::RedisStore::clock_tolerance). |
//! | a user of its own | see below |
//!
//! The user needs the permissions below. Add `+select` if the URL names a database other than 0, and change the pattern
//! with the [prefix](crate::RedisStore::key_prefix):
//!
//! ```text
//! ACL SETUSER app on >password resetkeys ~sequence-auth:used +evalsha +script|load +info +time +unlink +zadd +zmscore +zrange +zrem
//! ```
//!
//! With Sentinel, add `+role`. Without it, the client falls back to `INFO`, and each connection leaves an entry in
//! `ACL LOG`.
//!
//! Other users of the server need no permission for the key (`resetkeys ~other:*`). A user who has it can make a used nonce
//! pass again, with commands that
//!
//! - remove members or change scores: `ZREM`, `ZREMRANGEBY…`, `ZPOPMIN`, `ZPOPMAX`, `ZMPOP`, `BZ…`, `ZADD`, `ZINCRBY`;
//! - overwrite the key: `ZUNIONSTORE`, `ZINTERSTORE`, `ZDIFFSTORE`, `ZRANGESTORE`, `GEOSEARCHSTORE`;
//! - run code that does either: `EVAL`, `FCALL`, or a module;
//! - replace the value: `RENAME`, `COPY`, `RESTORE`, `MOVE`, `MIGRATE`, `SWAPDB`. A copy that is put back is an old set
//!   with a valid marker;
//! - reload old data into the running process: `DEBUG RELOAD`, `DEBUG LOADAOF`. Restoring a snapshot of a virtual machine
//!   with its memory has the same effect.
//!
//! Commands that delete the key or set its expiry (`DEL`, `UNLINK`, `EXPIRE`, `FLUSHALL`) are safe: the store notices, and
//! refuses everything that was issued before.
//!
//! # How to connect
//!
//! | server | constructor |
//! |---|---|
//! | a single server, or a name that always resolves to the primary ("primary endpoint") | [`RedisStore::new`] with `redis://`, or `rediss://` for TLS |
//! | a Unix socket | [`RedisStore::new`] with `redis+unix:///run/redis/redis.sock` |
//! | a certificate authority of your own | [`certificate_authorities`](crate::RedisStore::certificate_authorities) |
//! | client certificates, and other settings that a URL cannot express | [`RedisStore::from_client`] |
//! | Sentinel, also [with client certificates](#sentinel-with-client-certificates); a password or token that changes | [`RedisStore::from_client_fn`] |
//!
//! The last two constructors take clients of the [redis crate](https://docs.rs/redis). Add it to the application in the
//! version that this crate uses: `redis = { version = "1.8", default-features = false }`, and its feature `sentinel` for
//! Sentinel. All other settings of the store apply to these clients, too.
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
//! A client of the redis crate trusts certificates according to that crate's features, which any crate in the tree of the
//! application can enable (`tls-rustls-webpki-roots`, `tls-rustls-insecure`). With `tls-rustls-insecure`, a client of a URL
//! that ends with `#insecure` does not check certificates. [`RedisStore::new`] refuses such a URL, `from_client` does not.
//!
//! The client uses the process's default `CryptoProvider` of rustls. If several providers are compiled in, install one at
//! the start of `main`. Otherwise rustls panics, and the store has no connection.
//!
//! ## Sentinel
//!
//! A client has a fixed address, and with Sentinel the address of the primary changes. The store therefore calls a closure
//! for a client each time it connects, and the closure asks a Sentinel for the current primary:
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
//! .connect_timeout(Duration::from_secs(5)); // includes the requests to the Sentinels
//! # Ok(store)
//! # }
//! ```
//!
//! For TLS without client certificates, use `rediss://` for the Sentinels, and `.set_tls_mode(TlsMode::Secure)` on
//! `servers`.
//!
//! The store reconnects when its connection breaks, when a response exceeds the
//! [timeout](crate::RedisStore::timeout), and when the server reports that it has become a replica. After a failover,
//! everything that was issued before is refused, and new nonces pass after twice the
//! [tolerance](crate::RedisStore::clock_tolerance).
//!
//! A network failure can cut off the old primary while instances still reach it. With `min-replicas-to-write 1`, it
//! rejects writes when it has not heard from a replica for `min-replicas-max-lag`, and up to 2 seconds later. The new
//! primary accepts nothing for at least the tolerance, which begins after `down-after-milliseconds` of Sentinel. No
//! nonce passes at both if `min-replicas-max-lag` + 2 s ≤ `down-after-milliseconds` + tolerance.
//!
//! With `min-replicas-max-lag 2` and the default tolerance, `down-after-milliseconds` has to be at least 2000. (Its
//! default is 30000. The default lag of 10 seconds would require 10000.) The price is that every login is answered with
//! 503 while no replica answers within the lag.
//!
//! ## Sentinel with client certificates
//!
//! [`SentinelClientBuilder`](https://docs.rs/redis/1.8/redis/sentinel/struct.SentinelClientBuilder.html) creates the
//! client for the closure above. It needs the settings twice, for the Sentinels and for the server:
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
//! Sentinels report IP addresses, so the servers' certificates must contain them. Alternatively, set
//! `sentinel resolve-hostnames yes` and `sentinel announce-hostnames yes`.
//!
//! ## A password that changes
//!
//! If the password or token changes, as in cloud services, the closure creates a client with the current value:
//! `async move { redis::Client::open(url_with(token().await?)) }`. The store keeps an established connection.
//!
//! # What `ready` says
//!
//! If `ready` succeeds, an event at `info` names the server and its version, once until they change. If it fails, the
//! source of the error names the reason. A failed use is logged with the same text, as a warning.
//!
//! | text | what to do |
//! |---|---|
//! | Redis refuses the log-in | Check the user name and the password, also those of Sentinel. |
//! | Redis requires a password | Put it into the URL, or set it in the client. |
//! | Redis refuses the database | Check its number, which is 0 in a cluster, and grant `+select`. |
//! | the user of Redis lacks a permission | Grant [the permissions above](#settings-of-the-server). The next text names the command, or the key. |
//! | this server is a replica | Connect to the primary, by its own name or through [Sentinel](#sentinel). |
//! | this is the port of a Sentinel | Connect through the Sentinel, [as above](#sentinel). |
//! | another node of the cluster holds the key | Use a cluster with one shard, and connect to its primary. |
//! | INFO of this server lacks run_id or master_replid | Use another server. This server could lose uses without a sign. |
//! | the server, or a proxy before it, has no scripts | Connect without the proxy, or undo a `rename-command EVALSHA`. |
//! | … is too old | Use Redis 7 or later, or Valkey. |
//! | the clock of Redis was set back | Wait until that time has come again, or delete the key: the recording then starts anew. |
//! | the clock of Redis is ahead, … is behind | Synchronize the clocks. A use notices this at any time, `ready` only at the start of a recording. |
//! | no connection to Redis in time, connecting to Redis took too long | Check address, port and firewall. Use `rediss://` for a port with TLS, and only for such a port. |
//! | no answer from Redis in time | Redis is overloaded, or too distant for the [timeout](crate::RedisStore::timeout). |
//! | Connection refused, failed to lookup address information | Check that Redis runs, and its host and port in the URL. |
//! | Incompatible type - Parse error … | Another kind of server has this port, such as one for HTTP. |
//!
//! Any other text comes from the operating system, or from the server, such as `LOADING`, `OOM`, `CLUSTERDOWN` or
//! `NOREPLICAS`. While connecting, only the first word of the server's text is shown, because a server that refuses a
//! login may repeat the password.
//!
//! [`RedisStore`]: crate::RedisStore
//! [`RedisStore::from_client`]: crate::RedisStore::from_client
//! [`RedisStore::from_client_fn`]: crate::RedisStore::from_client_fn
//! [`RedisStore::new`]: crate::RedisStore::new
//! [`once`]: crate::SequenceAuthLayer::once

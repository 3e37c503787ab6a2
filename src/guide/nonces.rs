//! Nonces and one-time use: how to make a copied token worthless, from a single process to several instances behind Redis.
//!
//! # What a replay is
//!
//! Everyone who has a copy of an ID token can send it until it expires (RFC 6750 §1.2). A token of Embedded Wallet
//! is valid for 10 minutes. The client of OMS Wallet
//! [chooses the lifetime](crate::guide::issuers#what-the-client-of-oms-wallet-decides). Sending a copied token again is a
//! replay. On a route that exchanges the token for a session of your application, a replay hands over
//! the account.
//!
//! Two settings of the layer prevent replays. Use either of them only on the login route, because the client needs a
//! new token for each request to that route.
//!
//! | setting | a token passes | an attacker who copies an unused token |
//! |---|---|---|
//! | [`with_nonces`], bound to the browser | once | cannot use the token in another browser |
//! | [`with_nonces`], not bound | once | logs in, if the attacker sends the token first |
//! | [`once`] | once | logs in, if the attacker sends the token first |
//!
//! Use bound nonces for browsers. [`once`](#without-nonces) is for clients that cannot request a token with a nonce.
//!
//! # The flow
//!
//! 1. The client requests a nonce from your application. [`respond_to`] issues it and sets the cookie that binds the
//!    nonce to this browser. Issuing takes no storage.
//! 2. The client calls `sequence.getIdToken({ nonce })`. The issuer signs the nonce into the token.
//! 3. The client sends the token and the cookie to the login route. The layer verifies the token, then checks the
//!    nonce, and records its use in a [store](#stores).
//! 4. The handler runs, once for each nonce. It starts your application's own session.
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use axum::{Router, extract::{Request, State}, response::Response, routing::{get, post}};
//! use sequence_auth::{LoginCookies, NonceKey, Nonces, SequenceAuthLayer, SequenceClaims};
//!
//! async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
//!     nonces.respond_to(&request) // {"nonce":"…"}, and the cookie for this nonce
//! }
//!
//! async fn log_in(claims: SequenceClaims) -> String {
//!     format!("Hello {}", claims.wallet()) // start your session here
//! }
//!
//! fn app(auth: SequenceAuthLayer, nonces: Nonces) -> Router {
//!     Router::new()
//!         .route("/nonce", get(nonce).with_state(nonces.clone()))
//!         .route("/login", post(log_in).layer(auth.clone().with_nonces(nonces)))
//!         .route("/me", get(me).layer(auth)) // the same keys, and no nonce
//! }
//! # async fn me() {}
//!
//! // A single process: a random key, and the default store, in memory.
//! let nonces = Nonces::builder(NonceKey::random())
//!     .bound_by_login_cookies(LoginCookies::default())
//!     .build()?;
//! # let issuer = sequence_auth::testing::LocalIssuer::new();
//! # let app = app(issuer.layer(13639), nonces);
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! #     use axum::{body::{Body, to_bytes}, http::Request};
//! #     use tower::ServiceExt;
//! #     let send = async |request: Request<Body>| app.clone().oneshot(request).await.unwrap();
//! #     let answer = send(Request::get("/nonce").body(Body::empty()).unwrap()).await;
//! #     let cookie = answer.headers()["set-cookie"].to_str().unwrap().split_once(';').unwrap().0.to_owned();
//! #     let text = String::from_utf8(to_bytes(answer.into_body(), 1000).await.unwrap().to_vec()).unwrap();
//! #     let token = issuer.token().nonce(text.split('"').nth(3).unwrap()).mint();
//! #     for (path, cookie, status) in [("/login", "a=b", 401), ("/login", &cookie, 200), ("/login", &cookie, 401), ("/me", "", 200)] {
//! #         let request = if path == "/me" { Request::get(path) } else { Request::post(path) };
//! #         let request = request.header("cookie", cookie).header("authorization", format!("Bearer {token}"));
//! #         assert_eq!(send(request.body(Body::empty()).unwrap()).await.status(), status);
//! #     }
//! # });
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! In the browser:
//!
//! ```js
//! const { nonce } = await (await fetch('/nonce')).json()
//! const { idToken } = await sequence.getIdToken({ nonce })
//! await fetch('/login', { method: 'POST', headers: { Authorization: `Bearer ${idToken}` } })
//! ```
//!
//! Login cookies are `Secure`, so serve the application over HTTPS. Most browsers also accept them over plain HTTP from
//! loopback; for the others, see [`allow_plain_http`](crate::LoginCookies::allow_plain_http). `cargo run -p login`, in the
//! repository, runs such an application with a demo issuer, offline. [`guide::logins`](crate::guide::logins) continues with
//! tabs, pages on other hosts, frames, WebSockets, and refused logins.
//!
//! # What the layer checks
//!
//! The nonce comes last, after the token, the predicates and the loads: a token that fails elsewhere uses no nonce. The
//! first check that fails decides the response, and its [kind](crate::AuthErrorKind) names the check.
//!
//! | check | response | kind |
//! |---|---|---|
//! | The token has a nonce. | 401 | `missing_nonce` |
//! | The nonce was signed with the current or the previous key. | 401 | `foreign_nonce` |
//! | The request has the cookie or the header that nonces are bound to. | 401 | `missing_binding` |
//! | The nonce was issued for that value. | 401 | `other_binding` |
//! | The nonce was not issued in the future. The layer's leeway allows for the clocks of other instances. | 401 | `nonce_issued_in_future` |
//! | The nonce has not expired. | 401 | `expired_nonce` |
//! | The nonce was issued for this store. | 401 | `other_scope` |
//! | The nonce was not used before. | 401 | `used_nonce` |
//! | The store could record the use. | 429, 503 | see [below](#a-503-or-429) |
//!
//! A nonce is valid for 5 minutes from its issue to the arrival of its token;
//! [`lifetime`](crate::NoncesBuilder::lifetime) sets 1 millisecond to 1 day. The player signs in to the wallet before
//! `getIdToken`, so request the nonce immediately before that call.
//!
//! The use is final, and the layer records it before the handler runs. A client that disconnects, or whose response is
//! lost, needs a new nonce and a new token. Do not retry the request in a proxy or a library.
//!
//! # The key
//!
//! A [`NonceKey`] is an HMAC-SHA-256 key of at least 32 random bytes. All instances of an application need the same key.
//! `openssl rand -base64 32` generates a key, and `FromStr` parses that text.
//!
//! An attacker who knows the key can sign nonces with any time of issue and for any browser. Nonces then prove nothing.
//! The key alone gives no access. `Debug` does not show it. [`NonceKey::random`](crate::NonceKey::random) is enough for
//! a single process, which refuses the nonces from before its restart.
//!
//! To rotate the key without refusing a login:
//!
//! 1. Deploy the new key as [`previous_key`](crate::NoncesBuilder::previous_key) to every instance. All instances now
//!    accept both keys, and still issue with the old key.
//! 2. Make the new key the current key, and the old key `previous_key`. All instances still accept both keys during this
//!    deployment.
//! 3. Wait for the lifetime of a nonce, 5 minutes by default, then remove the old key.
//!
//! # Binding
//!
//! An attacker can request a nonce, sign in with a wallet of their own, and have a victim's browser send the resulting
//! token. The victim is then logged in as the attacker, and their data and payments go to the attacker's account. This
//! is login CSRF, and the token is valid, so only the binding prevents it: the layer accepts a bound nonce only in the
//! browser that requested it.
//!
//! | binding | for | the client gets a nonce by |
//! |---|---|---|
//! | [`bound_by_login_cookies`](crate::NoncesBuilder::bound_by_login_cookies) | browsers | [`respond_to`], which sets a cookie for each nonce |
//! | [`bound_by_cookie`](crate::NoncesBuilder::bound_by_cookie) | visitors who already have an unguessable cookie | [`respond_to`], or [`issue_for`](crate::Nonces::issue_for) with its value |
//! | [`bound_by_header`](crate::NoncesBuilder::bound_by_header) | clients with a secret of their own | the same |
//! | not bound, the default | games on a desktop or a phone, tests | [`issue`](crate::Nonces::issue), or [`respond_to`] |
//!
//! The value has 1 to 1,024 bytes. An attacker must not be able to guess it or to set it in the victim's browser: give a
//! cookie of your own the prefix `__Host-`. Never let browsers use a route whose nonces are not bound.
//!
//! # Stores
//!
//! A [`OneTimeStore`] records which nonces were used, each until 5 minutes after its expiry.
//!
//! | store | for | capacity |
//! |---|---|---|
//! | [`MemoryStore`], the default | a single process | 100,000 uses, together up to 20 MB; a hundredth of them for each wallet |
//! | [`RedisStore`] (feature `redis`) | any number of instances | the memory of Redis, about 150 bytes for each use |
//! | [your own](#a-store-of-your-own) | any number of instances | as you implement it |
//!
//! Build [`Nonces`] once for each key, and clone the value for each route. Two values that are built with the default
//! store have separate stores, even in the same process.
//!
//! # Several instances
//!
//! Every instance needs the same key, the same store and the same binding. Then any instance can issue a nonce, and any
//! other can check it. With Redis:
//!
//! ```sh
//! cargo add sequence-auth --features axum,redis
//! cargo add axum@0.8 && cargo add tokio --features full
//! export NONCE_KEY=$(openssl rand -base64 32) REDIS_URL=rediss://app:password@redis.example.com:6379
//! ```
//!
//! ```no_run
//! # #[cfg(feature = "redis")] {
//! use std::{env, error::Error, sync::Arc};
//!
//! use sequence_auth::{LoginCookies, Nonces, RedisStore, SequenceAuthLayer};
//! use tokio::net::TcpListener;
//! # fn app(auth: SequenceAuthLayer, nonces: Nonces) -> axum::Router { axum::Router::new() }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn Error>> {
//!     let url = env::var("REDIS_URL").map_err(|_| "REDIS_URL is not set")?;
//!     let store = Arc::new(RedisStore::new(&url)?);
//!     if let Err(error) = store.ready().await {
//!         eprintln!("logins are answered with 503 until Redis is available: {error:?}");
//!     }
//!     let key = env::var("NONCE_KEY").map_err(|_| "NONCE_KEY is not set")?;
//!     let nonces = Nonces::builder(key.parse()?)
//!         .bound_by_login_cookies(LoginCookies::default())
//!         .store(store)
//!         .build()?;
//!     let app = app(SequenceAuthLayer::new(13639), nonces); // the function above
//!     let listener = TcpListener::bind("0.0.0.0:3000").await?;
//!     axum::serve(listener, app).await?;
//!     Ok(())
//! }
//! # }
//! ```
//!
//! For the first 4 seconds after the store has connected to a new Redis, logins are answered with 503. [`guide::redis`]
//! has the settings of the server, Sentinel, client certificates, and the errors of `ready`. For a local test, run
//! `redis-server` and set `REDIS_URL=redis://127.0.0.1:6379`.
//!
//! With a `MemoryStore` in each instance, every instance refuses the nonces of the others with `other_scope`, and a
//! warning names the settings to change. If a service issues nonces and another service checks them, share the store
//! between them, or set the same [`scope`](crate::NoncesBuilder::scope) in both. With a scope and a `MemoryStore`, let a
//! single process check nonces: a second process would accept each nonce again. Set a
//! [`clock_tolerance`](crate::MemoryStore::clock_tolerance) on that store, of at least the difference of the clocks:
//! without it, a nonce from a clock that is ahead could pass again after a restart.
//!
//! Synchronize the clocks of all instances and of all Redis servers. A nonce from a clock that is more than 2 seconds ahead
//! of Redis's clock is answered with 503. No nonce passes twice while the clocks of the instances differ by 5 minutes at
//! most, if Redis's clock is right within 2 seconds whenever Redis starts, is flushed or fails over: see [`RedisStore`].
//!
//! # Restarts
//!
//! | event | result |
//! |---|---|
//! | an instance with a `MemoryStore` restarts | nonces that it issued before are refused |
//! | an instance behind Redis restarts | its nonces remain valid |
//! | Redis restarts, fails over, is flushed, or evicts the key | for 4 seconds every login is answered with 503; then new nonces are accepted, and every nonce issued before is refused as used |
//!
//! A store never guesses: if it may have lost a use, it refuses all nonces that were issued before.
//!
//! # A 503 or 429
//!
//! A login is answered with 503 and `Retry-After` if the store could not record the use, and with 429 if one wallet has
//! used up its share. The nonce may be used all the same, so the client waits, then requests a new nonce and a new token.
//!
//! | kind | meaning | what to do |
//! |---|---|---|
//! | `one_time_store_unavailable` | The store did not answer in time, is new, or its clock differs too much. | Read the warning about the store, which names the cause. For Redis, [`guide::redis`] lists the causes. |
//! | `one_time_store_full` | A `MemoryStore` holds its capacity of unexpired uses. | Raise the capacity, or [limit](crate::guide::middleware#limits) logins. |
//! | `one_time_share_used` | 429: the wallet has used up its share. Other wallets can log in. | Wait; see [`max_per_wallet`](crate::MemoryStore::max_per_wallet). |
//!
//! # A store of your own
//!
//! Implement [`OneTimeStore`], whose documentation is the contract. Of all calls with the same digest, exactly one may
//! return `true`. In SQL, insert into a table whose primary key is the digest:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use sequence_auth::{BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError};
//! # #[derive(Default)] struct Database(std::sync::Mutex<std::collections::HashSet<[u8; 32]>>);
//! # impl Database {
//! #     async fn now(&self) -> std::io::Result<SystemTime> { Ok(SystemTime::now()) }
//! #     async fn insert(&self, digest: &[u8; 32], _: SystemTime) -> std::io::Result<bool> {
//! #         Ok(self.0.lock().unwrap().insert(*digest))
//! #     }
//! # }
//!
//! /// How far the clock of an issuer or an instance may be ahead of the database's: the leeway of the layer, and a
//! /// second, because the `iat` of a token has whole seconds.
//! const TOLERANCE: Duration = Duration::from_secs(31);
//!
//! struct SqlStore {
//!     database: Database,
//!     /// When the table was created or restored, plus the tolerance.
//!     recording_since: SystemTime,
//! }
//!
//! impl OneTimeStore for SqlStore {
//!     fn first_use<'a>(
//!         &'a self,
//!         key: &'a OneTimeKey,
//!         expires_at: SystemTime,
//!     ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
//!         Box::pin(async move {
//!             let now = self.database.now().await.map_err(OneTimeStoreError::unavailable)?;
//!             if now < self.recording_since {
//!                 return Err(OneTimeStoreError::unavailable("the table is new")); // every key is older than the table
//!             }
//!             if key.issued_at() > now + TOLERANCE {
//!                 return Err(OneTimeStoreError::unavailable("the clock of the database is behind"));
//!             }
//!             if key.issued_at() <= self.recording_since {
//!                 return Ok(false); // its use may be lost
//!             }
//!             if expires_at <= now {
//!                 return Err(OneTimeStoreError::unavailable("the clock of the database is ahead"));
//!             }
//!             // INSERT INTO used (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
//!             let inserted = self.database.insert(key.as_bytes(), expires_at).await;
//!             inserted.map_err(OneTimeStoreError::unavailable)
//!         })
//!     }
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! #     let (now, minute) = (SystemTime::now(), Duration::from_secs(60));
//! #     let (store, key) = (SqlStore { database: Database::default(), recording_since: now - minute }, OneTimeKey::new([7; 32], now));
//! #     let ahead = OneTimeKey::new([8; 32], now + 2 * minute);
//! #     assert!(store.first_use(&ahead, now + 10 * minute).await.is_err());
//! #     assert!(store.first_use(&key, now + minute).await.unwrap());
//! #     assert!(!store.first_use(&key, now + minute).await.unwrap());
//! # });
//! ```
//!
//! Set a timeout on the queries. Delete a row a day after its expiry, and not earlier, because clocks can be corrected.
//! After a failover to a replica that may lack the last writes, move `recording_since` to that time, plus the
//! tolerance.
//!
//! # Without nonces
//!
//! The three settings below are weaker than nonces. They refuse every token of OMS Wallet, whose times the issuer does
//! not vouch for.
//!
//! - [`once`] lets each token pass once, with a store as above. **All processes that the token can reach need one
//!   shared store.** A process with a `MemoryStore` cannot see that another process has accepted the token. Set a
//!   [`clock_tolerance`](crate::MemoryStore::clock_tolerance) of 2 seconds on a `MemoryStore`, because the store
//!   compares the issuer's clock with its own after a restart. Within one second, the issuer gives a session the same
//!   token again, because the issuer's times have whole seconds: of two calls within a second, the second is refused,
//!   even if its client requested a new token. Such a client sends one call at a time, and requests the next token a
//!   second later. Nonces do not have this limit.
//! - [`max_token_age`](crate::SequenceAuthLayer::max_token_age) refuses tokens that were issued (`iat`) longer ago. It
//!   shortens the time for a replay.
//! - [`max_session_age`](crate::SequenceAuthLayer::max_session_age) requires that the player signed in to the wallet
//!   (`auth_time`) recently. Use it for sensitive actions.
//!
//! The layer's leeway, 30 seconds by default, extends both ages. Stores, restarts and the 503 are the same as with nonces.
//!
//! [`MemoryStore`]: crate::MemoryStore
//! [`NonceKey`]: crate::NonceKey
//! [`Nonces`]: crate::Nonces
//! [`OneTimeStore`]: crate::OneTimeStore
//! [`once`]: crate::SequenceAuthLayer::once
//! [`respond_to`]: crate::Nonces::respond_to
//! [`with_nonces`]: crate::SequenceAuthLayer::with_nonces
#![cfg_attr(
    feature = "redis",
    doc = "[`RedisStore`]: crate::RedisStore\n[`guide::redis`]: crate::guide::redis"
)]
#![cfg_attr(
    not(feature = "redis"),
    doc = "[`RedisStore`]: https://docs.rs/sequence-auth/latest/sequence_auth/struct.RedisStore.html\n[`guide::redis`]: https://docs.rs/sequence-auth/latest/sequence_auth/guide/redis/index.html"
)]

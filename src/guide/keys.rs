//! How the layer gets an issuer's keys, how it behaves in an outage, and every setting that concerns keys.
//!
//! A background task fetches the issuer's key document (a JSON Web Key Set, RFC 7517) every 5 minutes and publishes its
//! keys. Requests read the published keys, and wait only if the key of their token is missing. An outage of the issuer
//! therefore goes unnoticed for 24 hours, as long as the issuer's key does not change.
//!
//! # Start-up
//!
//! [`SequenceAuthLayer::new`] does no I/O. The task starts when the layer is first used inside a Tokio runtime. A router
//! of axum applies the layer at the latest with the first connection. Call [`ready`] at start-up to have the keys before
//! that:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! # use sequence_auth::testing::LocalIssuer;
//! let auth = LocalIssuer::new().layer(13639); // in production: SequenceAuthLayer::new(13639)
//! if let Err(error) = auth.ready().await {
//!     eprintln!("starting without keys: {error}"); // the task keeps trying
//! }
//! assert!(auth.health().is_ready());
//! # });
//! # }
//! ```
//!
//! [`ready`] waits for `first_keys_timeout` (2 seconds). If it fails, start the server all the same: the task tries again
//! every second, and the first token passes within 2 seconds of the issuer's return.
//!
//! # When keys are fetched
//!
//! | cause | fetch | requests |
//! |---|---|---|
//! | the refresh interval has passed | every 300 s ± 10 % | do not wait |
//! | a fetch failed | again after a random time: up to 1 s after the first failure, up to 60 s from the seventh on; at least 1 s after the last fetch started | do not wait |
//! | the first keys are missing, or the keys have expired | every second, even while an earlier fetch hangs; at most 64 at once | wait up to 2 s, at most 1,024 at once |
//! | a token names an unknown key (`kid`) | one fetch for all such tokens | wait up to 2 s, at most 64 at once |
//! | a token names a known key, and its signature is invalid | one fetch in the background, because a key may change under its ID | do not wait; the token is refused with 401 |
//!
//! Tokens can cause two fetches in a row, and after that one fetch in each `refetch_cooldown` (30 s). An invalid signature
//! never uses up the last of the two, so forged tokens cannot delay the key of a rotation. Until the next fetch may start,
//! tokens with unknown keys are refused at once: with 401, or with 503 if the last fetch failed.
//!
//! The fetch is a `GET` over HTTPS, or over HTTP if the host is loopback. It follows no redirects and accepts the status
//! 200 only. It takes at most 5 s, 2 s of them to connect, and reads at most 256 KiB.
//!
//! # Which keys are used
//!
//! A document may hold up to 128 keys. Each key must fit the issuer's algorithm: RSA with 2,048 to 8,192 bits for Embedded
//! Wallet, P-256 for OMS Wallet. A key that does not fit is skipped, and the others are used. Two different keys with the
//! same ID are both skipped, and a `warn` event names the ID. A document without a usable key counts as a failed fetch, so
//! it never replaces good keys.
//!
//! New keys replace the old ones all at once. A key that the issuer no longer publishes is gone with the next successful
//! fetch, and so are the cached tokens that it signed.
//!
//! # Outages and other events
//!
//! | event | what happens |
//! |---|---|
//! | the issuer is down | The last keys stay in use for 24 hours (`max_stale`). The [state](#health) is `stale`. |
//! | the issuer is down for longer than `max_stale` | The keys have expired. Requests with a token wait up to 2 s and are answered with 503 and `Retry-After`. |
//! | the issuer is down when the server starts | The server runs. Requests with a token wait up to 2 s and are answered with 503 and `Retry-After`. In the first 10 s they wait even if a fetch fails; after that, a failed fetch ends the wait at once. |
//! | the issuer rotates its key | Sequence withdraws the old key at once. The first token with the new key causes a fetch and waits for it, up to 2 s. |
//! | the issuer replaces a key under the same ID | The first token with the new key is refused with 401 and causes a fetch. Later tokens pass. |
//! | a token names a key that the issuer does not publish | 401 after a fetch. If the fetch fails or takes longer than 2 s: 503 and `Retry-After`, because the issuer may have published the key. |
//! | a flood of tokens with unknown keys | The same fetches as above. At most 64 requests wait, the others are answered at once. Tokens signed with a published key are unaffected. If the key is rotated during the flood, new tokens are refused until the next fetch may start: at most `refetch_cooldown`. |
//! | the key document is malformed, empty or too large | The fetch counts as failed. The last keys stay in use. |
//! | the machine sleeps | If more than `max_stale` has passed by the wall clock, the next request waits for a new fetch, as for the first keys. |
//! | the wall clock jumps | Tokens are checked against the new time. If it jumps ahead by more than `max_stale`, keys are fetched at once; requests pass as soon as the issuer answers. |
//!
//! `Retry-After` is the time to the next fetch in whole seconds, at least 1.
//!
//! With [two issuers](crate::guide::issuers), each has its own keys, fetches and limits. An outage of one issuer does not
//! affect tokens of the other.
//!
//! # Health
//!
//! [`health`](crate::SequenceAuthLayer::health) returns the state of the keys at any time:
//!
//! | state | keys | tokens | `is_ready()` |
//! |---|---|---|---|
//! | `waiting` | never loaded | 503 | `false` |
//! | `fresh` | the last fetch succeeded, or the keys are static | verified | `true` |
//! | `stale` | the last fetch failed, or a fetch is overdue | verified | `true` |
//! | `expired` | the last successful fetch is longer ago than `max_stale` | 503 | `false` |
//!
//! It also returns the key IDs, their age, the time to the next fetch, the number of failures in a row and the last error.
//! Use it for [readiness probes](crate::guide::deployment#readiness-and-liveness), never for liveness: a restart loses the
//! keys.
//!
//! This test drives an outage with paused time, as [`guide::testing`](crate::guide::testing) explains:
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
//! # runtime.block_on(async {
//! use std::time::Duration;
//!
//! use sequence_auth::{KeyState, testing::LocalIssuer};
//! use tokio::time::sleep;
//!
//! let issuer = LocalIssuer::new();
//! let auth = issuer.layer(13639);
//! assert_eq!(auth.health().state(), KeyState::Fresh);
//!
//! issuer.set_down(true);
//! sleep(Duration::from_secs(400)).await; // one refresh has failed
//! assert_eq!(auth.health().state(), KeyState::Stale); // tokens still pass
//!
//! sleep(Duration::from_secs(24 * 60 * 60)).await;
//! assert_eq!(auth.health().state(), KeyState::Expired); // tokens are answered with 503
//!
//! issuer.set_down(false);
//! auth.ready().await?;
//! assert_eq!(auth.health().state(), KeyState::Fresh);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Settings
//!
//! Settings that concern keys are on the [builder](crate::SequenceAuthLayerBuilder). [`build`] returns an error if a
//! setting is out of its bounds or contradicts another.
//!
//! | setting | default | bounds | effect |
//! |---|---|---|---|
//! | `jwks_url(url)` | `/.well-known/jwks.json` below the issuer | `https`, or `http` on loopback; no credentials | where keys are fetched |
//! | `refresh_interval` | 300 s, or half of `max_stale` if that is shorter | at least 10 ms; see below | how long a withdrawn key may stay in use while the issuer answers |
//! | `refetch_cooldown` | 30 s, or `refresh_interval` if that is shorter | at most `refresh_interval`; if set, at least 1 s where keys are fetched over HTTP(S) from a host other than loopback | how often tokens can cause a fetch; zero: any token can |
//! | `fetch_timeout` | 5 s, or `refresh_interval` or a quarter of `max_stale` if one is shorter | more than zero, at most `refresh_interval` | the limit for one fetch, from name lookup to last byte |
//! | `connect_timeout` | 2 s, or `fetch_timeout` if that is shorter | more than zero, at most `fetch_timeout` | the limit for name lookup, TCP and TLS |
//! | `max_stale` | 24 h | at least 20 ms if `refresh_interval` is not set, at most 365 days | how long keys are trusted after the last successful fetch |
//! | `first_keys_timeout` | 2 s | up to 365 days | how long a request, or `ready`, waits for the first keys |
//! | `max_waiting` | 1,024 requests | | how many requests wait for the first keys at once; the others get 503 |
//! | `http_client(client)` | reqwest with rustls, HTTP/1.1 | | an [HTTP client](crate::HttpClient) for a proxy or certificates of your own |
//! | `initial_keys(jwks)` | none | | keys to start with |
//! | `key_fetcher(fetcher)` | HTTPS | | another way to get the key document |
//! | `static_keys(jwks)` | none | | fixed keys; the layer never fetches |
//!
//! `refresh_interval` plus 10 %, `fetch_timeout`, and a reserve of 1 s (a tenth of `max_stale` if that is less) must fit
//! into `max_stale`. This way, keys never expire while the issuer answers.
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//!
//! use sequence_auth::SequenceAuthLayer;
//!
//! let auth = SequenceAuthLayer::builder(13639)
//!     .refresh_interval(Duration::from_secs(60)) // a withdrawn key is gone within about a minute
//!     .max_stale(Duration::from_secs(6 * 60 * 60)) // and after 6 hours, even if the issuer is down
//!     .build()?;
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! `max_stale` is a trade-off. During an outage the layer cannot learn that the issuer has withdrawn a key, for instance
//! because it was stolen. A short `max_stale` limits how long such a key is trusted; a long one lets the application
//! outlive a longer outage.
//!
//! # Keys from elsewhere
//!
//! - **Initial keys.** [`initial_keys`](crate::SequenceAuthLayerBuilder::initial_keys) lets a server start during an outage.
//!   The keys count as fetched when the layer is built, and the task replaces them with its first successful fetch. Take
//!   them from a recent document: a key that the issuer has since withdrawn is trusted until that fetch.
//! - **A fetcher of your own.** [`FetchKeys`] replaces HTTPS, for instance on a machine without internet access. The
//!   layer trusts the document that it returns, so the fetcher has to authenticate its source. The size limit and all
//!   checks above apply.
//! - **Static keys.** [`static_keys`](crate::SequenceAuthLayerBuilder::static_keys) are trusted without end and are never
//!   replaced. They suit tests and examples. In production, every new token would be
//!   refused after Sequence rotates its key, and a stolen key would stay trusted.
//!
//! ```
//! use sequence_auth::{FetchError, SequenceAuthLayer};
//!
//! let auth = SequenceAuthLayer::builder(13639)
//!     .key_fetcher(|| async {
//!         // Another process on this machine fetches the document every minute.
//!         let read = tokio::task::spawn_blocking(|| std::fs::read("/run/keys/jwks.json"));
//!         let document = read.await.map_err(FetchError::new)?;
//!         Ok(document.map_err(FetchError::new)?.into())
//!     })
//!     .build()?;
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! # The task and its runtime
//!
//! All clones of a layer share one task for each issuer. The task runs in the Tokio runtime in which the layer was first
//! used. That runtime needs its timer, and its I/O driver for the default fetch. It has to keep running while the layer is
//! in use, also if it is a `current_thread` runtime. If it has ended, the next use of the layer starts the task in the
//! runtime of that use.
//!
//! One runtime has to live longer than a fetch takes (up to 5 s), or the layer never gets new keys. A fetch that ends
//! with its runtime is repeated at once in the next runtime, but only once within `refetch_cooldown` (with a cool-down
//! of zero, within a second). Further repetitions wait as after a failure, so a program that creates a runtime for each
//! use does not fetch keys with each use. In a runtime without a timer the task panics, and the message says what to
//! enable. The task starts again at the same pace.
//!
//! The task ends when the last clone of the layer is dropped. [`shutdown`](crate::SequenceAuthLayer::shutdown) ends it
//! earlier, for all clones and for good, and waits for its end. The keys that are loaded stay in use until they are older
//! than `max_stale`. [`guide::deployment`](crate::guide::deployment#graceful-shutdown) shows the end of a server.
//!
//! # Events
//!
//! | level | event |
//! |---|---|
//! | `error` | the keys have expired; there are still no keys 10 s after the first fetch |
//! | `warn` | a fetch failed, with its cause (for each kind of failure); the keys are stale; two different keys have the same ID |
//! | `warn` | a flood of unknown keys (at least 100 such tokens within one window of a minute) has begun or ended |
//! | `info` | the first keys are loaded; the keys have changed, with their IDs; the keys are fresh again |
//! | `debug` | a fetch brought the same keys; a key was skipped, with the reason |
//!
//! [`guide::observing`](crate::guide::observing) has all events, and metrics with alerts.
//!
//! [`SequenceAuthLayer::new`]: crate::SequenceAuthLayer::new
//! [`ready`]: crate::SequenceAuthLayer::ready
//! [`build`]: crate::SequenceAuthLayerBuilder::build
//! [`FetchKeys`]: crate::FetchKeys

//! What the crate does not do, and every size, time and count that it limits.
//!
//! # What it does not do
//!
//! | topic | limit | instead |
//! |---|---|---|
//! | revocation | A token is valid until it expires and cannot be revoked before. Embedded Wallet issues tokens for 10 minutes; a client of OMS Wallet [chooses the lifetime](crate::guide::issuers#what-the-client-of-oms-wallet-decides). | exchange the token for a session of your own, with a [nonce](crate::guide::nonces) |
//! | copies | Without nonces, a token works from any machine until it expires. | [nonces](crate::guide::nonces); TLS; keep tokens out of logs and URLs |
//! | sessions | The crate verifies ID tokens. Sessions and refresh tokens are out of scope. | [`guide::logins`](crate::guide::logins), and tower-sessions as in `examples/login` |
//! | emails | The email is the issuer's statement. A token does not say whether it was verified. | verify it yourself before it grants anything |
//! | custom claims of OMS Wallet | The client writes them. | treat them as input from the player |
//! | open streams | A WebSocket or event stream that was opened with a valid token stays open after `exp`. | [`guide::websockets`](crate::guide::websockets) |
//! | unprotected routes | The layer protects the routes that it wraps. It does not look at paths. | [`guide::routers`](crate::guide::routers) shows which routes stay open |
//! | rate limits | The layer limits the cost of each request, not the number of requests. | [`guide::middleware`](crate::guide::middleware) |
//! | TLS, CORS | Other layers, the server or a proxy provide them. | [`guide::middleware`](crate::guide::middleware), [`guide::deployment`](crate::guide::deployment) |
//! | tokens in the query string | Not a built-in source, because URLs end in logs. | a header, or a [subprotocol](crate::TokenSource::subprotocol) for WebSockets |
//!
//! # Wallets that are not covered
//!
//! - **Ecosystem wallets (v3)** do not issue ID tokens. Have the player sign a message of yours
//!   ([ERC-4361](https://eips.ethereum.org/EIPS/eip-4361)) and verify it by
//!   [ERC-1271](https://eips.ethereum.org/EIPS/eip-1271) or [ERC-6492](https://eips.ethereum.org/EIPS/eip-6492).
//! - **ETHAuth proofs** are signatures that Sequence's libraries for Go and TypeScript verify against a chain.
//! - **OMS Wallet on other chains**: a token whose `wallet_type` is not `ethereum` is refused.
//! - **Other issuers**: the crate accepts tokens of Embedded Wallet (RS256) and OMS Wallet (ES256) only. For other issuers
//!   see [`guide::comparison`](crate::guide::comparison).
//!
//! # What is experimental or untried
//!
//! - OMS Wallet is **experimental** until a token of its production environment has been verified.
//! - HTTP/1.1 and HTTP/2 are tested. HTTP/3 is untried.
//! - All tests run on Linux (x86-64). Other platforms are untried: [`guide::deployment`](crate::guide::deployment#platforms)
//!   says what was checked for each.
//! - [`guide::redis`](crate::guide::redis) lists the Redis servers that were tried.
//!
//! # Sizes, times and counts
//!
//! *Fixed* limits cannot be changed. Every other limit is a setting, shown with its default and bounds.
//!
//! | token | limit | setting |
//! |---|---|---|
//! | whole token | 8 KiB (tokens of Embedded Wallet have 700 to 1,200 bytes) | fixed |
//! | token header, encoded | 1 KiB, 16 members | fixed |
//! | `kid` | 1 to 128 bytes | fixed |
//! | `email` | 320 bytes (RFC 5321 §4.5.3.1) | fixed |
//! | `sub` of OMS Wallet | 255 bytes (OpenID Connect Core 1.0 §2) | fixed |
//! | RSA keys | 2,048 to 8,192 bits | fixed |
//! | clock difference to the issuer | 30 s | `leeway`: 0 to 300 s |
//! | lifetime (`exp`) from now, and from `iat` | 24 hours | `max_token_lifetime`: more than zero (for Sequence's issuers at least 10 minutes, less the leeway), at most 36,500 days |
//! | age since `iat`, age of the sign-in | unlimited | `max_token_age`, `max_session_age` |
//! | cached tokens | 4,096 of up to 3 KiB: 12 MiB; a larger token counts as several | `token_cache`: 0 (off) to 10,000,000 |
//!
//! | request | limit | setting |
//! |---|---|---|
//! | JSON body that is searched for a token | 64 KiB; a larger body is answered with 413 | `body_limit`; 0: bodies are not read |
//! | time for that body to arrive | 5 s; later: 408 | `body_timeout` |
//! | memory for a request until its token is verified | 64 KiB, or four times `body_limit` with a JSON body | |
//! | cookies that are searched for a token or a binding | 16 KiB | fixed |
//! | subprotocols that are searched for a token | 16 KiB | fixed |
//! | occurrences of `name=` in all cookies of a request, or of the prefix in all its subprotocols | 128 | fixed |
//! | `Origin` and `Host` that are compared | 512 bytes each | fixed |
//! | each `load` | 5 s; later: 503 | `load_timeout` |
//!
//! | keys | limit | setting |
//! |---|---|---|
//! | key document | 256 KiB, 128 keys | fixed |
//! | refresh interval | 300 s ± 10 % | `refresh_interval`: at least 10 ms |
//! | fetches that tokens cause | 2, then 1 each 30 s | `refetch_cooldown` |
//! | repetitions of a fetch that ended with its runtime | 1 at once in each cool-down, then as after a failure | `refetch_cooldown` |
//! | time for a fetch; for its connection | 5 s; 2 s | `fetch_timeout`, `connect_timeout` |
//! | age of keys | 24 hours | `max_stale`: at least 20 ms if `refresh_interval` is not set, at most 365 days |
//! | wait for the first keys | 2 s, 1,024 requests | `first_keys_timeout`: up to 365 days; `max_waiting` |
//! | time during which failed fetches do not end that wait | 10 s from the first fetch | fixed |
//! | fetches at the same time, for each issuer | 64 | fixed |
//! | wait for an unknown key | 2 s, 64 requests | fixed |
//!
//! | nonces and one-time use | limit | setting |
//! |---|---|---|
//! | lifetime of a nonce | 300 s | `lifetime`: 1 ms to 24 hours |
//! | key of nonces | at least 32 bytes | fixed |
//! | value that a nonce is bound to | 1 to 1,024 bytes | fixed |
//! | login cookies of a browser | 8; a response removes at most 16 | fixed |
//! | uses in a `MemoryStore` | 100,000, together up to 20 MB; with another capacity up to 300 bytes each | `MemoryStore::new` |
//! | uses of a wallet in a `MemoryStore` | a hundredth of the capacity, at least 100 | `max_per_wallet` |
//! | clock difference between instances and store | 300 s | fixed |
//! | time for a use in a `RedisStore`; for its connection | 1 s; 3 s | `timeout`, `connect_timeout` |
//! | clock difference between instances and Redis | 2 s | `clock_tolerance` |
//! | `Retry-After` of a store | 1 s to 24 hours | the store's error |
//!
//! | log | limit | setting |
//! |---|---|---|
//! | warnings | once a minute for each cause | fixed |
//! | text from a request, a server or a key document | 200 bytes, escaped; 8 key IDs of a list | fixed |
//! | flood of unknown keys | at least 100 such tokens within one window of a minute | fixed |
//!
//! # Setting a limit
//!
//! Limits of the keys and of tokens in general are set on the builder, and [`build`](crate::SequenceAuthLayerBuilder::build)
//! returns a [`ConfigError`](crate::ConfigError) that names a setting out of its bounds. Limits of requests are set on the
//! layer and cannot fail:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//!
//! use sequence_auth::SequenceAuthLayer;
//!
//! let auth = SequenceAuthLayer::builder(13639)
//!     .leeway(Duration::from_secs(10))
//!     .token_cache(50_000)
//!     .build()?
//!     .body_limit(4 * 1024)
//!     .body_timeout(Duration::from_secs(2));
//!
//! let too_much = SequenceAuthLayer::builder(13639).leeway(Duration::from_secs(301)).build();
//! assert!(too_much.unwrap_err().to_string().contains("leeway"));
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! `SequenceAuthLayer::new(13639)` has the limits that the tables show. If clients send their tokens in headers, leave the
//! JSON field out of the sources, and the layer never reads a body:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::{SequenceAuthLayer, TokenSource};
//!
//! let auth = SequenceAuthLayer::new(13639).sources([TokenSource::bearer()]);
//! # }
//! ```

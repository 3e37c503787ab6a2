//! What the layer costs for each request, how the figures were measured, and how to measure them yourself.
//!
//! **In short**: a token that the layer sees for the first time costs about 1.1 to 1.2 RSA signature checks, 17 to 18
//! µs on the machine below. A token that it has cached costs 0.25 to 1.4 µs. A [refused
//! request](#cost-of-refused-requests) takes at most 7 % more instructions than a new token of its size; a token that
//! is refused for its nonce, at most 35 % more. A JSON body adds at most a fifth of a new token for each KiB. The layer
//! takes no lock to read the keys, and keys are fetched outside of requests.
//!
//! # How to read the figures
//!
//! - A **raw check** is the cost that cannot be avoided: a signature check by aws-lc-rs, with a key that is parsed already,
//!   over a token of the same length. RS256 verifies tokens of Embedded Wallet, ES256 those of OMS Wallet.
//! - Figures are ratios to the raw check, measured in the same run. They carry over to other machines better than times.
//! - **Added** means the time on top of the same service without the layer.
//! - A **new** token was never seen before. A **seen** token comes from the [cache of tokens](#the-token-cache), which skips
//!   the signature and the parsing of the claims, and repeats all other checks.
//!
//! Unless a table says otherwise, the figures are of 23 November 2026: two cores of an AMD EPYC, Linux, Rust 1.95. A raw
//! check by RS256 took 15.5 µs. `benches/README.md` in the repository has all tables.
//!
//! # Time and allocations for each request
//!
//! | request | over the raw check | added | allocations |
//! |---|--:|--:|--:|
//! | new token | 1.18 | 18.3 µs | 10 |
//! | new token, cache off | 1.11 | 17.1 µs | 10 |
//! | new token in a JSON body | 1.22 | 18.8 µs | 12 |
//! | 8 KiB of token, cache off | 1.45 | 22.4 µs | 10 |
//! | seen token, 1 player | 0.016 | 0.25 µs | 3 |
//! | seen token, 1,000 players | 0.045 | 0.69 µs | 3 |
//! | seen token, 100,000 players | 0.088 | 1.37 µs | 3 |
//! | without a token | 0.011 | 0.17 µs | 5 |
//! | unknown key | 0.038 | 0.59 µs | 7 |
//! | invalid signature | 1.04 | 16.0 µs | 6 |
//!
//! The time of a seen token is mostly the way to memory, so it grows with the number of players. Since this table was made,
//! a token enters the cache with its second request instead of its first. That lowers the price of the cache for a new
//! token from 0.07 raw checks to 0.01.
//!
//! Tokens of OMS Wallet take 8 allocations when they are new, and 3 when they were seen. A layer that trusts both issuers
//! adds no allocation and at most 3 % to the instructions of a request, if the token's header begins with `alg`. Every
//! header of Embedded Wallet does; that of OMS Wallet is not published. If an OMS token's header begins with another
//! member, the layer parses the header for each request: 4 allocations for a seen token.
//!
//! # Instructions
//!
//! Instructions do not depend on other work on the machine, so tests hold them to limits (`cargo bench -p bounds`, callgrind,
//! a processor with AVX2):
//!
//! | request | RS256, over its raw check | limit | ES256, over its raw check | limit |
//! |---|--:|--:|--:|--:|
//! | new token, cache off | 1.057 | 1.08 | 1.018 | 1.15 |
//! | new token | 1.058 | 1.085 | 1.018 | 1.15 |
//! | seen token | 0.0102 | 0.012 | 0.0040 | 0.012 |
//! | invalid signature | 1.021 | 1.035 | 1.008 | 1.035 |
//! | unknown key | 0.027 | 0.03 | 0.010 | 0.03 |
//!
//! Figures of 26 November 2026. The raw check takes 295,400 instructions by RS256 and 728,100 by ES256. A seen token takes
//! 3,000 and 2,900.
//!
//! # Cost of refused requests
//!
//! The table compares hostile requests with a new token of the same size: ratios of instructions (26 November 2026), and
//! the limit that the tests allow.
//!
//! | hostile request | ratio | limit |
//! |---|--:|--:|
//! | a header of 390 kB, `Origin` or `Cookie` for example | 0.02 | 1 |
//! | 1,000 `Authorization` headers | 0.01 | 1 |
//! | 1,000 `Cookie` headers | 0.57 | 1 |
//! | 16 KiB of cookies or subprotocols without a token | 0.04 | 1 |
//! | 16 KiB of cookies whose names end like the token's | 0.09 | 1 |
//! | a request for a nonce with 128 login cookies | 0.82 | 1 |
//! | 8 KiB of dots, letters or signature | 0.06 | 1 |
//! | 8 KiB of token with an invalid signature | 0.96 | 1.05 |
//! | a token header of 1 KiB in escapes, then an invalid signature | 1.03 | 1.05 |
//! | the same to a layer of both issuers, ES256 | 1.05 | 1.07 |
//! | a good token, refused for its nonce, with 16 KiB of cookies whose names end like that of the nonce's cookie | 1.29 | 1.35 |
//! | a JSON body of 64 KiB with 10,000 members | 11.6 | 12.8 |
//!
//! A body of 64 KiB is about 70 times as large as a token: each KiB takes at most a fifth of the instructions of a new
//! token. Set [`body_limit`](crate::SequenceAuthLayer::body_limit) to a few KiB if your clients send no larger bodies,
//! or leave the JSON field out of the [sources](crate::SequenceAuthLayer::sources).
//!
//! # Threads
//!
//! Throughput of two threads that verify tokens, over a single thread:
//!
//! | tokens | ratio |
//! |---|--:|
//! | new, cache off | 1.99 |
//! | seen, each thread has its own | 1.85 |
//! | seen, both threads have the same | 1.26 |
//!
//! Threads that see the same token share the reference count of its claims. Players have tokens of their own.
//!
//! # Nonces and used tokens
//!
//! | operation | time | over the raw check |
//! |---|--:|--:|
//! | issue an unbound nonce | 0.67 µs | 0.043 |
//! | issue a bound nonce | 0.94 µs | 0.061 |
//! | record a use in a `MemoryStore` | 0.19 µs | 0.013 |
//! | check a token with a bound nonce, in addition to the plain layer | 1.42 µs | 0.091 |
//!
//! A [`RedisStore`](crate::guide::redis) adds a round trip. Over loopback to Redis 7.0.15, a single caller gets 26,146
//! uses a second, 37 µs in the median; 64 callers over the same connection get 61,011 uses a second. The script takes 11 to
//! 12 µs of the server's time.
//!
//! # Memory
//!
//! | what | bytes |
//! |---|---|
//! | a cached token with its claims | 3 KiB at most for ordinary tokens; a larger token counts as several |
//! | the token cache, full | 12 MiB with the default of 4,096 tokens, plus 32 to 64 bytes for each token of the capacity |
//! | a request until its token is verified | 64 KiB at most, or four times `body_limit` with a JSON body |
//! | a use in a `MemoryStore` | up to 300, depending on the capacity; all uses together up to 20 MB with the default capacity of 100,000; a quarter more while the store grows |
//!
//! Tests in `benches/bounds` measure all rows but the second.
//!
//! # The token cache
//!
//! The cache saves 92 to 98 % of the added time. A token enters it with its second request, so clients that fetch a new
//! token for each call neither profit from the cache nor fill it. A player has a token for 10
//! minutes, so the default of 4,096 covers about as many players at a time for each instance. The layer evicts tokens when
//! the cache is full, and drops them when the issuer withdraws their key.
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::SequenceAuthLayer;
//!
//! let default = SequenceAuthLayer::new(13639); // 4,096 tokens, about 12 MiB at most
//! let busy = SequenceAuthLayer::builder(13639).token_cache(50_000).build()?; // about 155 MB at most
//! let off = SequenceAuthLayer::builder(13639).token_cache(0).build()?; // each request checks the signature
//! # }
//! # Ok::<(), sequence_auth::ConfigError>(())
//! ```
//!
//! # Other libraries and whole servers
//!
//! The same service with each library, over the raw check (aws-lc-rs where the library allows it):
//!
//! | library | new token | seen token | invalid signature | allocations, new / seen |
//! |---|--:|--:|--:|--:|
//! | sequence-auth 0.1.0 | 1.19 | 0.016 | 1.04 | 10 / 3 |
//! | sequence-auth 0.1.0, cache off | 1.10 | 1.10 | 1.04 | 10 / 10 |
//! | axum-jwt-auth 0.7.0 | 1.52 | 1.51 | 1.42 | 24 / 24 |
//! | tower-oauth2-resource-server 0.12.5 | 1.55 | 1.53 | 1.43 | 43 / 43 |
//! | jwt-authorizer 0.15.0 | 1.61 | 1.60 | 1.52 | 39 / 39 |
//! | axum-jwks 0.12.0 | 1.64 | 1.65 | 1.52 | 49 / 49 |
//! | jsonwebtoken 11.1.0, `decode` alone | 1.42 | 1.42 | 1.30 | 19 / 19 |
//!
//! With their default cryptography, RSA in pure Rust, axum-jwt-auth and tower-oauth2-resource-server take 12 raw checks for
//! a new token. [`guide::comparison`](crate::guide::comparison) compares the features.
//!
//! Whole servers, with a core for the server and another for the load generator, and tokens of 100 players. The medians of 9
//! rounds, on a day with much other work on the machine:
//!
//! | server | requests a second | processor time for a request |
//! |---|--:|--:|
//! | axum without the layer | 107,453 | 9.1 µs |
//! | axum with the layer, token in a header | 95,029 | 10.4 µs |
//! | axum with the layer, token in a JSON body | 83,669 | 11.8 µs |
//! | axum with the layer, cache off, token in a header | 29,503 | 33.8 µs |
//! | Express as in Sequence's guide, token in a JSON body | 2,235 | 447.5 µs |
//!
//! # Metrics
//!
//! The feature `metrics` adds nothing to a request while it is disabled: a seen token takes as many instructions as
//! before the feature existed. With the feature and a Prometheus recorder, a seen token takes 0.10 to 0.14 µs more
//! (26 November 2026, medians of four runs of two processes that alternate): two readings of the clock, a value in a
//! histogram, and a counter.
//!
//! # Crates and compile time
//!
//! What the crate adds to an application with axum 0.8 and all of Tokio, on Linux with x86-64, including crates that only
//! run at build time (`cargo tree -e normal,build`, 26 November 2026):
//!
//! | application | crates |
//! |---|--:|
//! | axum and Tokio | 54 |
//! | … and this crate, without `http` | 100 |
//! | … and this crate | 143 |
//! | … with the feature `axum` | 143 |
//! | … with the feature `metrics` | 145 |
//! | … with the feature `redis` | 154 |
//!
//! An application that already has reqwest 0.13 with its default features grows by 31 crates, from 121 to 152.
//!
//! A cold `cargo build` of the application, in seconds of processor time (user and system) of all cores together. Wall
//! time says little, because the machine, two cores of an AMD EPYC with Rust 1.95, was busy with other work:
//!
//! | profile | axum and Tokio | … and this crate | ratio |
//! |---|--:|--:|--:|
//! | dev | 61 s | 218 s | 3.6 |
//! | release | 77 s | 303 s | 3.9 |
//!
//! Of the 157 s of the dev profile, AWS-LC, in C and assembly, takes 59 s, reqwest with rustls 24 s, URLs with their
//! tables of Unicode 16 s, the type `Address` 15 s, and this crate itself 10 s. The rest is mostly macros. An
//! application that uses reqwest with rustls has most of this already. Without `http`, and with a
//! [`FetchKeys`](crate::FetchKeys) of your own, reqwest, rustls and URLs go; AWS-LC checks the signatures and stays.
//!
//! # Measure it yourself
//!
//! | command, in a clone of the repository | compares | takes |
//! |---|---|---|
//! | `cargo bench` | the layer with the raw check | 2 min |
//! | `cargo bench -p bounds` | instructions; needs valgrind | ½ min |
//! | `cargo bench -p metrics-cost` | the feature `metrics`, off and on | 3 min to build twice, ½ min to run |
//! | `cargo bench -p redis-proofs` | recording uses in Redis and in memory; needs `redis-server` | 3 min to build, ½ min to run |
//! | `cd benches/peers && cargo run --release` | other libraries | 3 min to build, 1½ min to run |
//! | `benches/peers/servers/run` | whole servers; needs `wrk`, `curl` and Node 20 | 2 min |
//!
//! # What was not measured
//!
//! - More than two cores, ARM processors, operating systems other than Linux.
//! - Redis over a network, and Redis with TLS.
//! - The layer under TLS or HTTP/3, and behind a proxy.
//! - Latency over time in production. The metric `sequence_auth_verification_duration_seconds` shows it in your
//!   application; see [`guide::observing`](crate::guide::observing#metrics).

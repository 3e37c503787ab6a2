//! How to run an application with the layer in production: probes, shutdown, proxies, containers, several instances.
//!
//! A short list for the first deployment:
//!
//! - [Machine and container](#certificate-authorities): CA certificates, a clock set by NTP, outgoing HTTPS to the issuer.
//! - [Probes](#readiness-and-liveness): `health()` for readiness, never for liveness.
//! - [Shutdown](#graceful-shutdown): `shutdown()`, then `shutdown_background()`.
//! - [Large uploads](#large-uploads): a listener that closes connections in stages.
//! - [Several instances](#several-instances): the same nonce key and a shared store.
//! - [Events and metrics](crate::guide::observing): alerts on stale keys.
//!
//! # Readiness and liveness
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use axum::{Router, http::StatusCode, routing::get};
//! use sequence_auth::SequenceAuthLayer;
//!
//! fn probes(auth: SequenceAuthLayer) -> Router {
//!     let ready = async move || {
//!         if auth.health().is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
//!     };
//!     Router::new()
//!         .route("/livez", get(StatusCode::OK))
//!         .route("/readyz", get(ready))
//! }
//! # let app = probes(sequence_auth::testing::LocalIssuer::new().layer(13639));
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # let request = axum::http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap();
//! # let response = runtime.block_on(tower::ServiceExt::oneshot(app, request)).unwrap();
//! # assert_eq!(response.status(), 200);
//! # }
//! ```
//!
//! - **Readiness** is [`is_ready`](crate::KeyHealth::is_ready): tokens can be verified. An instance that has just started
//!   becomes ready with its first fetch of the keys.
//! - **Liveness** must not depend on the keys. A restart does not end an outage of the issuer; it loses the keys with which
//!   the instance could go on for up to 24 hours.
//! - In an outage that outlasts `max_stale`, every instance becomes unready. If the application also has public routes, they
//!   become unreachable too. In that case, leave the keys out of the readiness probe and [alert](crate::guide::observing)
//!   on them instead.
//! - With [two issuers](crate::guide::issuers), the layer is ready with the keys of one. `health().issuers()` has each.
//! - The whole [`KeyHealth`](crate::KeyHealth) names the key URL and error causes. Serve it on an internal port only.
//!
//! A server may start while the issuer is down: [`guide::keys`](crate::guide::keys#start-up).
//!
//! # Graceful shutdown
//!
//! Dropping a Tokio runtime waits for blocked threads, also at the end of `#[tokio::main]`. A name lookup that hangs in the
//! operating system blocks such a thread, so a server that fetches keys may not end. `shutdown()` ends the fetching of keys,
//! and `shutdown_background()` does not wait for blocked threads:
//!
//! ```no_run
//! # #[cfg(all(feature = "http", unix))] mod server {
//! use axum::{Router, routing::get};
//! use sequence_auth::SequenceAuthLayer;
//! use tokio::{net::TcpListener, runtime::Runtime, signal::{ctrl_c, unix::{SignalKind, signal}}};
//!
//! fn main() -> std::io::Result<()> {
//!     let runtime = Runtime::new()?;
//!     let outcome = runtime.block_on(serve());
//!     runtime.shutdown_background();
//!     outcome
//! }
//!
//! async fn serve() -> std::io::Result<()> {
//!     let auth = SequenceAuthLayer::new(13639);
//!     let app = Router::new().route("/me", get(me)).layer(auth.clone());
//!     let listener = TcpListener::bind("0.0.0.0:3000").await?;
//!     axum::serve(listener, app).with_graceful_shutdown(end()).await?;
//!     auth.shutdown().await;
//!     Ok(())
//! }
//!
//! /// Waits for SIGTERM, which container runtimes send, or Ctrl-C.
//! async fn end() {
//!     let mut terminate = signal(SignalKind::terminate()).expect("a handler for SIGTERM can be set");
//!     tokio::select! {
//!         _ = terminate.recv() => (),
//!         _ = ctrl_c() => (),
//!     }
//! }
//! # async fn me() {}
//! # }
//! ```
//!
//! `shutdown_timeout` waits for a limited time, if blocking work of your own has to finish. `cargo run --example axum` also
//! limits the time for requests under way: 8 seconds, less than the 10 seconds after which container runtimes kill.
//!
//! # Large uploads
//!
//! A request that can be refused before its body has been read, with 401 or 413, is answered at once. Over HTTP/1, the
//! server then closes the connection, and the rest of the upload makes the kernel reset it. The client fails to write and may
//! never see the response; behind a proxy, it sees 502. A layer cannot prevent this. The listener can, by closing in stages
//! (RFC 9112 §9.6). Copy `lingering_stream.rs` and `lingering_listener.rs` from `examples/serving/src`:
//!
//! - with axum, serve with `axum::serve(LingeringListener(listener), app)`;
//! - with hyper, wrap each connection: `TokioIo::new(LingeringStream::new(stream))`.
//!
//! Of 40 uploads of 20 MB by Node's `http`, 13 received their 401 without the listener, and 0 of 20 behind nginx. With the
//! listener, all did. HTTP/2 keeps the connection open. A client that sends `Expect: 100-continue`, such as curl with large
//! bodies, gets its response before it uploads. nginx buffers whole uploads unless `proxy_request_buffering` is `off`.
//!
//! `axum::serve` does not limit the time in which a client sends the headers of a request. The `serve` of
//! `examples/serving` does.
//!
//! # Proxies in front
//!
//! | topic | requirement |
//! |---|---|
//! | TLS | ends at the proxy or at the server. A token over plain HTTP can be copied on its way. |
//! | `Host`, `Origin`, `Sec-Fetch-Site` | passed on unchanged. Cookie sources and [`LoginCookies`](crate::LoginCookies) use them to detect other sites; with another `Host`, they refuse requests from the application's own pages. |
//! | size of headers | at least that of your tokens: 700 to 1,200 bytes for Embedded Wallet, at most 8 KiB. nginx refuses a header line of more than 8 KiB (`large_client_header_buffers`). |
//! | size of bodies | at least `body_limit` (64 KiB), if tokens come in JSON bodies |
//! | response timeout | longer than all waits of the layer together: 5 s for the body, 2 s for keys, 5 s for each `load`, 1 s for Redis, and the time of your `authorize_async`. The handler's own time comes on top. |
//! | logs | without `Authorization`, cookies and other headers that hold tokens |
//! | caches | responses of guarded routes are private. The layer marks its refusals as `no-store`, and leaves the handler's responses as they are. |
//!
//! A proxy can also verify the tokens for backends in other languages: [`guide::proxies`](crate::guide::proxies).
//!
//! # Certificate authorities
//!
//! By default, the fetch uses rustls with the CA certificates of the machine. On Linux these are the files and directories
//! that OpenSSL uses; `SSL_CERT_FILE` and `SSL_CERT_DIR` override them. Without certificates, every fetch fails
//! with [`FetchErrorKind::Client`](crate::FetchErrorKind::Client), and the event says `No CA certificates were loaded from
//! the system`. The layer looks for certificates again with each fetch, so it finds a volume that is mounted later.
//!
//! | image | certificates |
//! |---|---|
//! | `debian`, `ubuntu`, and their `slim` variants | `apt-get install --no-install-recommends ca-certificates` |
//! | `alpine` | included (`/etc/ssl/cert.pem`) |
//! | `gcr.io/distroless/cc`, `base`, `static` | included. A Rust binary for glibc needs `cc`. |
//! | `scratch` | `COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/` |
//!
//! To trust other authorities, or to bring them with the application, give the layer a client. Add `reqwest` 0.13 to your
//! dependencies for its `Certificate`:
//!
//! ```
//! # #[cfg(feature = "http")]
//! # mod hidden {
//! use reqwest::Certificate;
//! use sequence_auth::{ClientBuilder, SequenceAuthLayer};
//!
//! fn auth() -> Result<SequenceAuthLayer, Box<dyn std::error::Error>> {
//!     let roots = Certificate::from_pem_bundle(&std::fs::read("/etc/app/authorities.pem")?)?;
//!     let client = move || ClientBuilder::new().tls_certs_only(roots.clone());
//!     Ok(SequenceAuthLayer::builder(13639).http_client(client).build()?)
//! }
//! # }
//! ```
//!
//! The feature `native-tls` uses the operating system's TLS instead: OpenSSL on Linux, with its headers at build time and
//! `libssl` at run time.
//!
//! # Outgoing connections
//!
//! The layer connects to the host of the key URL, port 443: `waas.sequence.app` for production. It honors `HTTPS_PROXY`,
//! `ALL_PROXY` and `NO_PROXY` (also in lower case), and on macOS and Windows the system's settings. To set a proxy in code:
//!
//! ```
//! # #[cfg(feature = "http")]
//! # mod hidden {
//! use sequence_auth::{ClientBuilder, SequenceAuthLayer};
//!
//! fn auth() -> Result<SequenceAuthLayer, Box<dyn std::error::Error>> {
//!     let proxy = reqwest::Proxy::https("http://proxy.internal:3128")?;
//!     let client = ClientBuilder::new().proxy(proxy);
//!     Ok(SequenceAuthLayer::builder(13639).http_client(client).build()?)
//! }
//! # }
//! ```
//!
//! A forward proxy tunnels TLS, so the issuer's certificate is still verified. A proxy that intercepts TLS works only
//! if the machine trusts its CA, and then the operator of the proxy can replace the keys and forge tokens. Exempt the issuer
//! from interception. Loopback URLs never go through a proxy. A machine without any way out can use a
//! [fetcher](crate::guide::keys#keys-from-elsewhere).
//!
//! # Serverless and sleeping machines
//!
//! - **Build the layer once for each process**, not once for each invocation: each new layer fetches the keys again.
//! - **Cold start.** The first token waits for the first fetch, at most 2 s. [`initial_keys`] avoids this wait.
//! - **Freeze.** While the process is frozen, the background task does not run. Afterwards, requests use the keys at
//!   hand. If more than `max_stale` (24 hours) has passed by the wall clock, they wait for a new fetch instead, at most
//!   2 s. Before that, the next fetch follows the steady clock, which [stops](#platforms) while the machine sleeps,
//!   except on Windows: it starts within 5.5 minutes. A token with a new key causes a fetch and waits for it.
//! - **A shorter `max_stale`**, such as an hour, bounds how long a withdrawn key is trusted after a freeze.
//! - **One-time use.** Each process has its own `MemoryStore`. Use a shared store. A restored memory snapshot also restores
//!   an old `MemoryStore`, in which nonces that were used since are unused.
//!
//! # Several instances
//!
//! | state | several instances |
//! |---|---|
//! | keys | Each instance fetches its own: one request in 5 minutes ± 10 %, so they spread out. |
//! | plain tokens | Any instance verifies any token. Sticky sessions are not needed. |
//! | nonces | All instances need the same [`NonceKey`](crate::NonceKey) and a shared store. With stores in memory, an instance refuses the nonces of the others; with the same [`scope`](crate::NoncesBuilder::scope) in each, it would accept each nonce once more. |
//! | [`once`](crate::SequenceAuthLayer::once) | A shared store is required. With stores in memory, **each instance accepts a token once**. |
//! | rolling deployment | The old and the new version need the same key and store. |
//!
//! [`RedisStore`](crate::guide::redis) is such a store; its page lists servers that work and servers that do not.
//! [`guide::nonces`](crate::guide::nonces) has the rotation of the nonce key.
//!
//! # Clocks
//!
//! Set clocks by NTP. Times of tokens are compared with this machine's clock, ± the leeway of 30 s (`leeway`, at most
//! 300 s). If the clock differs from that of the key server by 20 s or more, a `warn` event gives the difference.
//!
//! # TLS providers in one process
//!
//! rustls has one crypto provider for the process. The features `http` and `redis` compile aws-lc-rs in. If another
//! dependency compiles in `ring` as well, rustls cannot choose, and code that leaves the choice to rustls panics. The
//! fetch of the keys does not rely on that choice. To choose, call
//! `rustls::crypto::aws_lc_rs::default_provider().install_default()` at the start of `main`. Without the feature
//! `redis`, you can also leave the feature `http` out and set a [`FetchKeys`](crate::FetchKeys).
//!
//! # Platforms
//!
//! The layer has no code of its own for an operating system, except that Redis over a Unix socket needs Unix. It needs
//! the standard library, and atomic integers of 64 bits.
//!
//! | platform | what was checked | what the build needs |
//! |---|---|---|
//! | Linux x86-64, glibc | everything: all tests, benches and examples run here | a C compiler |
//! | Linux aarch64, glibc | dependencies, and code for one platform alone | a C compiler |
//! | Linux x86-64, musl | dependencies, and code for one platform alone | a C compiler for musl (`musl-tools`) |
//! | macOS aarch64 | dependencies, and code for one platform alone | Xcode's command line tools |
//! | Windows x86-64, MSVC | dependencies, and code for one platform alone | Visual Studio's C++ build tools; no NASM, because its output is part of aws-lc-sys |
//!
//! Where only dependencies and code were checked, **nothing was compiled or run yet**. The check was: the dependencies
//! resolve with `cargo tree --target`, and the crates that a platform adds are for its TLS, certificates, proxy settings
//! and random numbers; each `cfg` of a platform in the library and in its examples was read. The repository's workflow
//! builds and tests these platforms; it has not run either.
//!
//! | platform | differs |
//! |---|---|
//! | macOS, Windows | The issuer's certificate is verified by the system (`http`), and the certificates of a Redis by the system's store (`redis`). The system's proxy settings apply. |
//! | macOS, Windows | `native-tls` is Secure Transport or SChannel, without OpenSSL. |
//! | Windows | The steady clock goes on while the machine sleeps. The next fetch is then due when the machine wakes up. |
//! | Windows aarch64 | aws-lc-sys needs `clang-cl`. |
//! | 32 bits | x86 and ARMv7 have atomic integers of 64 bits, MIPS and PowerPC do not. On Windows for x86, aws-lc-sys needs NASM. |
//! | neither x86-64 nor aarch64 | Base64 is decoded without SIMD. |
//! | Android | Call `rustls_platform_verifier::android::init_with_env` first: the authorities of the system are not available before. |
//!
//! The examples end on Ctrl-C on every platform, and on SIGTERM on Unix. Tests that send signals run on Unix only.
//!
//! # Rust versions
//!
//! The minimum Rust version is 1.88. A patch release never raises it. Two checks guard it, with a newer compiler: clippy
//! refuses functions of the standard library that are newer (`incompatible_msrv`), and `.ci/msrv` refuses a locked
//! dependency that states a newer version, on any platform and with any feature. A newer feature of the language passes
//! both. The repository's workflow compiles the library with 1.88 itself, but has not run yet.
//!
//! Dependencies may raise their own minimum in a compatible release. Cargo then chooses older versions by itself if your
//! application is of edition 2024 and has a `rust-version`. In other cases, keep your `Cargo.lock`, or set
//! `resolver.incompatible-rust-versions = "fallback"` in Cargo's configuration.
//!
//! `.ci/lower-bounds` builds the library with the lowest version of each direct dependency that `Cargo.toml` admits,
//! with all features and with none.
//!
//! With the locked versions, `.ci/run` checks the library with no feature, each feature alone, each pair, and all.
//!
//! [`initial_keys`]: crate::SequenceAuthLayerBuilder::initial_keys

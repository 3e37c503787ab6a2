//! The guide: one page for each question, from the first guarded route to production.
//!
//! Start here:
//!
//! - [`getting_started`]: from `cargo add` to a guarded route, an optional route, CORS, the log and a test.
//! - [`cookbook`]: short recipes: guests, allow-lists, cookies, limits by wallet, problem details.
//! - [`express`]: coming from Sequence's guide for Express, side by side.
//! - [`troubleshooting`]: from a response, a log line or a compile error to the cause and the cure.
//! - [`testing`]: tokens, claims, outages and nonces in the tests of your application.
//!
//! How it works:
//!
//! - [`checks`]: what the layer checks, in which order and why, with every limit.
//! - [`sources`]: where a request may hold its token, and how to change that.
//! - [`answers`]: the response to each refusal, and every kind of error with its cause and cure.
//! - [`keys`]: how keys are fetched, what happens in an outage, and every setting that concerns keys.
//! - [`nonces`]: one-time use of tokens: the flow, the key, binding, stores, several instances behind Redis.
//! - [`issuers`]: Embedded Wallet and OMS Wallet, both in the same layer, and moving to OMS Wallet.
//!
//! With other software:
//!
//! - [`routers`]: where to put the layer in axum, what does not compile and why, and what is left open by mistake.
//! - [`middleware`]: the order of layers: CORS, CSRF checks, traces, limits and retries.
//! - [`logins`]: logins in browsers with nonces: tabs, other sites, other hosts, frames, refused logins.
//! - [`websockets`]: two ways to send a token from a browser, and sessions that end with their token.
//! - [`grpc`]: gRPC and gRPC-Web with tonic, open services beside guarded ones, and streams that end with their token.
//! - [`servers`]: the layer in hyper, salvo, poem and warp.
//! - [`without_tower`]: the layer's checks in servers without tower, such as actix-web and Rocket.
//! - [`proxies`]: backends in any language, behind nginx, Traefik or Caddy.
//! - [`openapi`]: OpenAPI documents of utoipa and aide that describe the layer.
#![cfg_attr(
    feature = "redis",
    doc = "- [`redis`]: Redis as the store of used nonces: servers, settings, connections, errors."
)]
//!
//! In production:
//!
//! - [`deployment`]: probes, shutdown, proxies, containers, clocks, several instances.
//! - [`observing`]: events, metrics, spans and health.
//! - [`performance`]: the cost of a request, how it was measured, and how to measure it.
//! - [`threat_model`]: attackers, guarantees, and the duties of the application.
//! - [`limits`]: what the crate does not do; every size, time and count.
//! - [`comparison`]: this crate beside other Rust crates for tokens and logins.

pub mod answers;
pub mod checks;
pub mod comparison;
pub mod cookbook;
pub mod deployment;
pub mod express;
pub mod getting_started;
pub mod grpc;
pub mod issuers;
pub mod keys;
pub mod limits;
pub mod logins;
pub mod middleware;
pub mod nonces;
pub mod observing;
pub mod openapi;
pub mod performance;
pub mod proxies;
#[cfg(feature = "redis")]
pub mod redis;
pub mod routers;
pub mod servers;
pub mod sources;
pub mod testing;
pub mod threat_model;
pub mod troubleshooting;
pub mod websockets;
pub mod without_tower;

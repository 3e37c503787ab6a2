//! Pages on one subject each. They hold no code but their examples.
//!
//! - [`issuers`]: which tokens are accepted, two issuers in one layer, and moving to OMS Wallet.
//! - [`routers`]: where to put the layer in axum, what does not compile and why, and what is left open by mistake.

pub mod issuers;
pub mod routers;
//! - [`middleware`]: the order of layers, and what CORS, CSRF checks, traces, limits and retries have to do with tokens.
//! - [`servers`]: salvo, poem, warp, and servers that are not tower.

pub mod issuers;
pub mod middleware;
pub mod servers;

//! What the operator sees: events, and the health of the keys. It is the place for metrics, too.

#[cfg(feature = "http")]
mod clock;
mod flood_detector;
mod health;
mod keys;
mod loads;
mod nonces;
mod policy;
mod preflights;
#[cfg(feature = "redis")]
mod redis_store;
mod requests;
mod throttle;
mod tokens;
mod uses;

#[cfg(feature = "http")]
pub(crate) use clock::ClockEvents;
pub use health::{IssuerHealth, KeyHealth, KeyState};
#[cfg(feature = "redis")]
pub(crate) use redis_store::RedisEvents;
#[cfg(feature = "axum")]
pub(crate) use requests::layer_missing;
pub(crate) use {
    flood_detector::{FloodChange, FloodDetector},
    keys::{KeyChanges, KeyEvents},
    loads::LoadEvents,
    nonces::NonceEvents,
    policy::{UntrustedTimesEvents, project_ignored},
    preflights::PreflightEvents,
    requests::{request_refused, sources_set, token_not_found, token_refused},
    tokens::{Mismatch, TokenEvents},
    uses::UseEvents,
};

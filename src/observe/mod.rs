//! The operator's view: events, metrics, and the health of the keys.

#[cfg(feature = "http")]
mod clock;
mod flood_detector;
mod health;
mod keys;
mod loads;
mod metrics;
mod nonces;
mod policy;
mod preflights;
#[cfg(feature = "redis")]
mod redis_store;
mod request_span;
mod requests;
mod source_kind;
mod throttle;
mod tokens;
mod uses;
mod verdict;

#[cfg(feature = "http")]
pub(crate) use clock::ClockEvents;
#[cfg(feature = "redis")]
pub(crate) use redis_store::RedisEvents;
#[cfg(feature = "axum")]
pub(crate) use requests::{layer_missing, request_refused};
pub(crate) use {
    flood_detector::{FloodChange, FloodDetector},
    keys::{KeyChanges, KeyEvents, KeyWarnings},
    loads::LoadEvents,
    metrics::{Stopwatch, WaitMetrics},
    nonces::NonceEvents,
    policy::{UntrustedTimesEvents, project_ignored},
    request_span::RequestSpan,
    requests::{RequestEvents, sources_set, token_not_found, token_refused},
    source_kind::SourceKind,
    tokens::{Mismatch, TokenEvents, logs_starts},
    uses::UseEvents,
    verdict::{Verdict, source_of},
};
pub use {
    health::{IssuerHealth, KeyHealth, KeyState},
    request_span::TraceSpan,
};

//! Metrics through the facade of the crate `metrics`. Without the feature `metrics`, no code is compiled in.

#[cfg(feature = "metrics")]
mod recorded;
#[cfg(not(feature = "metrics"))]
mod unrecorded;

#[cfg(feature = "metrics")]
pub(crate) use recorded::{
    FetchMetrics, RequestMetrics, Stopwatch, UseMetrics, VerificationMetrics, WaitMetrics,
};
#[cfg(not(feature = "metrics"))]
pub(crate) use unrecorded::{
    FetchMetrics, RequestMetrics, Stopwatch, UseMetrics, VerificationMetrics, WaitMetrics,
};

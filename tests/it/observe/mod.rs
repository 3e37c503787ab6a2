//! The events in the operator's log.

mod first_keys;
mod key_warnings;
mod keys;
mod loads;
#[cfg(feature = "metrics")]
mod metrics;
mod mismatches;
mod one_time;
mod preflights;
mod spans;
mod start;
mod unknown_keys;

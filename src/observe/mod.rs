//! What the operator sees: events, and the health of the keys.

mod flood_detector;
mod health;
mod keys;
mod nonces;
#[cfg(feature = "redis")]
mod redis;
mod throttle;
mod uses;

pub use health::{KeyHealth, KeyState};
#[cfg(feature = "redis")]
pub(crate) use redis::RedisEvents;
pub(crate) use {
    flood_detector::{FloodChange, FloodDetector},
    keys::{KeyChanges, KeyEvents},
    nonces::NonceEvents,
    uses::UseEvents,
};

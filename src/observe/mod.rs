//! What the operator sees: events, and the health of the keys.

mod flood_detector;
mod health;
mod keys;
mod throttle;
mod uses;

pub use health::{KeyHealth, KeyState};
pub(crate) use {
    flood_detector::{FloodChange, FloodDetector},
    keys::{KeyChanges, KeyEvents},
    throttle::Throttle,
    uses::UseEvents,
};

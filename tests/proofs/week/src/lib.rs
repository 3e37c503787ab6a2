//! The scale of the time in which the instances of this proof live.

use std::time::Duration;

/// How many seconds pass on wall clocks in one second of the steady clock: a week passes in an hour.
pub const RATE: u32 = 168;

/// How long an instance waits for Redis, in true time: longer than the default, because other programs share the machine.
pub const STORE_TIMEOUT: Duration = Duration::from_secs(3);

/// A default of the crate that is measured by the steady clock, at this scale.
#[must_use]
pub fn scaled(default: Duration) -> Duration {
    default / RATE
}

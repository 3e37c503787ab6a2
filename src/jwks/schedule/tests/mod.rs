//! The schedule, one rule at a time.

mod interruptions;
mod refetch;
mod sleep;
mod waiting;

use super::*;
use crate::jwks::missing_key::Need;

const TIMING: Timing = Timing {
    refresh_interval: Duration::from_secs(300),
    refetch_cooldown: Duration::from_secs(30),
    fetch_timeout: Duration::from_secs(5),
    max_stale: Duration::from_secs(24 * 3600),
    first_keys_timeout: Duration::from_secs(2),
    max_waiting: 2,
};

/// The time of the wall clock when keys are loaded.
const LOADED: SystemTime = SystemTime::UNIX_EPOCH;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A schedule whose first attempt succeeded at the returned time.
fn loaded() -> (Schedule, Instant) {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, LOADED, Jitter(0.5));
    (schedule, now)
}

/// The same, after tokens have used up the allowance with two refetches at that time.
fn spent() -> (Schedule, Instant) {
    let (mut schedule, now) = loaded();
    for _ in 0..2 {
        schedule.want_refetch(Reason::UnknownKey);
        assert!(schedule.start_if_due(now));
        schedule.succeeded(now, LOADED, Jitter(0.5));
    }
    (schedule, now)
}

#[test]
fn first_attempt_starts_at_once_then_every_second() {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    assert!(schedule.start_if_due(now));
    assert!(!schedule.start_if_due(now));
    // Even if the first attempt hangs.
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    schedule.failed(now, Jitter(0.0));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
}

#[test]
fn hanging_attempt_does_not_delay_the_next() {
    let start = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, start);
    for second in 0..100 {
        assert!(schedule.start_if_due(start + seconds(second)));
        assert!(!schedule.start_if_due(start + seconds(second)));
    }
}

#[test]
fn attempts_that_hang_are_few() {
    let timing = Timing {
        fetch_timeout: seconds(3600),
        ..TIMING
    };
    let start = Instant::now();
    let mut schedule = Schedule::new(timing, None, start);
    let hanging = (0..3600).filter(|&second| schedule.start_if_due(start + seconds(second)));
    assert_eq!(hanging.count(), 63);
    // Attempts that fail at once are a second apart.
    let mut now = start + seconds(3600);
    for _ in 0..63 {
        schedule.failed(now, Jitter(0.0));
    }
    for _ in 0..3 {
        assert!(schedule.start_if_due(now));
        schedule.failed(now, Jitter(0.0));
        now += seconds(1);
    }
}

#[test]
fn refresh_interval_varies_by_a_tenth() {
    for (jitter, due) in [(0.0, 270), (0.5, 300), (1.0, 330)] {
        let (mut schedule, now) = loaded();
        schedule.succeeded(now, LOADED, Jitter(jitter));
        assert_eq!(schedule.next_start(), Some(now + seconds(due)));
    }
}

#[test]
fn backoff_doubles_from_a_second_to_a_minute() {
    let (mut schedule, start) = loaded();
    let mut now = start + seconds(300);
    for bound in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        assert!(schedule.start_if_due(now));
        schedule.failed(now, Jitter(1.0));
        assert_eq!(schedule.next_start(), Some(now + seconds(bound)));
        now += seconds(bound);
    }
}

#[test]
fn failed_attempts_are_a_second_apart() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.failed(now, Jitter(0.0));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
}

#[test]
fn attempts_are_numbered_from_one() {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    for attempt in 1..=3 {
        assert!(schedule.start_if_due(now + seconds(attempt)));
        assert_eq!(schedule.starts(), attempt);
    }
}

#[test]
fn expired_keys_are_fetched_like_first_ones() {
    let (mut schedule, start) = loaded();
    let expiry = start + TIMING.max_stale;
    let mut now = expiry - seconds(10);
    assert!(schedule.start_if_due(now));
    for _ in 0..8 {
        schedule.failed(now, Jitter(1.0));
    }
    // The back-off would end after the keys expire.
    assert_eq!(schedule.next_start(), Some(expiry));
    now = expiry;
    assert!(schedule.start_if_due(now));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    assert_eq!(schedule.state(now), KeyState::Stale);
    assert_eq!(schedule.state(now + seconds(1)), KeyState::Expired);
}

#[test]
fn time_to_an_attempt_under_way_is_zero() {
    let (mut schedule, now) = loaded();
    assert_eq!(schedule.next_attempt_in(now), Some(seconds(300)));
    assert_eq!(
        schedule.next_attempt_in(now + seconds(400)),
        Some(seconds(0))
    );
    assert!(schedule.start_if_due(now + seconds(300)));
    assert_eq!(schedule.next_attempt_in(now), Some(seconds(0)));
    schedule.interrupted(now + seconds(301), Jitter(0.5));
    assert_eq!(
        schedule.next_attempt_in(now + seconds(301)),
        Some(seconds(0))
    );
}

#[test]
fn overdue_keys_are_stale() {
    let (schedule, now) = loaded();
    assert_eq!(schedule.state(now + seconds(600)), KeyState::Fresh);
    assert_eq!(schedule.state(now + seconds(601)), KeyState::Stale);
    // Even a slow fetch is not overdue before its timeout.
    let timing = Timing {
        refresh_interval: seconds(10),
        fetch_timeout: seconds(10),
        ..TIMING
    };
    let schedule = Schedule::new(timing, Some(LOADED), now);
    assert_eq!(schedule.state(now + seconds(22)), KeyState::Fresh);
    assert_eq!(schedule.state(now + seconds(23)), KeyState::Stale);
}

#[test]
fn idle_schedule_does_nothing() {
    let now = Instant::now();
    let mut schedule = Schedule::idle(TIMING, now);
    let later = now + 2 * TIMING.max_stale;
    assert!(!schedule.start_if_due(later));
    assert!(!schedule.enter(Need::NamedKey, later));
    assert!(!schedule.enter(Need::AnyKeys, later));
    assert_eq!(schedule.next_attempt_in(later), None);
    assert_eq!(schedule.state(later), KeyState::Fresh);
}

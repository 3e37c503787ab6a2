//! The schedule, one rule at a time.

use super::*;

const TIMING: Timing = Timing {
    refresh_interval: Duration::from_secs(300),
    refetch_cooldown: Duration::from_secs(30),
    max_stale: Duration::from_secs(24 * 3600),
    first_keys_timeout: Duration::from_secs(2),
    max_waiting: 2,
};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A schedule whose first attempt succeeded at the returned time.
fn loaded() -> (Schedule, Instant) {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, Jitter(0.5));
    (schedule, now)
}

#[test]
fn the_first_attempt_starts_at_once_and_the_next_a_second_after_it() {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    assert!(schedule.start_if_due(now));
    assert!(!schedule.start_if_due(now));
    // Whether the first one has ended or hangs.
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    schedule.failed(now, Jitter(0.0));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
}

#[test]
fn attempts_that_hang_do_not_delay_the_next() {
    let start = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, start);
    for second in 0..100 {
        assert!(schedule.start_if_due(start + seconds(second)));
        assert!(!schedule.start_if_due(start + seconds(second)));
    }
}

#[test]
fn an_interrupted_first_attempt_is_made_up_for_at_once() {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    schedule.interrupted();
    assert!(schedule.start_if_due(now));
    schedule.interrupted();
    assert!(schedule.start_if_due(now));
    assert!(!schedule.start_if_due(now));
}

#[test]
fn an_interrupted_refetch_is_made_up_for_at_once() {
    let (mut schedule, start) = loaded();
    schedule.want_refetch();
    let now = start + seconds(40);
    assert!(schedule.start_if_due(now));
    schedule.interrupted();
    assert!(schedule.start_if_due(now));
    schedule.interrupted();
    schedule.interrupted();
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, Jitter(0.5));
    schedule.interrupted();
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
}

#[test]
fn keys_are_refreshed_after_the_interval_give_or_take_a_tenth() {
    for (jitter, due) in [(0.0, 270), (0.5, 300), (1.0, 330)] {
        let (mut schedule, now) = loaded();
        schedule.succeeded(now, Jitter(jitter));
        assert_eq!(schedule.next_start(), Some(now + seconds(due)));
    }
}

#[test]
fn after_failures_the_pause_doubles_from_a_second_to_a_minute() {
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
fn however_the_dice_fall_attempts_that_fail_are_a_second_apart() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.failed(now, Jitter(0.0));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
}

#[test]
fn a_wanted_refetch_waits_for_the_cool_down() {
    let (mut schedule, now) = loaded();
    schedule.want_refetch();
    assert_eq!(schedule.next_start(), Some(now + seconds(30)));
    assert!(!schedule.start_if_due(now + seconds(29)));
    assert!(schedule.start_if_due(now + seconds(30)));
    schedule.succeeded(now + seconds(30), Jitter(0.5));
    assert_eq!(schedule.next_start(), Some(now + seconds(330)));
}

#[test]
fn after_a_failure_the_back_off_governs_a_wanted_refetch() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.failed(now, Jitter(1.0));
    assert!(schedule.start_if_due(now + seconds(1)));
    schedule.failed(now + seconds(1), Jitter(1.0));
    schedule.want_refetch();
    assert_eq!(schedule.next_start(), Some(now + seconds(3)));
}

#[test]
fn what_is_wanted_during_an_attempt_is_answered_by_it() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.want_refetch();
    schedule.succeeded(now, Jitter(0.5));
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
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
    // The back-off would end later than the keys do.
    assert_eq!(schedule.next_start(), Some(expiry));
    now = expiry;
    assert!(schedule.start_if_due(now));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    assert_eq!(schedule.state(now), KeyState::Stale);
    assert_eq!(schedule.state(now + seconds(1)), KeyState::Expired);
}

#[test]
fn requests_wait_only_for_an_attempt_and_only_so_many() {
    let (mut schedule, now) = loaded();
    assert!(!schedule.enter(Need::AnyKeys, now));
    assert!(!schedule.enter(Need::NamedKey, now));
    assert!(schedule.start_if_due(now + seconds(30)), "it was wanted");
    let now = now + seconds(30);
    assert!(schedule.enter(Need::AnyKeys, now));
    assert!(schedule.enter(Need::AnyKeys, now));
    assert!(!schedule.enter(Need::AnyKeys, now));
    schedule.leave(Need::AnyKeys);
    assert!(schedule.enter(Need::AnyKeys, now));
    for _ in 0..64 {
        assert!(schedule.enter(Need::NamedKey, now));
    }
    assert!(!schedule.enter(Need::NamedKey, now));
}

#[test]
fn a_refetch_that_may_start_now_can_be_waited_for() {
    let (mut schedule, now) = loaded();
    assert!(schedule.enter(Need::NamedKey, now + seconds(30)));
}

#[test]
fn the_time_to_the_next_attempt_is_zero_while_one_is_under_way() {
    let (mut schedule, now) = loaded();
    assert_eq!(schedule.next_attempt_in(now), Some(seconds(300)));
    assert_eq!(
        schedule.next_attempt_in(now + seconds(400)),
        Some(seconds(0))
    );
    assert!(schedule.start_if_due(now + seconds(300)));
    assert_eq!(schedule.next_attempt_in(now), Some(seconds(0)));
    schedule.interrupted();
    assert_eq!(schedule.next_attempt_in(now), Some(seconds(30)));
}

#[test]
fn keys_that_are_overdue_are_stale() {
    let (schedule, now) = loaded();
    assert_eq!(schedule.state(now + seconds(600)), KeyState::Fresh);
    assert_eq!(schedule.state(now + seconds(601)), KeyState::Stale);
}

#[test]
fn an_idle_schedule_does_nothing_and_lets_nobody_wait() {
    let now = Instant::now();
    let mut schedule = Schedule::idle(TIMING, now);
    let later = now + 2 * TIMING.max_stale;
    assert!(!schedule.start_if_due(later));
    assert!(!schedule.enter(Need::NamedKey, later));
    assert!(!schedule.enter(Need::AnyKeys, later));
    assert_eq!(schedule.next_attempt_in(later), None);
    assert_eq!(schedule.state(later), KeyState::Fresh);
}

//! The schedule, one rule at a time.

mod sleep;

use super::*;

const TIMING: Timing = Timing {
    refresh_interval: Duration::from_secs(300),
    refetch_cooldown: Duration::from_secs(30),
    fetch_timeout: Duration::from_secs(5),
    max_stale: Duration::from_secs(24 * 3600),
    first_keys_timeout: Duration::from_secs(2),
    max_waiting: 2,
};

/// What the wall clock says when keys are loaded.
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
    schedule.want_refetch(Reason::UnknownKey);
    let now = start + seconds(40);
    assert!(schedule.start_if_due(now));
    schedule.interrupted();
    assert!(schedule.start_if_due(now));
    schedule.interrupted();
    schedule.interrupted();
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, LOADED, Jitter(0.5));
    schedule.interrupted();
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
}

#[test]
fn keys_are_refreshed_after_the_interval_give_or_take_a_tenth() {
    for (jitter, due) in [(0.0, 270), (0.5, 300), (1.0, 330)] {
        let (mut schedule, now) = loaded();
        schedule.succeeded(now, LOADED, Jitter(jitter));
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
fn two_refetches_may_start_at_once_and_the_third_after_a_cool_down() {
    let (mut schedule, now) = spent();
    schedule.want_refetch(Reason::UnknownKey);
    assert_eq!(schedule.next_start(), Some(now + seconds(30)));
    assert!(!schedule.start_if_due(now + seconds(29)));
    assert!(schedule.start_if_due(now + seconds(30)));
    schedule.succeeded(now + seconds(30), LOADED, Jitter(0.5));
    assert_eq!(schedule.next_start(), Some(now + seconds(330)));
}

#[test]
fn a_bad_signature_never_takes_the_last_refetch() {
    let (mut schedule, now) = loaded();
    schedule.want_refetch(Reason::BadSignature);
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, LOADED, Jitter(0.5));
    schedule.want_refetch(Reason::BadSignature);
    assert_eq!(schedule.next_start(), Some(now + seconds(30)));
    schedule.want_refetch(Reason::UnknownKey);
    // The weaker reason does not hide the stronger one.
    schedule.want_refetch(Reason::BadSignature);
    assert_eq!(schedule.next_start(), Some(now));
}

#[test]
fn what_starts_of_its_own_accord_takes_nothing_from_the_allowance() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    for _ in 0..3 {
        schedule.want_refetch(Reason::UnknownKey);
        schedule.due = now;
        assert!(schedule.start_if_due(now));
        schedule.succeeded(now, LOADED, Jitter(0.5));
    }
    for _ in 0..2 {
        schedule.want_refetch(Reason::UnknownKey);
        assert!(schedule.start_if_due(now));
        schedule.succeeded(now, LOADED, Jitter(0.5));
    }
    schedule.want_refetch(Reason::UnknownKey);
    assert!(!schedule.start_if_due(now));
}

#[test]
fn in_an_outage_an_unknown_key_is_not_held_up_by_the_back_off() {
    let (mut schedule, start) = loaded();
    let mut now = start + seconds(300);
    for bound in [1, 2, 4, 8, 16, 32, 60] {
        assert!(schedule.start_if_due(now));
        schedule.failed(now, Jitter(1.0));
        now += seconds(bound);
    }
    assert!(schedule.start_if_due(now));
    schedule.failed(now, Jitter(1.0));
    assert_eq!(schedule.next_start(), Some(now + seconds(60)));
    schedule.want_refetch(Reason::UnknownKey);
    // Attempts that fail stay a second apart.
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    assert!(schedule.start_if_due(now + seconds(1)));
    schedule.failed(now + seconds(1), Jitter(1.0));
    schedule.want_refetch(Reason::UnknownKey);
    assert!(schedule.start_if_due(now + seconds(2)));
    schedule.failed(now + seconds(2), Jitter(1.0));
    schedule.want_refetch(Reason::UnknownKey);
    assert_eq!(schedule.next_start(), Some(now + seconds(31)));
}

#[test]
fn what_is_wanted_during_an_attempt_has_to_see_what_it_brings() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.want_refetch(Reason::UnknownKey);
    schedule.succeeded(now, LOADED, Jitter(0.5));
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
}

#[test]
fn who_may_wait_wants_a_refetch_only_when_it_enters() {
    let (mut schedule, now) = loaded();
    assert!(!schedule.turns_away(Need::NamedKey, now));
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
    assert!(schedule.enter(Need::NamedKey, now));
    assert_eq!(schedule.next_start(), Some(now));
    let (mut schedule, now) = spent();
    assert!(schedule.turns_away(Need::NamedKey, now));
    assert_eq!(schedule.next_start(), Some(now + seconds(30)));
}

#[test]
fn each_attempt_is_known_by_its_number() {
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
    // The back-off would end later than the keys do.
    assert_eq!(schedule.next_start(), Some(expiry));
    now = expiry;
    assert!(schedule.start_if_due(now));
    assert_eq!(schedule.next_start(), Some(now + seconds(1)));
    assert_eq!(schedule.state(now), KeyState::Stale);
    assert_eq!(schedule.state(now + seconds(1)), KeyState::Expired);
}

#[test]
fn for_ten_seconds_from_the_first_attempt_failures_turn_nobody_away() {
    let start = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, start);
    for second in 0..10 {
        let now = start + seconds(second);
        assert!(schedule.start_if_due(now));
        schedule.failed(now, Jitter(0.0));
        assert!(schedule.enter(Need::AnyKeys, now + seconds(1) / 2));
        schedule.leave(Need::AnyKeys);
    }
    let now = start + seconds(10);
    assert!(schedule.enter(Need::AnyKeys, now), "an attempt is due");
    assert!(schedule.start_if_due(now));
    schedule.failed(now, Jitter(0.0));
    assert!(!schedule.enter(Need::AnyKeys, now + seconds(1) / 2));
    // A key that is named is not waited for in the same way.
    assert!(!schedule.enter(Need::NamedKey, now + seconds(1) / 2));
}

#[test]
fn requests_wait_only_for_an_attempt_and_only_so_many() {
    let (mut schedule, now) = spent();
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
    assert!(schedule.enter(Need::NamedKey, now));
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
    assert_eq!(
        schedule.next_attempt_in(now + seconds(301)),
        Some(seconds(0))
    );
}

#[test]
fn keys_that_are_overdue_are_stale() {
    let (schedule, now) = loaded();
    assert_eq!(schedule.state(now + seconds(600)), KeyState::Fresh);
    assert_eq!(schedule.state(now + seconds(601)), KeyState::Stale);
    // However slow a fetch may be, it is not overdue while it may still end.
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

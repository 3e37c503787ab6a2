//! The age of keys by the wall clock: the steady clock stops while the machine sleeps.

use super::*;

#[test]
fn keys_older_by_a_sleep_are_fetched_at_once() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(10);
    schedule.observe_clock(LOADED + TIMING.max_stale);
    assert_eq!(schedule.next_start(), Some(start + seconds(300)));
    assert_eq!(schedule.state(now), KeyState::Fresh);
    let wall = LOADED + TIMING.max_stale + seconds(1);
    schedule.observe_clock(wall);
    assert_eq!(schedule.state(now), KeyState::Expired);
    assert_eq!(schedule.age(now), Some(TIMING.max_stale + seconds(1)));
    assert!(schedule.enter(Need::AnyKeys, now));
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, wall, Jitter(0.5));
    schedule.observe_clock(wall);
    assert_eq!(schedule.state(now), KeyState::Fresh);
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
}

#[test]
fn clock_set_right_after_a_fetch_refuses_nobody() {
    let (mut schedule, now) = loaded();
    schedule.observe_clock(LOADED + 2 * TIMING.max_stale);
    assert!(schedule.enter(Need::AnyKeys, now));
    assert!(schedule.start_if_due(now));
    assert!(!schedule.start_if_due(now), "an attempt a second");
}

#[test]
fn document_from_before_a_sleep_is_old() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.succeeded(now, LOADED + seconds(300), Jitter(0.5));
    schedule.observe_clock(LOADED + seconds(301) + TIMING.max_stale);
    assert_eq!(schedule.state(now), KeyState::Expired);
    assert!(schedule.start_if_due(now));
}

#[test]
fn clock_set_back_is_ignored() {
    let (mut schedule, now) = loaded();
    schedule.observe_clock(LOADED + 2 * TIMING.max_stale);
    assert_eq!(schedule.state(now), KeyState::Expired);
    for seconds_back in [0, 1_000_000] {
        schedule.observe_clock(LOADED - seconds(seconds_back));
        assert_eq!(schedule.state(now), KeyState::Fresh);
        assert_eq!(schedule.age(now), Some(seconds(0)));
        assert_eq!(schedule.next_start(), Some(now + seconds(300)));
    }
    assert_eq!(schedule.state(now + seconds(24 * 3600)), KeyState::Stale);
    assert_eq!(
        schedule.state(now + seconds(24 * 3600 + 1)),
        KeyState::Expired
    );
}

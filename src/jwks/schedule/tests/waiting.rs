//! Which requests may wait for keys.

use super::*;

#[test]
fn entering_or_refusal_wants_a_refetch() {
    let (mut schedule, now) = loaded();
    assert!(schedule.may_wait(Need::NamedKey, now));
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
    assert!(schedule.enter(Need::NamedKey, now));
    assert_eq!(schedule.next_start(), Some(now));
    let (mut schedule, now) = spent();
    assert!(!schedule.may_wait(Need::NamedKey, now));
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
    schedule.refuse(Need::NamedKey, now);
    assert_eq!(schedule.next_start(), Some(now + seconds(30)));
}

#[test]
fn first_failures_refuse_nobody_for_ten_seconds() {
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
    assert!(!schedule.enter(Need::AnyKeys, now));
    assert!(!schedule.enter(Need::AnyKeys, now + seconds(1) / 2));
    // Requests for a named key do not wait in this case.
    assert!(!schedule.enter(Need::NamedKey, now + seconds(1) / 2));
}

#[test]
fn few_requests_wait_and_only_for_an_attempt() {
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
fn refetch_that_may_start_now_is_waited_for() {
    let (mut schedule, now) = loaded();
    assert!(schedule.enter(Need::NamedKey, now));
}

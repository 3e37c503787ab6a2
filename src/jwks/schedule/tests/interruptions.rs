//! Attempts that are lost with the task.

use super::*;

const LATEST: Jitter = Jitter(1.0);

#[test]
fn lost_first_attempt_is_repeated_at_once_then_every_second() {
    let now = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, now);
    schedule.interrupted(now, LATEST);
    assert!(schedule.start_if_due(now));
    schedule.interrupted(now, LATEST);
    assert!(schedule.start_if_due(now));
    for second in 1..10 {
        let now = now + seconds(second);
        schedule.interrupted(now, LATEST);
        assert!(!schedule.start_if_due(now - seconds(1) / 10));
        assert!(schedule.start_if_due(now));
    }
}

#[test]
fn lost_refetch_is_repeated_at_once_then_like_a_failure() {
    let (mut schedule, start) = loaded();
    schedule.want_refetch(Reason::UnknownKey);
    let mut now = start + seconds(40);
    assert!(schedule.start_if_due(now));
    schedule.interrupted(now, LATEST);
    assert!(schedule.start_if_due(now));
    for pause in [1, 2, 4, 8] {
        schedule.interrupted(now, LATEST);
        schedule.interrupted(now, LATEST);
        assert_eq!(schedule.next_start(), Some(now + seconds(pause)));
        now += seconds(pause);
        assert!(schedule.start_if_due(now));
    }
    assert_eq!(schedule.failures(), 0, "the issuer is not to blame");
    schedule.succeeded(now, LOADED, Jitter(0.5));
    schedule.interrupted(now, LATEST);
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
}

#[test]
fn lost_attempt_is_repeated_at_once_again_after_a_cooldown() {
    let (mut schedule, start) = loaded();
    for refresh in [300, 330] {
        let now = start + seconds(refresh);
        schedule.due = now;
        assert!(schedule.start_if_due(now));
        schedule.interrupted(now, LATEST);
        assert_eq!(schedule.next_start(), Some(now));
    }
}

#[test]
fn clock_of_the_next_runtime_may_be_behind() {
    let start = Instant::now();
    let mut schedule = Schedule::new(TIMING, None, start);
    let (ahead, behind) = (start + seconds(86_400), start + seconds(1));
    for _ in 0..2 {
        assert!(schedule.start_if_due(ahead));
        schedule.interrupted(ahead, LATEST);
    }
    assert!(!schedule.start_if_due(ahead));
    schedule.last_start = Some(ahead);
    schedule.under_way = 1;
    schedule.interrupted(behind, LATEST);
    assert_eq!(schedule.next_start(), Some(behind + seconds(1)));
}

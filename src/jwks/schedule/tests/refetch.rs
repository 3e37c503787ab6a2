//! Refetches that tokens cause.

use super::*;

#[test]
fn third_refetch_waits_for_a_cooldown() {
    let (mut schedule, now) = spent();
    schedule.want_refetch(Reason::UnknownKey);
    assert_eq!(schedule.next_start(), Some(now + seconds(30)));
    assert!(!schedule.start_if_due(now + seconds(29)));
    assert!(schedule.start_if_due(now + seconds(30)));
    schedule.succeeded(now + seconds(30), LOADED, Jitter(0.5));
    assert_eq!(schedule.next_start(), Some(now + seconds(330)));
}

#[test]
fn bad_signature_never_takes_the_last_refetch() {
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
fn scheduled_refresh_takes_no_allowance() {
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
fn unknown_key_does_not_wait_for_the_backoff() {
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
fn refetch_wanted_during_an_attempt_is_ignored() {
    let (mut schedule, start) = loaded();
    let now = start + seconds(300);
    assert!(schedule.start_if_due(now));
    schedule.want_refetch(Reason::UnknownKey);
    schedule.succeeded(now, LOADED, Jitter(0.5));
    assert_eq!(schedule.next_start(), Some(now + seconds(300)));
}

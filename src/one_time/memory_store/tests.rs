use std::{error::Error as _, sync::Arc};

use super::*;
use crate::error::AuthErrorKind;

const SECOND: Duration = Duration::from_secs(1);

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

type Answer = Result<bool, OneTimeStoreError>;

fn first_use(store: &MemoryStore, name: u8, expires_in: u32, now: SystemTime) -> Answer {
    let key = OneTimeKey::new([name; 32], noon());
    store.first_use_at(&key, noon() + SECOND * expires_in, now)
}

fn use_at(store: &MemoryStore, name: u8, expires_in: u32, now: SystemTime) -> Option<bool> {
    first_use(store, name, expires_in, now).ok()
}

/// Asserts that a store is unavailable, and names a clock as the cause.
#[track_caller]
fn assert_clock_is_named(answer: &Answer) {
    let error = answer.as_ref().expect_err("nothing passes");
    assert_eq!(error.auth_kind(), AuthErrorKind::OneTimeStoreUnavailable);
    let cause = error.source().expect("a cause").to_string();
    assert!(cause.contains("clock"), "{cause}");
}

#[test]
fn a_key_passes_once_and_never_after_expiry() {
    let store = MemoryStore::created_at(10, noon());
    assert_eq!(use_at(&store, 1, 10, noon()), Some(true));
    assert_eq!(use_at(&store, 1, 10, noon()), Some(false));
    let last = noon() + Duration::from_millis(9_999);
    assert_eq!(use_at(&store, 1, 10, last), Some(false));
    // From the expiry on, the store may drop the use, and accepts none.
    assert_eq!(use_at(&store, 2, 10, noon() + SECOND * 10), None);
    assert_eq!(store.len(), 1);
    assert_eq!(use_at(&store, 3, 20, noon() + SECOND * 10), Some(true));
    assert_eq!(store.len(), 1);
}

#[test]
fn a_full_store_accepts_again_after_an_expiry() {
    let store = MemoryStore::created_at(2, noon());
    assert_eq!(use_at(&store, 1, 10, noon()), Some(true));
    assert_eq!(use_at(&store, 2, 20, noon()), Some(true));
    assert_eq!(use_at(&store, 3, 30, noon()), None);
    // Recorded uses are still known.
    assert_eq!(use_at(&store, 1, 10, noon()), Some(false));
    assert_eq!(use_at(&store, 3, 30, noon() + SECOND * 10), Some(true));
    assert_eq!(use_at(&store, 4, 30, noon() + SECOND * 10), None);
}

#[test]
fn a_removed_use_is_refused_when_the_clock_is_set_back() {
    let store = MemoryStore::created_at(10, noon());
    assert_eq!(use_at(&store, 1, 10, noon()), Some(true));
    assert_eq!(use_at(&store, 2, 90, noon() + SECOND * 60), Some(true));
    assert_eq!(store.len(), 1);
    assert_clock_is_named(&first_use(&store, 1, 10, noon()));
    assert_eq!(use_at(&store, 3, 11, noon()), Some(true));
}

#[test]
fn a_key_from_before_the_store_is_refused() {
    let begun = noon() + Duration::from_nanos(1_999_999);
    let store = MemoryStore::created_at(10, begun);
    assert_eq!(use_at(&store, 1, 10, begun), Some(false));
    for (milliseconds, expected) in [(0, false), (1, true)] {
        let issued_at = noon() + Duration::from_millis(milliseconds);
        let key = OneTimeKey::new([2; 32], issued_at);
        let used = store.first_use_at(&key, noon() + SECOND, begun);
        assert_eq!(used.ok(), Some(expected));
    }
}

#[test]
fn a_tolerance_allows_for_an_issuer_ahead() {
    let tolerant = |begun| MemoryStore::created_at(10, begun).clock_tolerance(SECOND * 2);
    let store = tolerant(noon());
    let at = |store: &MemoryStore, issued_at: SystemTime, now: SystemTime| {
        let key = OneTimeKey::new([1; 32], issued_at);
        store.first_use_at(&key, noon() + SECOND * 600, now).ok()
    };
    let millisecond = Duration::from_millis(1);
    // Within the tolerance after the creation.
    assert_eq!(at(&store, noon() + SECOND * 2, noon() + SECOND * 2), None);
    let now = noon() + SECOND * 3;
    assert_eq!(at(&store, noon() + SECOND * 2, now), Some(false));
    // Issued too far in the future: after a restart it could look new.
    let ahead = now + SECOND * 2;
    assert_eq!(at(&store, ahead + millisecond, now), None);
    assert_eq!(at(&store, ahead, now), Some(true));
    let patient = MemoryStore::created_at(10, noon()).clock_tolerance(Duration::MAX);
    assert_eq!(at(&patient, now, now), None);
    let restarted = tolerant(now);
    assert_eq!(at(&restarted, ahead, now + millisecond), None);
    assert_eq!(at(&restarted, ahead, ahead + millisecond), Some(false));
    let next = noon() + SECOND * 2 + millisecond;
    assert_eq!(at(&store, next, now), Some(false), "the same key");
}

/// `iat` has whole seconds, which takes nothing from the tolerance, and lets no token pass again after a restart.
#[test]
fn a_tolerance_holds_for_whole_seconds() {
    let tolerant = |begun| MemoryStore::created_at(10, begun).clock_tolerance(SECOND * 2);
    let at = |store: &MemoryStore, iat: SystemTime, now: SystemTime| {
        let rest = Duration::from_millis(999);
        let key = OneTimeKey::new([1; 32], iat + rest).with_imprecision(rest);
        store.first_use_at(&key, noon() + SECOND * 600, now)
    };
    let millisecond = Duration::from_millis(1);
    let ahead = noon() + SECOND * 2;
    let store = tolerant(noon() - SECOND * 100);
    assert_clock_is_named(&at(&store, ahead, noon() - millisecond));
    assert_eq!(at(&store, ahead, noon()).ok(), Some(true));
    let restarted = tolerant(noon());
    // A token that is issued at 2.5 seconds has the same `iat` as the used token.
    let new = at(&restarted, ahead, noon() + SECOND * 3 - millisecond).expect_err("it is new");
    assert_eq!(new.retry_after(), Some(Duration::ZERO));
    assert_eq!(at(&restarted, ahead, noon() + SECOND * 3).ok(), Some(false));
    let next = noon() + SECOND * 3;
    assert_eq!(at(&restarted, next, next).ok(), Some(true));
}

#[test]
fn a_new_store_returns_the_time_until_keys_pass() {
    let store = MemoryStore::created_at(10, noon()).clock_tolerance(SECOND * 60);
    for (age, wait) in [(0, 60), (20, 40), (60, 0)] {
        let error = first_use(&store, 1, 600, noon() + SECOND * age).expect_err("it is new");
        assert_eq!(error.retry_after(), Some(SECOND * wait));
    }
}

#[test]
fn expired_uses_are_removed_as_others_come() {
    let store = MemoryStore::created_at(200, noon());
    for name in 0..200 {
        assert_eq!(use_at(&store, name, 10, noon()), Some(true));
    }
    for name in 200..250 {
        assert_eq!(use_at(&store, name, 30, noon() + SECOND * 10), Some(true));
    }
    assert_eq!(store.len(), 50);
}

#[test]
fn a_store_created_in_the_future_names_the_clock() {
    let ahead = noon() + SECOND * 3600;
    let store = MemoryStore::created_at(10, ahead);
    assert_clock_is_named(&first_use(&store, 1, 600, noon()));
    let tolerant = MemoryStore::created_at(10, ahead).clock_tolerance(SECOND * 2);
    assert_clock_is_named(&first_use(&tolerant, 1, 600, noon()));
    // A recorded use is still known.
    let key = OneTimeKey::new([2; 32], ahead);
    for expected in [true, false] {
        let used = store.first_use_at(&key, ahead + SECOND, noon());
        assert_eq!(used.ok(), Some(expected));
    }
    assert_eq!(use_at(&store, 1, 7200, ahead), Some(false), "issued before");
}

#[test]
fn a_key_that_has_expired_names_the_clock() {
    let store = MemoryStore::created_at(10, noon());
    assert_clock_is_named(&first_use(&store, 1, 10, noon() + SECOND * 3600));
}

/// Uses a key of an owner. Each owner and name has its own digest.
fn use_by(store: &MemoryStore, owner: u8, name: u16, expires_in: u32, now: SystemTime) -> Answer {
    let mut digest = [owner; 32];
    digest[..2].copy_from_slice(&name.to_be_bytes());
    let key = OneTimeKey::new(digest, noon()).with_owner([owner; 16]);
    store.first_use_at(&key, noon() + SECOND * expires_in, now)
}

#[track_caller]
fn assert_share_is_used(answer: Answer, wait: Duration) {
    let error = answer.expect_err("the share is used up");
    assert_eq!(error.auth_kind(), AuthErrorKind::OneTimeShareUsed);
    assert_eq!(error.retry_after(), Some(wait));
}

#[test]
fn a_used_up_share_blocks_only_its_owner() {
    let store = MemoryStore::created_at(1000, noon()).max_per_wallet(3);
    for (name, expires_in) in [(0, 30), (1, 20), (2, 40)] {
        assert!(use_by(&store, 1, name, expires_in, noon()).is_ok_and(|first| first));
    }
    assert!(use_by(&store, 2, 0, 5, noon()).is_ok_and(|first| first));
    assert_share_is_used(use_by(&store, 1, 3, 50, noon()), SECOND * 20);
    let later = noon() + SECOND * 15;
    assert_share_is_used(use_by(&store, 1, 3, 50, later), SECOND * 5);
    // A repeated use is refused, and does not count towards the share.
    assert_eq!(use_by(&store, 1, 0, 30, later).ok(), Some(false));
    assert_eq!(store.len(), 3, "the other's has expired");
    let later = noon() + SECOND * 20;
    assert_eq!(use_by(&store, 1, 3, 50, later).ok(), Some(true));
    assert_share_is_used(use_by(&store, 1, 4, 50, later), Duration::ZERO);
}

#[test]
fn the_default_share_is_a_hundredth_and_at_least_100() {
    for (capacity, share) in [(100_000, 1000), (20_000, 200), (500, 100)] {
        let store = MemoryStore::created_at(capacity, noon());
        for name in 0..share {
            assert_eq!(use_by(&store, 1, name, 10, noon()).ok(), Some(true));
        }
        assert_share_is_used(use_by(&store, 1, share, 10, noon()), SECOND * 10);
        assert_eq!(use_by(&store, 2, 0, 10, noon()).ok(), Some(true));
    }
    let unowned = MemoryStore::created_at(1000, noon()).max_per_wallet(0);
    assert_eq!(use_at(&unowned, 1, 10, noon()), Some(true));
}

/// Even if many expired uses wait for their removal.
#[test]
fn expired_uses_do_not_count_towards_a_share() {
    let store = MemoryStore::created_at(10_000, noon()).max_per_wallet(500);
    for owner in 0..10 {
        // The uses of the last owner expire last, so they are removed last.
        let expires_in = if owner == 9 { 11 } else { 10 };
        for name in 0..500 {
            let used = use_by(&store, owner, name, expires_in, noon());
            assert_eq!(used.ok(), Some(true));
        }
    }
    let later = noon() + SECOND * 11;
    for name in 500..1000 {
        assert_eq!(
            use_by(&store, 9, name, 20, later).ok(),
            Some(true),
            "{name}"
        );
    }
}

#[test]
fn a_full_store_returns_the_time_to_the_next_expiry() {
    let store = MemoryStore::created_at(2, noon());
    assert_eq!(use_at(&store, 1, 30, noon()), Some(true));
    assert_eq!(use_at(&store, 2, 20, noon()), Some(true));
    let error = first_use(&store, 3, 40, noon() + SECOND * 5).expect_err("it is full");
    assert_eq!(error.auth_kind(), AuthErrorKind::OneTimeStoreFull);
    assert_eq!(error.retry_after(), Some(SECOND * 15));
}

#[test]
fn each_store_has_a_scope_of_its_own() {
    let [one, other] = [(); 2].map(|()| Arc::new(MemoryStore::default()));
    assert!(one.scope().is_some());
    assert_eq!(one.scope(), OneTimeStore::scope(&Arc::clone(&one)));
    assert_ne!(one.scope(), other.scope());
}

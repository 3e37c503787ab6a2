//! Which requests may wait for keys, and how a token without its key is refused.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use tokio::time::advance;

use super::*;
use crate::{
    error::{AuthErrorKind, FetchError, FetchErrorKind},
    jwks::{fetcher::FetchKeys, missing_key::Need, schedule::Schedule},
    testing::LocalIssuer,
};

/// A fetcher that never returns, because the test itself drives the attempts.
struct Hangs;

impl FetchKeys for Hangs {
    async fn fetch(&self) -> Result<bytes::Bytes, FetchError> {
        std::future::pending().await
    }
}

fn parse(document: &str) -> KeySet {
    KeySet::parse(document.as_bytes(), Algorithm::Rs256, None).expect("a key")
}

fn new_keys() -> KeySet {
    parse(&LocalIssuer::new().jwks())
}

fn keys_with(initial: Option<KeySet>) -> Keys {
    let source = KeySource::Fetched {
        initial,
        endpoint: endpoint(),
    };
    Keys::new("issuer".into(), source, Timing::FOR_TESTS, |_| ())
}

fn endpoint() -> KeyEndpoint {
    KeyEndpoint::new(Arc::new(Hangs), None, Algorithm::Rs256)
}

fn publish(keys: &Keys, new: KeySet) {
    keys.shared.publish(new, SystemTime::now(), None);
}

/// Starts an attempt, and returns its number if one was due.
fn start_attempt(keys: &Keys) -> Option<u64> {
    keys.shared.update_schedule(|schedule| {
        let starts = schedule.start_if_due(Instant::now());
        starts.then(|| schedule.starts())
    })
}

/// The unmet need of a token that names an unknown key, looked up now.
fn missing(keys: &Keys, need: Need) -> MissingKey {
    keys.snapshot().missing(need, "missing".to_owned())
}

/// Uses up the allowance: after this, requests cannot wait for a named key.
fn use_up_allowance(keys: &Keys) {
    while keys.ask_for(&missing(keys, Need::NamedKey)) == Turn::Wait {
        keys.shared
            .update_schedule(|schedule| schedule.want_refetch(Reason::UnknownKey));
        assert!(start_attempt(keys).is_some());
        publish(keys, new_keys());
    }
}

#[tokio::test(start_paused = true)]
async fn token_checked_against_replaced_keys_may_wait() {
    let keys = keys_with(Some(new_keys()));
    publish(&keys, new_keys());
    use_up_allowance(&keys);
    let looked_in_before = missing(&keys, Need::NamedKey);
    assert_eq!(keys.ask_for(&looked_in_before), Turn::Refuse);
    publish(&keys, new_keys());
    assert_eq!(keys.ask_for(&looked_in_before), Turn::Wait);
    assert_eq!(keys.ask_for(&missing(&keys, Need::NamedKey)), Turn::Refuse);
}

#[tokio::test(start_paused = true)]
async fn keys_published_before_the_wait_end_it_at_once() {
    let keys = keys_with(None);
    for need in [Need::AnyKeys, Need::NamedKey] {
        let missing = missing(&keys, need);
        let arrival = keys.arrive(need);
        publish(&keys, new_keys());
        let start = Instant::now();
        let wait = keys.wait_for_attempt(&missing, &arrival).await;
        assert_eq!(wait, AttemptWait::EarlierAttempt);
        assert_eq!(start.elapsed(), Duration::ZERO);
        // The wait has caused no attempt.
        assert_eq!(start_attempt(&keys), None);
    }
}

#[tokio::test(start_paused = true)]
async fn wait_for_a_published_key_is_completed_at_once() {
    let keys = keys_with(None);
    let new = new_keys();
    let key_id = new.key_ids().remove(0);
    let missing = keys.snapshot().missing(Need::AnyKeys, key_id);
    publish(&keys, new);
    let start = Instant::now();
    assert_eq!(keys.wait_for(&missing).await, WaitEnd::Completed);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(start_attempt(&keys), None);
}

#[tokio::test(start_paused = true)]
async fn key_that_new_keys_lack_is_waited_for_again() {
    let keys = keys_with(None);
    let missing = missing(&keys, Need::AnyKeys);
    publish(&keys, new_keys());
    let start = Instant::now();
    // The fetch for it hangs.
    assert_eq!(keys.wait_for(&missing).await, WaitEnd::TimedOut);
    assert_eq!(
        start.elapsed(),
        Timing::FOR_TESTS.wait_limit(Need::NamedKey)
    );
}

#[tokio::test(start_paused = true)]
async fn request_whose_keys_expire_waits_for_new_ones() {
    let keys = keys_with(Some(new_keys()));
    let missing = missing(&keys, Need::NamedKey);
    advance(Timing::FOR_TESTS.max_stale + Duration::from_secs(1)).await;
    assert!(start_attempt(&keys).is_some());
    keys.shared.fail(FetchErrorKind::Timeout.into(), None);
    // Requests for a named key do not wait until the next attempt.
    assert_eq!(keys.ask_for(&missing), Turn::Refuse);
    assert_eq!(keys.wait_for(&missing).await, WaitEnd::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_trusted_again_are_looked_up_again() {
    let new = new_keys();
    let key_id = new.key_ids().remove(0);
    let keys = keys_with(Some(new));
    keys.shared.update_schedule(Schedule::end);
    // As if the wall clock had been ahead at that moment.
    let missing = keys.snapshot().missing(Need::AnyKeys, key_id);
    assert_eq!(keys.ask_for(&missing), Turn::Wait);
    assert_eq!(keys.wait_for(&missing).await, WaitEnd::Completed);
}

#[tokio::test(start_paused = true)]
async fn keys_are_trusted_until_one_of_the_clocks_says_they_are_old() {
    let keys = keys_with(Some(new_keys()));
    let fixed = Keys::new(
        "issuer".into(),
        KeySource::Fixed(new_keys()),
        Timing::FOR_TESTS,
        |_| (),
    );
    let now = SystemTime::now();
    let is_trusted = |now| keys.snapshot().trusted(now).is_some();
    assert!(is_trusted(now));
    assert!(is_trusted(now - 2 * Timing::FOR_TESTS.max_stale));
    assert!(!is_trusted(
        now + Timing::FOR_TESTS.max_stale + Duration::from_secs(1)
    ));
    advance(Timing::FOR_TESTS.max_stale).await;
    assert!(is_trusted(now));
    advance(Duration::from_millis(1)).await;
    assert!(!is_trusted(now));
    let later = now + 2 * Timing::FOR_TESTS.max_stale;
    assert!(fixed.snapshot().trusted(later).is_some());
}

#[test]
fn withdrawn_keys_are_reported_with_their_successors() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&reported);
    let source = KeySource::Fetched {
        initial: None,
        endpoint: endpoint(),
    };
    let keys = Keys::new("issuer".into(), source, Timing::FOR_TESTS, move |keys| {
        reports.lock().expect("no panic").push(keys.key_ids());
    });
    let (first, second) = (LocalIssuer::new().jwks(), LocalIssuer::new().jwks());
    let both = format!("{},{}", &first[..first.len() - 2], &second[9..]);
    assert_eq!(parse(&both).key_ids().len(), 2);
    for document in [&first, &first, &both, &second] {
        assert!(reported.lock().expect("no panic").is_empty());
        publish(&keys, parse(document));
    }
    let reported = reported.lock().expect("no panic");
    assert_eq!(*reported, [parse(&second).key_ids()]);
}

#[tokio::test(start_paused = true)]
async fn only_an_answering_issuer_makes_a_key_unknown() {
    let keys = keys_with(Some(new_keys()));
    let absence = |need, wait| keys.refusal_without_key(&missing(&keys, need), wait).kind();
    let (unknown, unavailable) = (AuthErrorKind::UnknownKey, AuthErrorKind::KeysUnavailable);
    assert_eq!(absence(Need::NamedKey, WaitEnd::Refused), unknown);
    assert_eq!(absence(Need::NamedKey, WaitEnd::Completed), unknown);
    assert_eq!(absence(Need::NamedKey, WaitEnd::TimedOut), unavailable);
    for wait in [WaitEnd::Refused, WaitEnd::Completed, WaitEnd::TimedOut] {
        assert_eq!(absence(Need::AnyKeys, wait), unavailable);
    }
    keys.shared.fail(FetchErrorKind::Timeout.into(), None);
    for need in [Need::AnyKeys, Need::NamedKey] {
        for wait in [WaitEnd::Refused, WaitEnd::Completed, WaitEnd::TimedOut] {
            assert_eq!(absence(need, wait), unavailable);
        }
    }
}

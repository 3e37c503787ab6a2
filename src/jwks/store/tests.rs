use super::*;
use crate::{jwks::places::Need, testing::LocalIssuer};

const TIMING: Timing = Timing {
    refresh_interval: Duration::from_secs(300),
    refetch_cooldown: Duration::from_secs(30),
    fetch_timeout: Duration::from_secs(5),
    max_stale: Duration::from_secs(3_600),
    first_keys_timeout: Duration::from_secs(2),
    max_waiting: 64,
};

#[tokio::test(start_paused = true)]
async fn nobody_is_turned_away_who_was_judged_by_keys_that_have_been_replaced() {
    let keys = || KeySet::parse(LocalIssuer::new().jwks().as_bytes(), None).expect("a key");
    let store = KeyStore::new(TIMING, Some(keys()), TokenCache::new(0));
    let publish = || store.publish(keys(), SystemTime::now(), 0);
    publish();
    // The allowance is used up, so that nobody may wait.
    while !store.turns_away(Need::NamedKey, store.generation()) {
        store.reschedule(|schedule| schedule.want_refetch(Reason::UnknownKey));
        assert!(store.start_if_due().is_some());
        publish();
    }
    let generation = store.generation();
    assert!(store.turns_away(Need::NamedKey, generation));
    publish();
    assert!(!store.turns_away(Need::NamedKey, generation));
    assert!(store.turns_away(Need::NamedKey, store.generation()));
}

#[tokio::test(start_paused = true)]
async fn keys_that_come_just_before_the_wait_for_them_are_not_waited_for() {
    let keys = || KeySet::parse(LocalIssuer::new().jwks().as_bytes(), None).expect("a key");
    let store = KeyStore::new(TIMING, None, TokenCache::new(0));
    for need in [Need::AnyKeys, Need::NamedKey] {
        let generation = store.generation();
        let arrival = store.arrive(need);
        store.publish(keys(), SystemTime::now(), 0);
        let start = Instant::now();
        let waited = store.wait(need, generation, &arrival, || ()).await;
        assert_eq!(waited, Waited::ForAnEarlierAttempt);
        assert_eq!(start.elapsed(), Duration::ZERO);
        // Nor are they fetched again.
        assert_eq!(store.start_if_due(), None);
    }
}

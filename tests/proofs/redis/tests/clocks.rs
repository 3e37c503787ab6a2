//! The clock of a real Redis is wrong, and is set.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use sequence_auth::{OneTimeStore, OneTimeStoreError, RedisStore};

use crate::{
    keys::{first_use, key, key_issued_at, settle},
    server::{RedisServer, until},
};

/// How many seconds the clock of Redis is ahead before it is corrected. The clock of an instance is behind by the same
/// time, so the instance still accepts keys that Redis has dropped.
async fn assert_passes_once(redis_ahead: u32, instance_behind: u32) {
    const MARGIN: Duration = Duration::from_secs(300);
    let redis = RedisServer::start_with_clock(-400);
    let store = redis.store();
    store.ready().await.unwrap();
    redis.set_clock(redis_ahead.into());
    let [ahead, behind] =
        [redis_ahead, instance_behind].map(|seconds| Duration::from_secs(seconds.into()));
    let used_at = SystemTime::now();
    let key = key_issued_at(used_at - behind);
    let expires_at = used_at + ahead + Duration::from_secs(2);
    assert!(store.first_use(&key, expires_at).await.unwrap());
    until("Redis thinks that it has expired", || {
        SystemTime::now() > expires_at - ahead
    });
    let later = self::key();
    let later_expires_at = SystemTime::now() + ahead + MARGIN;
    assert!(store.first_use(&later, later_expires_at).await.unwrap());
    redis.set_clock(0);
    assert!(SystemTime::now() - behind < expires_at - MARGIN);
    assert!(!store.first_use(&key, expires_at).await.unwrap_or(false));
    assert!(first_use(&store, &self::key()).await.unwrap());
}

#[tokio::test]
#[cfg_attr(
    not(all(redis_server, libfaketime)),
    ignore = "needs redis-server and libfaketime"
)]
async fn what_redis_dropped_while_its_clock_was_ahead_does_not_pass_when_it_is_set_back() {
    for (redis_ahead, instance_behind) in [(295, 20), (200, 110), (290, 60)] {
        assert_passes_once(redis_ahead, instance_behind).await;
    }
}

/// Asserts that an error names the clocks.
fn assert_names_clocks(error: &OneTimeStoreError, what: &str) {
    let source = error.source().unwrap().to_string();
    assert!(
        source.contains("clock") && source.contains(what),
        "{source}"
    );
}

/// Uses a new key, and asserts that the error names the clocks.
async fn assert_clocks_are_named(store: &RedisStore, what: &str) {
    let error = first_use(store, &key()).await.unwrap_err();
    assert_names_clocks(&error, what);
}

/// Asserts that a store is not ready, for the same reason as a use fails.
async fn assert_not_ready(store: &RedisStore, what: &str) {
    assert_names_clocks(&store.ready().await.unwrap_err(), what);
    assert_clocks_are_named(store, what).await;
}

#[tokio::test]
#[cfg_attr(
    not(all(redis_server, libfaketime)),
    ignore = "needs redis-server and libfaketime"
)]
async fn a_redis_whose_clock_is_ahead_is_an_outage_that_names_the_clocks() {
    let redis = RedisServer::start_with_clock(600);
    // It has begun to remember with that clock.
    let store = redis.store();
    store.ready().await.unwrap();
    let began = SystemTime::now();
    while began.elapsed().unwrap() < Duration::from_millis(500) {
        assert_not_ready(&store, "ahead").await;
    }
    redis.set_clock(0);
    assert_not_ready(&store, "set back").await;

    // It had begun before.
    redis.command::<()>("FLUSHALL");
    settle(&store).await;
    let old = key_issued_at(SystemTime::now() - Duration::from_secs(100));
    assert!(
        !first_use(&store, &old).await.unwrap(),
        "too old by any clock"
    );
    redis.set_clock(700);
    assert_clocks_are_named(&store, "ahead").await;
    redis.set_clock(-5);
    assert_clocks_are_named(&store, "behind").await;
}

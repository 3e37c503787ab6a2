//! A Sentinel has a replica take over. The store asks it for the primary, whenever it connects.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use redis::RedisResult;
use redis_proofs::sentinel::RedisSentinel;
use sequence_auth::{OneTimeKey, RedisStore};
use tokio::sync::Mutex;

use crate::{
    keys::{assert_refused, first_use, key, settle},
    server::{PATIENCE, RedisServer},
};

/// A primary, its replica and their Sentinel, and a store that asks it.
async fn watched_pair() -> (RedisServer, RedisServer, RedisSentinel, RedisStore) {
    let (primary, replica) = (RedisServer::start(), RedisServer::start());
    replica.follow(&primary);
    let sentinel = RedisSentinel::watching(&primary);
    let client = Arc::new(Mutex::new(sentinel.client()));
    let store = RedisStore::from_client_fn(move || {
        let client = Arc::clone(&client);
        async move { client.lock().await.async_get_client().await }
    });
    let store = store.clock_tolerance(Duration::from_millis(100));
    settle(&store).await;
    (primary, replica, sentinel, store)
}

/// Uses new keys until the replica has recorded one, and asserts that none passes twice.
async fn assert_taken_over(store: &RedisStore, replica: &RedisServer) {
    let began = Instant::now();
    let mut passed: Vec<OneTimeKey> = Vec::new();
    let mut is_taken_over = false;
    while !is_taken_over {
        let key = key();
        let is_primary = is_primary(replica).unwrap_or(false);
        let answer = first_use(store, &key).await;
        if matches!(answer, Ok(true)) {
            is_taken_over = is_primary && has(replica, &key).unwrap_or(false);
            passed.push(key);
        }
        for old in passed.iter().rev().take(10) {
            let answer = first_use(store, old).await;
            assert!(!answer.unwrap_or(false), "passed again");
        }
        assert!(began.elapsed() < PATIENCE, "{answer:?}");
    }
    assert_refused(store, &passed).await;
}

/// Fails while the Sentinel ends the connections of the server that it promotes.
fn is_primary(redis: &RedisServer) -> RedisResult<bool> {
    let mut info = redis::cmd("INFO");
    let info: String = info.arg("replication").query(&mut redis.connect()?)?;
    Ok(info.contains("role:master"))
}

/// Fails for the same reason.
fn has(redis: &RedisServer, key: &OneTimeKey) -> RedisResult<bool> {
    let mut score = redis::cmd("ZSCORE");
    score.arg("sequence-auth:used").arg(key.as_bytes());
    let score: Option<f64> = score.query(&mut redis.connect()?)?;
    Ok(score.is_some())
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn the_new_primary_is_found_and_nothing_passes_twice_when_a_sentinel_fails_over() {
    let (_primary, replica, sentinel, store) = watched_pair().await;
    let unused = [(); 10].map(|()| key());
    sentinel.fail_over();
    assert_taken_over(&store, &replica).await;
    assert_refused(&store, &unused).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn nor_when_the_primary_dies() {
    let (mut primary, replica, _sentinel, store) = watched_pair().await;
    let unused = [(); 10].map(|()| key());
    primary.kill();
    assert_taken_over(&store, &replica).await;
    assert_refused(&store, &unused).await;
}

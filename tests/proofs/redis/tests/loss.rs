//! Redis loses recorded uses, and every key still passes only once.

use std::{
    error::Error,
    fs,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use sequence_auth::{OneTimeKey, RedisStore};
use tokio::task::JoinSet;

use crate::{
    keys::{assert_never_again, first_use, key, key_issued_at, settle},
    server::{LOG, NOTHING, RedisServer, Way},
};

/// A used key, and a key that was issued but not used yet.
async fn old_keys(store: &RedisStore) -> [OneTimeKey; 2] {
    let [used, unused] = [key(), key()];
    assert!(first_use(store, &used).await.unwrap());
    [used, unused]
}

/// Causes an event in a server. Asserts that old keys are then refused, by existing stores and by a new one.
async fn assert_nothing_passes_again(settings: &[&str], happens: impl FnOnce(&mut RedisServer)) {
    let mut redis = RedisServer::start_with(settings);
    let [one, other] = Way::BOTH.map(|way| way.store_at(redis.address()));
    settle(&one).await;
    settle(&other).await;
    let old = old_keys(&one).await;
    happens(&mut redis);
    assert_never_again(&other, &old).await;
    assert_never_again(&one, &old).await;
    assert_never_again(&redis.store(), &old).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_restart_without_persistence() {
    assert_nothing_passes_again(&NOTHING, RedisServer::restart).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_restart_with_a_log_of_all_writes() {
    assert_nothing_passes_again(&LOG, RedisServer::restart).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn until_new_keys_pass_the_answer_is_an_error_because_another_key_would_not_help() {
    let redis = RedisServer::start();
    let store = redis.store().clock_tolerance(Duration::from_secs(60));
    for _ in 0..3 {
        let error = first_use(&store, &key()).await.unwrap_err();
        let source = error.source().unwrap().to_string();
        assert!(source.contains("only just begun"), "{source}");
    }
    let ancient = key_issued_at(UNIX_EPOCH);
    first_use(&store, &ancient).await.unwrap_err();
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_was_issued_ahead_of_its_time_is_old_too() {
    let redis = RedisServer::start();
    let store = redis.store().clock_tolerance(Duration::from_secs(1));
    settle(&store).await;
    let key = key_issued_at(SystemTime::now() + Duration::from_millis(900));
    assert!(first_use(&store, &key).await.unwrap());
    redis.command::<()>("FLUSHALL");
    let flushed = Instant::now();
    assert_never_again(&store, &[key]).await;
    // One second for the clocks of instances, and one for the clock of a server that takes over.
    assert!(flushed.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_flush() {
    assert_nothing_passes_again(&NOTHING, |redis| redis.command("FLUSHALL")).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_old_snapshot() {
    let mut redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    redis.command::<()>("SAVE");
    let old = old_keys(&store).await;
    // The file is from before the use of the key, because the server does not save on its own.
    redis.restart();
    assert_eq!(redis.command::<usize>("DBSIZE"), 1, "it was loaded");
    redis.store().ready().await.unwrap();
    // Nothing in the file is valid any more.
    assert_eq!(redis.command::<usize>("ZCARD sequence-auth:used"), 1);
    assert_never_again(&store, &old).await;

    // Once more, back over later uses.
    let snapshot = redis.directory().join("dump.rdb");
    let old_snapshot = fs::read(&snapshot).unwrap();
    let old = old_keys(&store).await;
    redis.command::<()>("SAVE");
    redis.kill();
    fs::write(&snapshot, old_snapshot).unwrap();
    redis.start_again();
    assert_never_again(&store, &old).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_eviction_even_one_that_is_not_counted_any_more() {
    for policy in ["allkeys-lru", "allkeys-lfu", "allkeys-random"] {
        assert_nothing_passes_again(&NOTHING, |redis| {
            run_out_of_memory(redis, policy);
            let info: String = redis.command("INFO stats");
            assert!(!info.contains("evicted_keys:0\r\n"), "nothing was evicted");
            redis.command::<()>("CONFIG RESETSTAT");
        })
        .await;
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn other_policies_of_eviction_take_nothing_away() {
    let redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    for policy in [
        "noeviction",
        "volatile-lru",
        "volatile-random",
        "volatile-ttl",
    ] {
        let [used, unused] = old_keys(&store).await;
        run_out_of_memory(&redis, policy);
        assert!(!first_use(&store, &used).await.unwrap(), "{policy}");
        assert!(first_use(&store, &unused).await.unwrap(), "{policy}");
    }
}

/// For a moment; then there is enough again.
fn run_out_of_memory(redis: &RedisServer, policy: &str) {
    redis.command::<()>(&format!("CONFIG SET maxmemory-policy {policy}"));
    redis.command::<()>("CONFIG SET maxmemory 1");
    redis.command::<()>("CONFIG SET maxmemory 0");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn many_instances_that_see_the_loss_at_once_agree_about_it() {
    let mut redis = RedisServer::start();
    let stores: Vec<_> = (0..20).map(|_| Arc::new(redis.store())).collect();
    settle(&stores[0]).await;
    let [used, _] = old_keys(&stores[0]).await;
    redis.restart();
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for store in &stores {
        let (store, used) = (Arc::clone(store), used.clone());
        callers.spawn(async move {
            let mut passed = false;
            while began.elapsed().as_millis() < 500 {
                passed |= first_use(&store, &used).await.unwrap_or(false);
            }
            passed
        });
    }
    assert!(callers.join_all().await.into_iter().all(|passed| !passed));
    settle(&stores[0]).await;
    let key = key();
    let mut passes = 0;
    for store in &stores {
        passes += usize::from(first_use(store, &key).await.unwrap());
    }
    assert_eq!(passes, 1);
}

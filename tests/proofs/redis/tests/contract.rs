//! The contract of every store, in the absence of failures.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use sequence_auth::OneTimeStore;
use tokio::task::JoinSet;

use crate::{
    keys::{first_use, key, key_issued_at, settle},
    server::{PERMISSIONS, RedisServer, Way, until},
};

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn of_a_thousand_callers_of_four_stores_exactly_one_is_the_first() {
    let redis = RedisServer::start();
    let stores: Vec<_> = (0..4).map(|_| Arc::new(redis.store())).collect();
    settle(&stores[0]).await;
    for _ in 0..5 {
        let key = Arc::new(key());
        let mut callers = JoinSet::new();
        for caller in 0..1000 {
            let (store, key) = (Arc::clone(&stores[caller % 4]), Arc::clone(&key));
            callers.spawn(async move { first_use(&store, &key).await.unwrap() });
        }
        let answers = callers.join_all().await;
        assert_eq!(answers.into_iter().filter(|&is_first| is_first).count(), 1);
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_key_is_used_until_it_expires_and_not_usable_then() {
    let redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    let key = key();
    let expires_at = SystemTime::now() + Duration::from_millis(300);
    assert!(store.first_use(&key, expires_at).await.unwrap());
    while SystemTime::now() < expires_at + Duration::from_millis(100) {
        assert!(!store.first_use(&key, expires_at).await.unwrap());
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_has_expired_gives_way_to_what_comes() {
    let redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    let size = || redis.command::<usize>("ZCARD sequence-auth:used");
    let before = size();
    let expires_at = SystemTime::now() + Duration::from_secs(1);
    for _ in 0..95 {
        assert!(store.first_use(&key(), expires_at).await.unwrap());
    }
    assert_eq!(size(), before + 95);
    until("they expire", || expires_at < SystemTime::now());
    for _ in 0..10 {
        assert!(first_use(&store, &key()).await.unwrap());
    }
    // The watermark of the removed uses is stored, too.
    assert_eq!(size(), before + 1 + 10);
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_has_expired_is_not_used_at_all() {
    let redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    let before: usize = redis.command("ZCARD sequence-auth:used");
    let expires_at = SystemTime::now() - Duration::from_millis(1);
    assert!(!store.first_use(&key(), expires_at).await.unwrap());
    assert_eq!(redis.command::<usize>("ZCARD sequence-auth:used"), before);
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_is_from_the_future_is_an_error_and_passes_once_its_time_has_come() {
    let redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    let key = key_issued_at(SystemTime::now() + Duration::from_millis(600));
    first_use(&store, &key).await.unwrap_err();
    let mut answer = first_use(&store, &key).await;
    while answer.is_err() {
        answer = first_use(&store, &key).await;
    }
    assert!(answer.unwrap());
    assert!(!first_use(&store, &key).await.unwrap());
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn two_prefixes_are_two_memories() {
    let redis = RedisServer::start();
    let [one, other] = ["one", "other"].map(|prefix| redis.store().key_prefix(prefix));
    settle(&one).await;
    settle(&other).await;
    let key = key();
    assert!(first_use(&one, &key).await.unwrap());
    assert!(first_use(&other, &key).await.unwrap());
    assert!(!first_use(&one, &key).await.unwrap());
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn all_is_in_one_key_that_cannot_expire_and_takes_what_the_documentation_says() {
    let redis = RedisServer::start();
    let store = redis.store().key_prefix("game");
    settle(&store).await;
    let names: Vec<String> = redis.command("KEYS *");
    assert_eq!(names, ["game:used"]);
    assert_eq!(redis.command::<i64>("PTTL game:used"), -1);
    for _ in 0..1000 {
        assert!(first_use(&store, &key()).await.unwrap());
    }
    let bytes: usize = redis.command("MEMORY USAGE game:used SAMPLES 0");
    println!("{} bytes each", bytes / 1000);
    assert!(bytes < 150 * 1000, "{bytes}");
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_user_who_may_do_no_more_than_the_documentation_says_is_enough() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        redis.command::<()>(&format!("ACL SETUSER app on >secret {PERMISSIONS}"));
        settle(&way.store(&format!("redis://app:secret@{}", redis.address()))).await;
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn once_the_store_is_ready_what_is_issued_later_passes_on_every_instance() {
    let redis = RedisServer::start();
    let [one, other] = [redis.store(), redis.store()];
    one.ready().await.unwrap();
    other.ready().await.unwrap();
    let ready = SystemTime::now();
    let key = key_issued_at(ready + Duration::from_millis(201));
    let mut answer = first_use(&other, &key).await;
    while answer.is_err() {
        answer = first_use(&other, &key).await;
    }
    assert!(answer.unwrap());
    one.ready().await.unwrap();
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_name_with_several_addresses_and_either_protocol_will_do() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        // The server only listens on one of the addresses.
        let url = format!("redis://localhost:{}", redis.address().port());
        for protocol in ["resp2", "resp3"] {
            settle(&way.store(&format!("{url}/?protocol={protocol}"))).await;
        }
    }
}

#[cfg(unix)]
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_socket_in_the_file_system_will_do() {
    for way in Way::BOTH {
        let directory = tempfile::TempDir::new().unwrap();
        let socket = directory.path().join("socket");
        let path = socket.to_str().unwrap();
        let _redis = RedisServer::start_with(&["--save", "", "--unixsocket", path]);
        settle(&way.store(&format!("redis+unix://{path}"))).await;
    }
}

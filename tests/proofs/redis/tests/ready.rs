//! Messages to the operator at the start: the server in use, or the setting to change.

use std::{error::Error, iter, sync::Arc, time::Duration};

use redis_proofs::{cluster, sentinel::RedisSentinel};
use sequence_auth::{
    NonceKey, Nonces, OneTimeStoreError, RedisStore, SequenceAuthLayer, testing::LocalIssuer,
};

use crate::{
    fake::Fake,
    keys::{first_use, key, settle},
    proxy::{Mode, Proxy},
    recorder::Recorder,
    server::{RedisServer, Way, store_at},
};

fn chain(error: &OneTimeStoreError) -> String {
    let causes = iter::successors(Some(error as &dyn Error), |&error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Asserts that the store is not ready, and that a use fails for the same reason.
#[track_caller]
fn assert_told(ready: &str, used: &str, what: &str) {
    assert!(ready.contains(what), "{ready}");
    assert_eq!(ready, used);
}

async fn assert_not_ready(store: &RedisStore, what: &str) -> String {
    let ready = chain(&store.ready().await.unwrap_err());
    let used = chain(&first_use(store, &key()).await.unwrap_err());
    assert_told(&ready, &used, what);
    ready
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_replica_is_named() {
    let (primary, replica) = (RedisServer::start(), RedisServer::start());
    replica.follow(&primary);
    assert_not_ready(&replica.store(), "is a replica: connect to the primary").await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn the_port_of_a_sentinel_is_named() {
    let (primary, replica) = (RedisServer::start(), RedisServer::start());
    replica.follow(&primary);
    let sentinel = RedisSentinel::watching(&primary);
    let told = assert_not_ready(&store_at(sentinel.address()), "port of a Sentinel").await;
    assert!(told.contains("from_client_fn"), "{told}");
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_cluster_with_several_shards_is_named_by_all_nodes_but_one() {
    let nodes = cluster::start(2);
    let mut ready = 0;
    for node in &nodes {
        if node.store().ready().await.is_ok() {
            ready += 1;
        } else {
            assert_not_ready(&node.store(), "a cluster with one shard").await;
        }
    }
    assert_eq!(ready, 1);
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_cluster_with_one_shard_works_and_its_replica_is_named() {
    let (primary, replica) = cluster::start_with_replica();
    settle(&primary.store()).await;
    assert_not_ready(&replica.store(), "is a replica: connect to the primary").await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_missing_permission_is_named() {
    let redis = RedisServer::start();
    let store = Way::Url.store(&format!("redis://app:secret@{}", redis.address()));
    for missing in [
        "-evalsha",
        "-info",
        "-time",
        "-zadd",
        "-zmscore",
        "resetkeys",
    ] {
        redis.command::<()>(&format!(
            "ACL SETUSER app reset on >secret +@all ~* {missing}"
        ));
        // The script starts a new set, and so adds the marker.
        redis.command::<()>("FLUSHALL");
        assert_not_ready(&store, "lacks a permission").await;
    }
    redis.command::<()>("ACL SETUSER app reset on >secret +@all ~* -evalsha");
    let told = assert_not_ready(&store, "lacks a permission").await;
    assert_eq!(told.matches("'evalsha'").count(), 1, "{told}");
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_wrong_password_and_a_missing_one_are_named() {
    let redis = RedisServer::start_with(&["--save", ""]);
    redis.command::<()>("CONFIG SET requirepass something");
    let address = redis.address();
    for way in Way::BOTH {
        for protocol in ["resp2", "resp3"] {
            let store = |log_in: &str| {
                way.store(&format!("redis://{log_in}{address}/?protocol={protocol}"))
            };
            let told =
                assert_not_ready(&store(":hunter2@"), "check the user name and the password").await;
            assert!(!told.contains("hunter2"), "{told}");
            assert_not_ready(&store(""), "requires a password").await;
        }
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_refused_database_is_named() {
    let redis = RedisServer::start();
    redis.command::<()>("ACL SETUSER app on >secret +@all -select ~*");
    for url in ["redis://app:secret@ADDRESS/1", "redis://ADDRESS/1000"] {
        let url = url.replace("ADDRESS", &redis.address().to_string());
        for way in Way::BOTH {
            assert_not_ready(&way.store(&url), "refuses the database").await;
        }
    }
}

const TOO_OLD: Fake = Fake {
    info: "# Server\r\nredis_version:6.2.14\r\nredis_mode:standalone\r\n",
    script: "-ERR Error running script (call to f_2f1): @user_script:10: ERR syntax error",
};
const WITHOUT_PROCESS: Fake = Fake {
    info: "# Server\r\nredis_version:7.2.0\r\n",
    script: "-ERR INFO lacks run_id or master_replid script: 2f1, on @user_script:18.",
};

#[tokio::test]
async fn a_server_that_cannot_serve_is_named() {
    for (fake, what) in [
        (TOO_OLD, "Redis 6.2.14 is too old: use Redis 7"),
        (WITHOUT_PROCESS, "lacks run_id or master_replid"),
    ] {
        let store = store_at(fake.start().await);
        assert_not_ready(&store, what).await;
    }
}

/// The server quotes the question, which must not get into a log.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_server_without_scripts_is_named() {
    let redis = RedisServer::start_with(&["--save", "", "--rename-command", "EVALSHA", ""]);
    for prefix in ["sequence-auth", ""] {
        let store = redis.store().key_prefix(prefix);
        let told = assert_not_ready(&store, "has no scripts").await;
        assert!(!told.contains(":used"), "{told}");
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn the_server_is_logged_when_it_is_ready_and_not_again() {
    let redis = RedisServer::start();
    let info: String = redis.command("INFO server");
    let version = |name| info.lines().find_map(|line| line.strip_prefix(name));
    let name = match version("valkey_version:") {
        Some(version) => format!("Valkey {version}"),
        None => format!("Redis {}", version("redis_version:").unwrap()),
    };
    let (recorder, _guard) = Recorder::start();
    let store = redis.store();
    for _ in 0..3 {
        store.ready().await.unwrap();
    }
    let told = recorder.take_told();
    let mut ready = told.iter().filter(|event| event.contains("is ready"));
    assert!(ready.next().unwrap().contains(&name), "{told:?}");
    assert_eq!(ready.next(), None);
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_redis_to_which_connecting_takes_longer_than_a_use_may_take_is_ready() {
    let redis = RedisServer::start();
    let proxy = Proxy::before(redis.address()).await;
    proxy.set(Mode::SlowStart(Duration::from_millis(1_200)));
    for way in Way::BOTH {
        way.store_at(proxy.address).ready().await.unwrap();
    }
}

/// A client that tries earlier, with a new nonce or token, would be refused.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_new_redis_says_when_a_login_can_pass() {
    let redis = RedisServer::start();
    let store = RedisStore::new(&format!("redis://{}", redis.address())).unwrap();
    let store = Arc::new(store);
    let issuer = LocalIssuer::new();
    let nonces = Nonces::builder(NonceKey::random()).store(Arc::clone(&store));
    let nonces = nonces.build().unwrap();
    let wait = async |login: SequenceAuthLayer| {
        let token = issuer.token().nonce(&nonces.issue()).mint();
        let error = login.verifier().verify(&token).await.unwrap_err();
        error.retry_after().unwrap()
    };
    let layer = issuer.layer(13639);
    for _ in 0..2 {
        // Twice the default tolerance.
        let of_nonce = wait(layer.clone().with_nonces(nonces.clone())).await;
        assert_eq!(of_nonce, Duration::from_secs(4));
        let of_token = wait(layer.clone().once(Arc::clone(&store))).await;
        assert_eq!(of_token, Duration::from_millis(4_999));
    }
}

//! Redis is unreachable, or cannot record. Every key is refused meanwhile, and the store recovers on its own.

use std::time::{Duration, Instant};

use sequence_auth::{OneTimeKey, OneTimeStoreError, RedisStore};
use tokio::runtime::Runtime;

use crate::{
    keys::{first_use, key, settle},
    proxy::{Mode, Proxy},
    server::{RedisServer, Way, free_address},
};

const TIMEOUT: Duration = Duration::from_millis(300);
/// What a busy machine may need beyond that.
const SLACK: Duration = Duration::from_secs(10);

/// Uses a key, and asserts that the result is an error that comes soon.
async fn fails(store: &RedisStore, key: &OneTimeKey) -> OneTimeStoreError {
    let began = Instant::now();
    let error = first_use(store, key).await.unwrap_err();
    assert!(began.elapsed() < TIMEOUT + SLACK);
    error
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_store_without_redis_fails_and_works_once_redis_is_there() {
    for way in Way::BOTH {
        let mut redis = RedisServer::start();
        redis.kill();
        let store = way.store_at(redis.address());
        fails(&store, &key()).await;
        store.ready().await.unwrap_err();
        redis.start_again();
        settle(&store).await;
        redis.kill();
        for _ in 0..10 {
            fails(&store, &key()).await;
        }
        redis.start_again();
        settle(&store).await;
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_could_not_be_recorded_for_lack_of_memory_is_not_confirmed() {
    let redis = RedisServer::start();
    let store = redis.store();
    settle(&store).await;
    let [used, key] = [key(), key()];
    assert!(first_use(&store, &used).await.unwrap());
    redis.command::<()>("CONFIG SET maxmemory 1");
    fails(&store, &key).await;
    // What is known to be used needs no memory.
    assert!(!first_use(&store, &used).await.unwrap_or(false));
    redis.command::<()>("CONFIG SET maxmemory 0");
    assert!(first_use(&store, &key).await.unwrap());
    assert!(!first_use(&store, &key).await.unwrap());
    assert!(!first_use(&store, &used).await.unwrap());
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn nothing_passes_in_a_redis_that_is_full_from_the_start() {
    let redis = RedisServer::start();
    redis.command::<()>("CONFIG SET maxmemory 1");
    let store = redis.store();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(400) {
        assert!(!first_use(&store, &key()).await.unwrap_or(false));
    }
    redis.command::<()>("CONFIG SET maxmemory 0");
    settle(&store).await;
}

/// A store that asks through a proxy.
async fn behind_proxy(way: Way) -> (RedisServer, Proxy, RedisStore) {
    let redis = RedisServer::start();
    let proxy = Proxy::before(redis.address()).await;
    let store = way.store_at(proxy.address).timeout(TIMEOUT);
    settle(&store).await;
    (redis, proxy, store)
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_answer_that_comes_too_late_is_none_and_the_key_may_be_used() {
    for way in Way::BOTH {
        let (redis, proxy, store) = behind_proxy(way).await;
        for mode in [Mode::SwallowAnswers, Mode::Slow(2 * TIMEOUT)] {
            proxy.set(mode);
            let key = key();
            fails(&store, &key).await;
            proxy.set(Mode::Forward);
            // The use did reach Redis, so the key cannot be used again.
            assert!(
                !first_use(&way.store_at(redis.address()), &key)
                    .await
                    .unwrap(),
                "{mode:?}"
            );
            settle(&store).await;
            assert!(!first_use(&store, &key).await.unwrap(), "{mode:?}");
        }
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_does_not_reach_redis_is_not_confirmed_and_may_pass_later() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        for mode in [Mode::Silent, Mode::Close] {
            let key = key();
            proxy.set(mode);
            for _ in 0..3 {
                fails(&store, &key).await;
            }
            proxy.set(Mode::Forward);
            settle(&store).await;
            assert!(first_use(&store, &key).await.unwrap(), "{mode:?}");
        }
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_slow_redis_that_answers_in_time_is_believed() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        let store = store.timeout(SLACK);
        proxy.set(Mode::Slow(Duration::from_millis(50)));
        let key = key();
        assert!(first_use(&store, &key).await.unwrap());
        assert!(!first_use(&store, &key).await.unwrap());
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn whatever_else_is_answered_confirms_nothing_and_is_got_over() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        for answer in [
            "-LOADING Redis is loading the dataset in memory\r\n",
            "-READONLY You can't write against a read only replica.\r\n",
            "-MASTERDOWN Link with MASTER is down\r\n",
            "-BUSY Redis is busy running a script.\r\n",
            "-NOAUTH Authentication required.\r\n",
            "-NOPERM this user has no permissions to run the 'evalsha' command\r\n",
            "-ERR max number of clients reached\r\n",
            "-MOVED 866 127.0.0.1:1\r\n",
            "-CLUSTERDOWN Hash slot not served\r\n",
            "-NOSCRIPT No matching script.\r\n",
            "+OK\r\n",
            ":1\r\n",
            "$-1\r\n",
            "$5\r\nother\r\n",
            "*1\r\n$5\r\nfirst\r\n",
            "*0\r\n",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "\0\0\0\0",
            "$999999999999\r\n",
            "*999999999999\r\n",
        ] {
            let key = key();
            proxy.set(Mode::Answer(answer));
            for _ in 0..2 {
                fails(&store, &key).await;
            }
            proxy.set(Mode::Forward);
            settle(&store).await;
            assert!(first_use(&store, &key).await.unwrap(), "{answer}");
        }
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_wrong_password_is_an_error_that_tells_no_password_and_is_got_over() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let url = format!("redis://:hunter2@{}", redis.address());
        let store = way.store(&url);
        redis.command::<()>("CONFIG SET requirepass something");
        for _ in 0..2 {
            let error = fails(&store, &key()).await;
            let told = format!("{error} {error:?} {store:?}");
            assert!(!told.contains("hunter2"), "{told}");
        }
        let mut admin = redis::Client::open(format!("redis://:something@{}", redis.address()))
            .and_then(|client| client.get_connection())
            .unwrap();
        let mut set_password = redis::cmd("CONFIG");
        set_password.arg(&["SET", "requirepass", "hunter2"]);
        set_password.exec(&mut admin).unwrap();
        settle(&store).await;
    }
}

/// A server without `HELLO` repeats what came with it. Its second line is for the commands after that one.
#[tokio::test]
async fn a_refused_handshake_is_an_error_that_tells_no_password() {
    for way in Way::BOTH {
        let proxy = Proxy::before(free_address()).await;
        proxy.set(Mode::Answer(
        "-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'default' 'hunter2' \r\n\
         -ERR unknown command 'CLIENT'\r\n",
    ));
        let url = format!("redis://:hunter2@{}/?protocol=resp3", proxy.address);
        let error = fails(&way.store(&url), &key()).await;
        let told = format!("{error:?}");
        assert!(told.contains("refused the log-in"), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_an_error() {
    for way in Way::BOTH {
        let store = way.store_at(free_address()).timeout(TIMEOUT);
        fails(&store, &key()).await;
    }
}

#[test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
fn a_store_outlives_the_runtime_that_it_was_first_used_in() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        for _ in 0..2 {
            Runtime::new().unwrap().block_on(settle(&store));
        }
    }
}

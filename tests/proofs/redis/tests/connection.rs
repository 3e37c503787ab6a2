//! When the connection is replaced, and when it is not.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use sequence_auth::RedisStore;
use tokio::{
    runtime::Handle,
    task::{JoinSet, yield_now},
    time::timeout,
};

use crate::{
    keys::{first_use, key, settle},
    proxy::{Mode, Proxy},
    server::{RedisServer, Way, until},
};

const TIMEOUT: Duration = Duration::from_millis(300);

/// A store that asks through a proxy.
async fn behind_proxy(way: Way) -> (RedisServer, Proxy, RedisStore) {
    let redis = RedisServer::start();
    let proxy = Proxy::before(redis.address()).await;
    let store = way.store_at(proxy.address).timeout(TIMEOUT);
    settle(&store).await;
    (redis, proxy, store)
}

/// Returns the server's connections without the one that asks, a line each.
fn clients(redis: &RedisServer) -> Vec<String> {
    let list: String = redis.command("CLIENT LIST");
    let others = list.lines().filter(|client| !client.contains("cmd=client"));
    others.map(str::to_owned).collect()
}

/// Returns how many connections the server has accepted, without those of this function.
struct Accepted<'a>(&'a RedisServer, usize);

impl<'a> Accepted<'a> {
    fn so_far(redis: &'a RedisServer) -> Self {
        Self(redis, total(redis))
    }

    fn since(&self) -> usize {
        total(self.0) - self.1 - 1
    }
}

fn total(redis: &RedisServer) -> usize {
    let info: String = redis.command("INFO stats");
    let field = "total_connections_received:";
    let line = info.lines().find_map(|line| line.strip_prefix(field));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_dead_connection_is_replaced_though_all_callers_give_up_before_the_time_out() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        proxy.set(Mode::HalfOpen);
        let mut attempts = 0;
        while !matches!(
            timeout(TIMEOUT * 2 / 3, first_use(&store, &key())).await,
            Ok(Ok(true))
        ) {
            attempts += 1;
            assert!(attempts < 10, "the dead connection is still there");
        }
        assert_ne!(attempts, 0);
    }
}

/// And so it is when they give up while a new one is being made.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn connecting_goes_on_though_all_callers_give_up() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        proxy.set(Mode::Close);
        first_use(&store, &key()).await.unwrap_err();
        proxy.set(Mode::Slow(TIMEOUT / 2));
        let accepted = proxy.accepted();
        let mut attempts = 0;
        while !matches!(
            timeout(TIMEOUT / 3, first_use(&store, &key())).await,
            Ok(Ok(true))
        ) {
            attempts += 1;
            assert!(attempts < 50, "there is no connection yet");
            if proxy.accepted() > accepted {
                // The attempt has started. Later calls will find it done.
                proxy.set(Mode::Forward);
            }
        }
        assert_eq!(proxy.accepted(), accepted + 1);
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_redis_that_takes_more_than_half_the_time_out_is_got_back_to_after_a_cut() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        proxy.set(Mode::Close);
        first_use(&store, &key()).await.unwrap_err();
        // As long as this takes the handshake, and as long again the question.
        proxy.set(Mode::Slow(TIMEOUT * 2 / 3));
        settle(&store).await;
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn the_operator_is_told_what_took_too_long() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        let told = async |store: &RedisStore| {
            let error = first_use(store, &key()).await.unwrap_err();
            error.source().unwrap().to_string()
        };
        proxy.set(Mode::Silent);
        assert_eq!(told(&store).await, "no answer from Redis in time");
        assert_eq!(told(&store).await, "no connection to Redis in time");
        let patient = way.store_at(proxy.address).timeout(Duration::from_secs(20));
        let patient = patient.connect_timeout(TIMEOUT);
        let began = Instant::now();
        assert_eq!(told(&patient).await, "connecting to Redis took too long");
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_answer_that_nobody_waits_for_any_more_keeps_the_connection() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        // On a busy machine, too, no answer takes this long.
        let store = store.timeout(TIMEOUT * 4);
        settle(&store).await;
        let accepted = proxy.accepted();
        proxy.set(Mode::Slow(TIMEOUT / 3));
        for _ in 0..10 {
            let answer = timeout(TIMEOUT / 10, first_use(&store, &key())).await;
            answer.unwrap_err();
        }
        // The answers are there, and long ago.
        let began = Instant::now();
        while began.elapsed() < 6 * TIMEOUT {
            yield_now().await;
        }
        proxy.set(Mode::Forward);
        assert!(first_use(&store, &key()).await.unwrap());
        assert_eq!(proxy.accepted(), accepted);
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_idle_connection_that_the_server_closes_costs_no_use() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        redis.command::<()>("CONFIG SET timeout 1");
        for _ in 0..2 {
            until("the server has closed it", || clients(&redis).is_empty());
            assert!(first_use(&store, &key()).await.unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_young_connection_that_was_closed_costs_no_use() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        let tasks = Handle::current().metrics();
        for _ in 0..3 {
            redis.command::<usize>("CLIENT KILL TYPE normal SKIPME yes");
            until("the watchdog alone is left", || {
                tasks.num_alive_tasks() == 1
            });
            assert!(first_use(&store, &key()).await.unwrap());
        }
    }
}

/// The store cannot know yet when it asks.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn nor_does_one_that_is_closed_at_this_moment() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        for _ in 0..2 {
            redis.command::<usize>("CLIENT KILL TYPE normal SKIPME yes");
            assert!(first_use(&store, &key()).await.unwrap());
        }
    }
}

/// A repeated question must not find the key used, because that would mean that another request was first.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_answer_that_is_lost_with_its_connection_is_an_error() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let proxy = Proxy::before(redis.address()).await;
        let store = way.store_at(proxy.address);
        settle(&store).await;
        proxy.set(Mode::Cut);
        first_use(&store, &key()).await.unwrap_err();
        assert!(first_use(&store, &key()).await.unwrap());
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_the_server_refuses_costs_no_connection() {
    let redis = RedisServer::start();
    redis.command::<()>("ACL SETUSER app on >secret +@all ~*");
    let store = RedisStore::new(&format!("redis://app:secret@{}", redis.address())).unwrap();
    let store = store.clock_tolerance(Duration::from_millis(100));
    settle(&store).await;
    for [trouble, cure] in [
        ["CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"],
        ["ACL SETUSER app -evalsha", "ACL SETUSER app +evalsha"],
        ["ACL SETUSER app resetkeys", "ACL SETUSER app ~*"],
    ] {
        redis.command::<()>(trouble);
        let accepted = Accepted::so_far(&redis);
        for _ in 0..100 {
            first_use(&store, &key()).await.unwrap_err();
        }
        assert_eq!(accepted.since(), 0, "{trouble}");
        redis.command::<()>(cure);
        assert!(first_use(&store, &key()).await.unwrap(), "{cure}");
    }
}

/// It could be the wrong server, but there is no other.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_server_that_is_a_replica_is_not_connected_to_for_each_use() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        redis.command::<()>("REPLICAOF 127.0.0.1 1");
        let (accepted, began) = (Accepted::so_far(&redis), Instant::now());
        for _ in 0..500 {
            first_use(&store, &key()).await.unwrap_err();
        }
        let allowed = 1 + usize::try_from(began.elapsed().as_secs()).unwrap();
        assert!(accepted.since() <= allowed);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_thousand_that_wait_share_one_connection() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        settle(&way.store_at(redis.address())).await;
        let store = Arc::new(
            way.store_at(redis.address())
                .timeout(Duration::from_secs(20)),
        );
        let accepted = Accepted::so_far(&redis);
        let mut callers = JoinSet::new();
        for _ in 0..1000 {
            let store = Arc::clone(&store);
            callers.spawn(async move { store.ready().await.unwrap() });
        }
        callers.join_all().await;
        assert_eq!(accepted.since(), 1);
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_server_that_turns_all_away_is_not_stormed() {
    for way in Way::BOTH {
        let (_redis, proxy, store) = behind_proxy(way).await;
        proxy.set(Mode::Close);
        let (accepted, began) = (proxy.accepted(), Instant::now());
        while began.elapsed() < Duration::from_secs(1) {
            first_use(&store, &key()).await.unwrap_err();
        }
        let allowed = 2 + began.elapsed().as_millis() / 100;
        let made = proxy.accepted() - accepted;
        assert!((made as u128) <= allowed, "{made}");
        assert_ne!(made, 0);
    }
}

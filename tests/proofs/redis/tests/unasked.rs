//! The store without any calls.

use std::time::{Duration, Instant, SystemTime};

use tokio::{runtime::Handle, task::yield_now};

use crate::{
    keys::{first_use, key, settle},
    recorder::Recorder,
    server::{RedisServer, Way, until},
};

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_restart_is_noticed_though_nobody_asks() {
    for way in Way::BOTH {
        let mut redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        redis.restart();
        until("Redis remembers again", || {
            redis.command::<usize>("ZCARD sequence-auth:used") == 1
        });
        let noticed = SystemTime::now();
        until("and has done for long enough", || {
            noticed.elapsed().unwrap() > Duration::from_millis(300)
        });
        assert!(first_use(&store, &key()).await.unwrap());
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn what_runs_in_the_background_ends_with_the_store() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        let metrics = Handle::current().metrics();
        assert_ne!(metrics.num_alive_tasks(), 0);
        drop(store);
        let dropped = Instant::now();
        while metrics.num_alive_tasks() > 0 {
            assert!(
                dropped.elapsed() < Duration::from_secs(4),
                "something goes on"
            );
            yield_now().await;
        }
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_redis_that_forgets_again_and_again_is_told_of_once() {
    let redis = RedisServer::start();
    let (recorder, _guard) = Recorder::start();
    let store = redis.store();
    for _ in 0..20 {
        redis.command::<()>("FLUSHALL");
        first_use(&store, &key()).await.unwrap_err();
    }
    let told = recorder.take_told();
    let told = told
        .iter()
        .filter(|event| event.contains("lost recorded uses"));
    assert_eq!(told.count(), 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn the_operating_system_looks_after_a_silent_connection() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let store = way.store_at(redis.address());
        settle(&store).await;
        let connections = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let remote = format!("0100007F:{:04X}", redis.address().port());
        let timers = connections.lines().filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            (fields[2] == remote && fields[3] == "01").then(|| fields[5].to_owned())
        });
        let timers: Vec<_> = timers.collect();
        // The second kind is TCP keep-alive.
        assert_ne!(timers.len(), 0);
        assert!(
            timers.iter().all(|timer| timer.starts_with("02:")),
            "{timers:?}"
        );
    }
}

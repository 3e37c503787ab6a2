//! Keys are issued, used and lost in random order, and none passes twice.

use std::{
    collections::HashSet,
    fs,
    time::{Duration, SystemTime},
};

use sequence_auth::OneTimeKey;

use crate::{
    keys::{first_use, key, key_issued_at, settle},
    server::RedisServer,
};

/// How many things happen in one story. Every tenth or so is a loss.
const STEPS: usize = 400;

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn whatever_happens_no_key_passes_twice_and_new_ones_pass_again() {
    // A failed story can be repeated by its number.
    let seed =
        std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("SEED={seed}");
    fastrand::seed(seed);
    let mut redis = RedisServer::start();
    let stores = [redis.store(), redis.store()];
    let mut issued: Vec<OneTimeKey> = Vec::new();
    let mut passed = HashSet::new();
    for _ in 0..STEPS {
        match fastrand::u8(..100) {
            0..30 => issued.push(key_issued_at(some_instances_time())),
            30..90 => {
                let recent = issued.len().saturating_sub(10);
                let Some(index) = (recent..issued.len()).nth(fastrand::usize(..10)) else {
                    continue;
                };
                let store = &stores[fastrand::usize(..2)];
                if first_use(store, &issued[index]).await.unwrap_or(false) {
                    assert!(passed.insert(index), "passed twice");
                }
            }
            90..94 => settle(&stores[0]).await,
            _ => lose(&mut redis),
        }
    }
    println!("{} issued, {} passed", issued.len(), passed.len());
    for store in &stores {
        settle(store).await;
    }
    let last = key();
    assert!(first_use(&stores[0], &last).await.unwrap());
    assert!(!first_use(&stores[1], &last).await.unwrap());
}

/// The clocks of most instances are within the tolerance. Others are wrong by up to a second.
fn some_instances_time() -> SystemTime {
    let most = Duration::from_millis(if fastrand::u8(..4) == 0 { 1000 } else { 100 });
    SystemTime::now() + most.mul_f64(2.0 * fastrand::f64()) - most
}

fn lose(redis: &mut RedisServer) {
    match fastrand::u8(..8) {
        0 => redis.restart(),
        1 => redis.command("FLUSHALL"),
        2 => redis.command("SAVE"),
        3 => {
            redis.command::<()>("CONFIG SET maxmemory-policy allkeys-random");
            redis.command::<()>("CONFIG SET maxmemory 1");
            redis.command::<()>("CONFIG SET maxmemory 0");
        }
        4 => redis.command("CONFIG RESETSTAT"),
        5 => {
            redis.kill();
            // What was saved may be gone, too.
            let _ = fs::remove_file(redis.directory().join("dump.rdb"));
            redis.start_again();
        }
        // A primary that was a replica for a moment, without a primary of its own.
        6 => {
            redis.command::<()>("REPLICAOF 127.0.0.1 1");
            redis.command::<()>("REPLICAOF NO ONE");
        }
        _ => {
            redis.command::<()>("CONFIG SET maxmemory-policy noeviction");
            redis.command::<()>("CONFIG SET maxmemory 1");
            redis.command::<()>("CONFIG SET maxmemory 0");
        }
    }
}

//! Another server takes over.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use sequence_auth::RedisStore;

use crate::{
    keys::{assert_never_again, first_use, key, settle},
    proxy::{Mode, Proxy},
    server::{PATIENCE, REPLICATED, RedisServer, Way},
};

/// A primary and its replica.
fn pair() -> (RedisServer, RedisServer) {
    let (primary, replica) = (RedisServer::start(), RedisServer::start());
    replica.follow(&primary);
    (primary, replica)
}

/// Both, and a store that a proxy leads to the primary.
async fn pair_behind_proxy(way: Way) -> (RedisServer, RedisServer, Proxy, RedisStore) {
    let (primary, replica) = pair();
    let proxy = Proxy::before(primary.address()).await;
    let store = way.store_at(proxy.address);
    settle(&store).await;
    (primary, replica, proxy, store)
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_promoted_replica_believes_in_nothing_that_was_issued_before() {
    for way in Way::BOTH {
        let (mut primary, replica, proxy, store) = pair_behind_proxy(way).await;
        let old = [key(), key()];
        assert!(first_use(&store, &old[0]).await.unwrap());
        primary.kill();
        proxy.lead_to(replica.address());
        for key in &old {
            first_use(&store, key).await.unwrap_err();
        }
        replica.command::<()>("REPLICAOF NO ONE");
        assert_never_again(&store, &old).await;
    }
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_replica_confirms_nothing_even_one_that_lets_itself_be_written_to() {
    let (primary, replica) = pair();
    settle(&primary.store()).await;
    for writable in ["no", "yes"] {
        replica.command::<()>(&format!("CONFIG SET replica-read-only {writable}"));
        // Longer than a memory of its own would take to be trusted.
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(500) {
            first_use(&replica.store(), &key()).await.unwrap_err();
        }
    }
}

/// The connection to the old primary is fine, but the old primary is a replica now.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_demoted_primary_is_left_for_the_new_one() {
    for way in Way::BOTH {
        let (primary, replica, proxy, store) = pair_behind_proxy(way).await;
        let old = [key(), key()];
        assert!(first_use(&store, &old[0]).await.unwrap());
        replica.command::<()>("REPLICAOF NO ONE");
        primary.follow(&replica);
        proxy.lead_to(replica.address());
        assert_never_again(&store, &old).await;
    }
}

/// The connection to the old primary is fine, and the old primary is one still, but knows that it was left alone.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_old_primary_without_replicas_is_left_for_the_new_one() {
    for way in Way::BOTH {
        let (primary, replica, proxy, store) = pair_behind_proxy(way).await;
        let old = [key(), key()];
        assert!(first_use(&store, &old[0]).await.unwrap());
        replica.command::<()>("REPLICAOF NO ONE");
        primary.command::<()>("CONFIG SET min-replicas-to-write 1");
        proxy.lead_to(replica.address());
        assert_never_again(&store, &old).await;
    }
}

/// Nothing passes between the servers any more, and no connection is closed: the old primary finds out by the lag of its
/// replica. The replica is promoted after one second; a Sentinel that keeps to the guide takes at least two.
#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_old_primary_that_is_cut_off_stops_before_the_new_one_accepts_a_nonce() {
    let primary = RedisServer::start_with(&REPLICATED);
    primary.command::<()>("CONFIG SET repl-diskless-sync-delay 0");
    let link = Proxy::before(primary.address()).await;
    let replica = RedisServer::start();
    replica.follow_at(link.address);
    let old = primary.store();
    settle(&old).await;
    link.set(Mode::Silent);
    let cut = Instant::now();
    assert!(first_use(&old, &key()).await.unwrap());
    while cut.elapsed() < Duration::from_secs(1) {
        let _ = first_use(&old, &key()).await;
    }
    replica.command::<()>("REPLICAOF NO ONE");
    // The default tolerance.
    let new = RedisStore::new(&format!("redis://{}", replica.address())).unwrap();
    loop {
        let key = key();
        let by_old = first_use(&old, &key).await;
        if first_use(&new, &key).await.unwrap_or(false) {
            let cause = by_old.unwrap_err().source().unwrap().to_string();
            assert!(cause.contains("NOREPLICAS"), "{cause}");
            return;
        }
        assert!(cut.elapsed() < PATIENCE);
    }
}

/// The process is the same, and finds a marker of its own. But its writes since the other server took over are gone.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_primary_that_comes_back_after_it_was_replaced_does_not_believe_its_own_marker() {
    let (primary, replica) = pair();
    let store = primary.store();
    settle(&store).await;
    replica.command::<()>("REPLICAOF NO ONE");
    let old = [key(), key()];
    assert!(first_use(&store, &old[0]).await.unwrap());
    primary.follow(&replica);
    primary.command::<()>("REPLICAOF NO ONE");
    assert_never_again(&store, &old).await;
}

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_replica_that_comes_and_goes_takes_nothing_away() {
    let (primary, mut replica) = pair();
    let store = primary.store();
    settle(&store).await;
    let [used, unused] = [key(), key()];
    assert!(first_use(&store, &used).await.unwrap());
    replica.restart();
    replica.follow(&primary);
    assert!(!first_use(&store, &used).await.unwrap());
    assert!(first_use(&store, &unused).await.unwrap());
}

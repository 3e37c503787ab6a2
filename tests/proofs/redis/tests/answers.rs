//! Answers that belong to other questions.

use crate::{
    keys::{first_use, key, settle},
    proxy::{Mode, Proxy},
    server::{RedisServer, Way},
};

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn an_answer_that_comes_twice_lets_nothing_pass_twice() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let proxy = Proxy::before(redis.address()).await;
        let store = way.store_at(proxy.address);
        settle(&store).await;
        proxy.set(Mode::Repeat);
        let mut first = 0;
        for _ in 0..15 {
            let key = key();
            // The second answer ends the connection, and the next connection is in step, unless the store itself asked
            // first.
            first += usize::from(first_use(&store, &key).await.unwrap_or(false));
            assert!(!first_use(&store, &key).await.unwrap_or(false));
        }
        assert!(first > 10, "{first}");
        proxy.set(Mode::Forward);
        settle(&store).await;
    }
}

/// The answer for a new key arrives for the question about a used key.
#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn the_answer_to_another_key_lets_nothing_pass() {
    for way in Way::BOTH {
        let redis = RedisServer::start();
        let proxy = Proxy::before(redis.address()).await;
        let store = way.store_at(proxy.address);
        settle(&store).await;
        let used = key();
        assert!(first_use(&store, &used).await.unwrap());
        for _ in 0..10 {
            proxy.set(Mode::Repeat);
            let _ = first_use(&store, &key()).await;
            assert!(!first_use(&store, &used).await.unwrap_or(false));
            proxy.set(Mode::Forward);
            settle(&store).await;
        }
    }
}

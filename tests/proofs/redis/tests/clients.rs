//! The application makes a client for each connection.

use std::{
    error::Error,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use sequence_auth::RedisStore;

use crate::{
    keys::{first_use, key, settle},
    server::RedisServer,
};

#[tokio::test]
#[cfg_attr(not(redis_server), ignore = "needs redis-server or valkey-server")]
async fn a_password_that_changes_is_asked_for_at_each_connection() {
    let redis = RedisServer::start();
    let (address, password) = (redis.address(), Arc::new(Mutex::new(None)));
    let current: Arc<Mutex<Option<&str>>> = Arc::clone(&password);
    let store = RedisStore::from_client_fn(move || {
        let password = *current.lock().unwrap();
        async move {
            let password = password.ok_or_else(|| io::Error::other("no password yet"))?;
            redis::Client::open(format!("redis://app:{password}@{address}"))
        }
    });
    let store = store.clock_tolerance(Duration::from_millis(100));
    let error = first_use(&store, &key()).await.unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "no password yet");
    for current in ["one", "another"] {
        redis.command::<()>(&format!("ACL SETUSER app on resetpass >{current} +@all ~*"));
        *password.lock().unwrap() = Some(current);
        redis.command::<usize>("CLIENT KILL TYPE normal SKIPME yes");
        settle(&store).await;
    }
}

#[tokio::test]
async fn waiting_for_a_client_is_bounded() {
    let store = RedisStore::from_client_fn(std::future::pending)
        .connect_timeout(Duration::from_millis(100))
        .timeout(Duration::from_secs(20));
    let error = first_use(&store, &key()).await.unwrap_err();
    let told = error.source().unwrap().to_string();
    assert_eq!(told, "connecting to Redis took too long");
}

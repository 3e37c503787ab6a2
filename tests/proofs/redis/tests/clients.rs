//! The application makes a client for each connection.

use std::{
    error::Error,
    io, iter,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sequence_auth::RedisStore;

use crate::{
    keys::{first_use, key, settle},
    server::{RedisServer, free_address},
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

/// A sign-in then does not wait for the next attempt, and a used key is not an error.
#[tokio::test]
async fn a_use_that_gets_no_connection_does_not_try_again() {
    let (asked, address) = (Arc::<AtomicUsize>::default(), free_address());
    let counter = Arc::clone(&asked);
    let store = RedisStore::from_client_fn(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        async move { redis::Client::open(format!("redis://{address}")) }
    });
    for uses in 1..=3 {
        let error = first_use(&store, &key()).await.unwrap_err();
        assert!(is_refused(&error), "{error:?}");
        assert_eq!(asked.load(Ordering::Relaxed), uses);
    }
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let mut causes = iter::successors(Some(error), |&error| error.source());
    causes.any(|error| error.to_string().contains("refused"))
}

#[tokio::test]
async fn the_next_use_asks_for_a_client_anew_when_the_application_panicked() {
    let asked = AtomicUsize::default();
    let store = RedisStore::from_client_fn(move || {
        let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            assert!(!is_first, "the application panics");
            Err(io::Error::other("asked again").into())
        }
    });
    for expected in ["connecting to Redis was aborted", "asked again"] {
        let error = first_use(&store, &key()).await.unwrap_err();
        assert_eq!(error.source().unwrap().to_string(), expected);
    }
}

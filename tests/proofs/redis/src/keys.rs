//! Keys, and the verdicts of stores on them.

use std::time::{Duration, Instant, SystemTime};

use sequence_auth::{OneTimeKey, OneTimeStore, OneTimeStoreError, RedisStore};
use tokio::time::sleep;

use crate::server::PATIENCE;

const LIFETIME: Duration = Duration::from_secs(600);

/// A key as a nonce that was issued just now would have.
pub fn key() -> OneTimeKey {
    key_issued_at(SystemTime::now())
}

pub fn key_issued_at(time: SystemTime) -> OneTimeKey {
    OneTimeKey::new(std::array::from_fn(|_| fastrand::u8(..)), time)
}

pub async fn first_use(
    store: &impl OneTimeStore,
    key: &OneTimeKey,
) -> Result<bool, OneTimeStoreError> {
    store.first_use(key, key.issued_at() + LIFETIME).await
}

/// Waits until new keys pass.
pub async fn settle(store: &RedisStore) {
    let began = Instant::now();
    loop {
        let answer = first_use(store, &key()).await;
        if matches!(answer, Ok(true)) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{answer:?}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Asserts that used and old keys are refused until new keys pass, and afterwards.
pub async fn assert_never_again(store: &RedisStore, old: &[OneTimeKey]) {
    let began = Instant::now();
    loop {
        for key in old {
            assert!(
                !first_use(store, key).await.unwrap_or(false),
                "passed again"
            );
        }
        let answer = first_use(store, &key()).await;
        if matches!(answer, Ok(true)) {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{answer:?}");
    }
    for key in old {
        assert_refused(store, key).await;
    }
}

/// Asserts that a key is refused as soon as the store answers. A server that changes its role may break off connections
/// again later.
pub async fn assert_refused(store: &RedisStore, key: &OneTimeKey) {
    let began = Instant::now();
    loop {
        match first_use(store, key).await {
            Ok(passed) => return assert!(!passed, "passed again"),
            Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
        }
        sleep(Duration::from_millis(10)).await;
    }
}

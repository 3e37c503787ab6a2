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
    assert_refused(store, old).await;
}

/// Asserts that the store refuses these keys. It may answer some of them with an error, because a server that changes its
/// role may break off connections again later. Such a key is not asked for twice: the first call may have recorded it.
pub async fn assert_refused(store: &RedisStore, keys: &[OneTimeKey]) {
    let mut refusals = 0;
    for key in keys {
        match first_use(store, key).await {
            Ok(passed) => {
                assert!(!passed, "passed again");
                refusals += 1;
            }
            Err(_) => settle(store).await,
        }
    }
    assert_ne!(refusals, 0, "no key was refused");
}

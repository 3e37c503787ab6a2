//! A store in this process's memory.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use super::one_time_store::{BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError};

const CAPACITY: usize = 100_000;

/// More than one, so that a store which was full empties while it is used; few, so that nobody waits.
const MAX_FORGOTTEN_AT_ONCE: usize = 4;

/// Remembers in this process's memory what was used, for applications of one process.
///
/// It fills with uses by verified tokens only, of which each takes up to 120 bytes until it expires: a nonce
/// 10 minutes at most with the default lifetime. When it is full, requests are answered with 503 until
/// something has expired: it forgets nothing early. It cannot tell what was used before it was created, so
/// it refuses whatever was issued before.
///
/// It goes by the system's clock, and stays safe when that is set back: what it has forgotten is refused,
/// though the clock says that it has not expired yet. If the clock was ahead when the store was created, nothing
/// passes until that time has come.
pub struct MemoryStore {
    capacity: usize,
    created_at: SystemTime,
    uses: Mutex<Uses>,
}

impl MemoryStore {
    /// Creates a store for so many uses at a time. Default: 100,000, which take up to 12 MB.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::created_at(capacity, SystemTime::now())
    }

    fn created_at(capacity: usize, now: SystemTime) -> Self {
        Self {
            capacity,
            created_at: whole_milliseconds(now),
            uses: Mutex::default(),
        }
    }

    /// Returns how many uses are remembered, expired ones that were not yet dropped among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.uses().digests.len()
    }

    /// Tells whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn first_use_at(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
        now: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        if key.issued_at() < self.created_at || expires_at <= now {
            return Ok(false);
        }
        let mut uses = self.uses();
        uses.forget_expired(now);
        if uses.may_have_had(key, expires_at) {
            return Ok(false);
        }
        if uses.digests.len() >= self.capacity {
            return Err(OneTimeStoreError::full());
        }
        uses.remember(key, expires_at);
        Ok(true)
    }

    fn uses(&self) -> MutexGuard<'_, Uses> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl OneTimeStore for MemoryStore {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        Box::pin(async move { self.first_use_at(key, expires_at, SystemTime::now()) })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Uses {
    digests: HashSet<[u8; 32]>,
    /// The same, the next to expire first.
    by_expiry: BinaryHeap<Reverse<(SystemTime, [u8; 32])>>,
    /// Whatever expires no later may be forgotten.
    forgotten_until: Option<SystemTime>,
}

impl Uses {
    fn forget_expired(&mut self, now: SystemTime) {
        for _ in 0..MAX_FORGOTTEN_AT_ONCE {
            let Some(&Reverse((expires_at, digest))) = self.by_expiry.peek() else {
                return;
            };
            if expires_at > now {
                return;
            }
            self.by_expiry.pop();
            self.digests.remove(&digest);
            self.forgotten_until = self.forgotten_until.max(Some(expires_at));
        }
    }

    fn may_have_had(&self, key: &OneTimeKey, expires_at: SystemTime) -> bool {
        Some(expires_at) <= self.forgotten_until || self.digests.contains(key.as_bytes())
    }

    fn remember(&mut self, key: &OneTimeKey, expires_at: SystemTime) {
        self.digests.insert(*key.as_bytes());
        self.by_expiry.push(Reverse((expires_at, *key.as_bytes())));
    }
}

/// Times of issue have no more than milliseconds.
fn whole_milliseconds(time: SystemTime) -> SystemTime {
    let since_epoch = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let nanoseconds = since_epoch.subsec_nanos() % 1_000_000;
    time - Duration::from_nanos(nanoseconds.into())
}

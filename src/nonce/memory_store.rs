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
/// though the clock says that it has not expired yet. Across a restart it relies on a clock that is not set
/// back: one that was ahead when the store was created lets nothing pass until that time has come. It relies
/// on the clock of whoever issues, too, unless it has a [tolerance](Self::clock_tolerance).
pub struct MemoryStore {
    capacity: usize,
    clock_tolerance: Option<Duration>,
    created_at: SystemTime,
    uses: Mutex<Uses>,
}

impl MemoryStore {
    /// Creates a store for so many uses at a time. Default: 100,000, which take up to 12 MB.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::created_at(capacity, SystemTime::now())
    }

    pub(super) fn created_at(capacity: usize, now: SystemTime) -> Self {
        Self {
            capacity,
            clock_tolerance: None,
            created_at: whole_milliseconds(now),
            uses: Mutex::default(),
        }
    }

    /// Sets how far the clocks of those who issue may be ahead of this one. Default: not set.
    ///
    /// Where a token or a nonce says that it was issued after the store was created, a use before a restart
    /// may be unknown: a clock that is ahead makes it look young, and so does `iat`, which has whole seconds,
    /// within the second of the restart. With a tolerance, what was issued earlier than so long after the
    /// store was created is refused, and so is what was issued further ahead of this clock. It is for
    /// [`once`](crate::SequenceAuthLayer::once), where 2 seconds are plenty; the price is that nothing passes
    /// for so long after a start: the answer is 503. Nonces of this process need none.
    #[must_use]
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = Some(tolerance);
        self
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

    pub(super) fn first_use_at(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
        now: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        if !self.began_before(key, now)? || expires_at <= now {
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

    /// Tells whether a use would be known, or fails while none can be.
    fn began_before(&self, key: &OneTimeKey, now: SystemTime) -> Result<bool, OneTimeStoreError> {
        let Some(tolerance) = self.clock_tolerance else {
            return Ok(self.created_at <= key.issued_at());
        };
        if since(now, key.issued_at()) > tolerance {
            return Err(OneTimeStoreError::unavailable(
                "the clock of whoever issued the key is ahead",
            ));
        }
        if since(self.created_at, now) <= tolerance {
            return Err(OneTimeStoreError::unavailable(
                "the store has only just begun to remember",
            ));
        }
        Ok(since(self.created_at, key.issued_at()) > tolerance)
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

/// How long after `earlier` that is; nothing if it is not later.
fn since(earlier: SystemTime, later: SystemTime) -> Duration {
    later.duration_since(earlier).unwrap_or_default()
}

/// Times of issue have no more than milliseconds.
fn whole_milliseconds(time: SystemTime) -> SystemTime {
    let since_epoch = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let nanoseconds = since_epoch.subsec_nanos() % 1_000_000;
    time - Duration::from_nanos(nanoseconds.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn use_at(store: &MemoryStore, name: u8, expires_in: u32, now: SystemTime) -> Option<bool> {
        let key = OneTimeKey::new([name; 32], noon());
        let expires_at = noon() + SECOND * expires_in;
        store.first_use_at(&key, expires_at, now).ok()
    }

    #[test]
    fn a_use_is_remembered_until_it_expires_and_refused_from_then_on() {
        let store = MemoryStore::created_at(10, noon());
        assert_eq!(use_at(&store, 1, 10, noon()), Some(true));
        assert_eq!(use_at(&store, 1, 10, noon()), Some(false));
        let last = noon() + Duration::from_millis(9_999);
        assert_eq!(use_at(&store, 1, 10, last), Some(false));
        assert_eq!(use_at(&store, 2, 10, noon() + SECOND * 10), Some(false));
        assert_eq!(store.len(), 1);
        assert_eq!(use_at(&store, 3, 20, noon() + SECOND * 10), Some(true));
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn a_full_store_has_room_again_when_something_has_expired() {
        let store = MemoryStore::created_at(2, noon());
        assert_eq!(use_at(&store, 1, 10, noon()), Some(true));
        assert_eq!(use_at(&store, 2, 20, noon()), Some(true));
        assert_eq!(use_at(&store, 3, 30, noon()), None);
        // What it has is used all the same.
        assert_eq!(use_at(&store, 1, 10, noon()), Some(false));
        assert_eq!(use_at(&store, 3, 30, noon() + SECOND * 10), Some(true));
        assert_eq!(use_at(&store, 4, 30, noon() + SECOND * 10), None);
    }

    #[test]
    fn what_was_forgotten_is_refused_when_the_clock_is_set_back() {
        let store = MemoryStore::created_at(10, noon());
        assert_eq!(use_at(&store, 1, 10, noon()), Some(true));
        assert_eq!(use_at(&store, 2, 90, noon() + SECOND * 60), Some(true));
        assert_eq!(store.len(), 1);
        assert_eq!(use_at(&store, 1, 10, noon()), Some(false));
        assert_eq!(use_at(&store, 3, 11, noon()), Some(true));
    }

    #[test]
    fn what_was_issued_before_the_store_began_may_have_been_used() {
        let begun = noon() + Duration::from_nanos(1_999_999);
        let store = MemoryStore::created_at(10, begun);
        assert_eq!(use_at(&store, 1, 10, begun), Some(false));
        for (milliseconds, expected) in [(0, false), (1, true)] {
            let issued_at = noon() + Duration::from_millis(milliseconds);
            let key = OneTimeKey::new([2; 32], issued_at);
            let used = store.first_use_at(&key, noon() + SECOND, begun);
            assert_eq!(used.ok(), Some(expected));
        }
    }

    #[test]
    fn with_a_tolerance_no_clock_that_is_ahead_makes_a_used_key_look_young() {
        let tolerant = |begun| MemoryStore::created_at(10, begun).clock_tolerance(SECOND * 2);
        let store = tolerant(noon());
        let at = |store: &MemoryStore, issued_at: SystemTime, now: SystemTime| {
            let key = OneTimeKey::new([1; 32], issued_at);
            store.first_use_at(&key, noon() + SECOND * 600, now).ok()
        };
        let millisecond = Duration::from_millis(1);
        // Too young to tell.
        assert_eq!(at(&store, noon() + SECOND * 2, noon() + SECOND * 2), None);
        let now = noon() + SECOND * 3;
        assert_eq!(at(&store, noon() + SECOND * 2, now), Some(false));
        // Too far ahead to tell later.
        let ahead = now + SECOND * 2;
        assert_eq!(at(&store, ahead + millisecond, now), None);
        assert_eq!(at(&store, ahead, now), Some(true));
        let patient = MemoryStore::created_at(10, noon()).clock_tolerance(Duration::MAX);
        assert_eq!(at(&patient, now, now), None);
        let restarted = tolerant(now);
        assert_eq!(at(&restarted, ahead, now + millisecond), None);
        assert_eq!(at(&restarted, ahead, ahead + millisecond), Some(false));
        let next = noon() + SECOND * 2 + millisecond;
        assert_eq!(at(&store, next, now), Some(false), "the same key");
    }

    #[test]
    fn a_store_that_was_full_empties_while_it_is_used() {
        let store = MemoryStore::created_at(200, noon());
        for name in 0..200 {
            assert_eq!(use_at(&store, name, 10, noon()), Some(true));
        }
        for name in 200..250 {
            assert_eq!(use_at(&store, name, 30, noon() + SECOND * 10), Some(true));
        }
        assert_eq!(store.len(), 50);
    }
}

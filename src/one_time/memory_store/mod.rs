//! A store in this process's memory.

mod uses;

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use aws_lc_rs::rand;

use self::uses::Uses;
use super::store::{BoxFuture, OneTimeKey, OneTimeStore};
use crate::error::OneTimeStoreError;

const CAPACITY: usize = 100_000;

/// Of how many places one wallet gets one by default.
const WALLETS: usize = 100;
const MIN_DEFAULT_PER_WALLET: usize = 100;

/// More than one, so that a store which was full empties while it is used; few, so that nobody waits.
const MAX_FORGOTTEN_AT_ONCE: usize = 4;

/// When a share seems to be used up. What is forgotten late gives a wallet no more than one place above its
/// share for each so many.
const MAX_FORGOTTEN_FOR_SHARE: usize = 64;

/// Remembers in this process's memory what was used, for applications of one process.
///
/// It fills with uses by verified tokens only, of which each takes up to 200 bytes until it expires: a nonce
/// 10 minutes at most with the default lifetime, a token used [once](crate::SequenceAuthLayer::once) until 10
/// minutes after its `exp`, which
/// [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime) bounds. One wallet has
/// [a share](Self::max_per_wallet) of the places. When a share or the store is full, requests are answered with
/// 503 until something has expired: it forgets nothing early. It cannot tell what was used before it was created,
/// so it refuses whatever was issued before.
///
/// # Several processes
///
/// Each process has a memory of its own. A nonce carries the mark of the store that it was issued with, so that
/// other processes refuse it. A token that is used [once](crate::SequenceAuthLayer::once) carries none: **behind
/// two processes, each with a `MemoryStore`, every token passes twice.** All that serve the same clients, old and
/// new ones of a rolling deployment among them, need a store that they share, such as
#[cfg_attr(feature = "redis", doc = "[`RedisStore`](crate::RedisStore).")]
#[cfg_attr(not(feature = "redis"), doc = "`RedisStore` (feature `redis`).")]
///
/// # Clocks
///
/// It goes by the system's clock, and stays safe when that is set back. What it may have forgotten or never
/// known then, though the clock says that it is young, is answered with 503, and a warning names the clock. One
/// that was ahead when the store was created lets nothing pass until that time has come, or the process starts
/// anew. Across a restart the store relies on a clock that is not set back, and, without a
/// [tolerance](Self::clock_tolerance), on the clock of the issuer.
pub struct MemoryStore {
    capacity: usize,
    max_per_wallet: usize,
    clock_tolerance: Option<Duration>,
    created_at: SystemTime,
    scope: [u8; 16],
    uses: Mutex<Uses>,
}

impl MemoryStore {
    /// Creates a store for so many uses at a time. Default: 100,000, which take up to 20 MB.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::created_at(capacity, SystemTime::now())
    }

    pub(crate) fn created_at(capacity: usize, now: SystemTime) -> Self {
        let mut scope = [0; 16];
        rand::fill(&mut scope).expect("the system has randomness");
        Self {
            capacity,
            max_per_wallet: (capacity / WALLETS).max(MIN_DEFAULT_PER_WALLET),
            clock_tolerance: None,
            created_at: whole_milliseconds(now),
            scope,
            uses: Mutex::default(),
        }
    }

    /// Sets how many of the uses may be one wallet's, so that an account which gets any number of tokens keeps
    /// nobody else from signing in. Default: a hundredth of the places, and at least 100.
    ///
    /// A wallet that has used up its share is answered with 503 until something of its own has expired. It takes
    /// a hundred wallets to fill the store then: limit how fast accounts are made, too.
    ///
    /// With [`once`](crate::SequenceAuthLayer::once) a token takes its place for 20 minutes: of the default share, a
    /// client that gets a token for each call may make 0.8 calls a second for as long as it likes.
    #[must_use]
    pub fn max_per_wallet(mut self, uses: usize) -> Self {
        self.max_per_wallet = uses;
        self
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
        self.uses().len()
    }

    /// Returns `true` if nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn first_use_at(
        &self,
        key: &OneTimeKey,
        expires_at: SystemTime,
        now: SystemTime,
    ) -> Result<bool, OneTimeStoreError> {
        if !self.began_before(key, now)? {
            return Ok(false);
        }
        if expires_at <= now {
            return Err(OneTimeStoreError::unavailable(
                "the clock says that the key has expired meanwhile",
            ));
        }
        let mut uses = self.uses();
        uses.forget_expired(now, MAX_FORGOTTEN_AT_ONCE);
        if uses.holds(key) {
            return Ok(false);
        }
        if uses.may_have_forgotten(expires_at) {
            return Err(OneTimeStoreError::unavailable(
                "the clock was set back: what was used may be forgotten",
            ));
        }
        self.find_room(&mut uses, key, now)?;
        uses.remember(key, expires_at);
        Ok(true)
    }

    /// Returns `true` if a use would be known, or fails while none can be.
    fn began_before(&self, key: &OneTimeKey, now: SystemTime) -> Result<bool, OneTimeStoreError> {
        let is_older = key.issued_at() < self.created_at;
        if now < self.created_at && (is_older || self.clock_tolerance.is_some()) {
            return Err(OneTimeStoreError::unavailable(
                "the clock was ahead when the store was created, or was set back since",
            ));
        }
        let Some(tolerance) = self.clock_tolerance else {
            return Ok(!is_older);
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

    fn find_room(
        &self,
        uses: &mut Uses,
        key: &OneTimeKey,
        now: SystemTime,
    ) -> Result<(), OneTimeStoreError> {
        if uses.len() >= self.capacity {
            let wait = uses.next_expiry_in(now).unwrap_or_default();
            return Err(OneTimeStoreError::full().with_retry_after(wait));
        }
        let is_used_up =
            |uses: &Uses| key.owner().is_some() && uses.share_of(key) >= self.max_per_wallet;
        if is_used_up(uses) {
            uses.forget_expired(now, MAX_FORGOTTEN_FOR_SHARE);
        }
        // While there is more to forget, some of the share may be among it.
        if is_used_up(uses) && !uses.has_expired(now) {
            let wait = uses.next_expiry_in_share(key, now).unwrap_or_default();
            return Err(OneTimeStoreError::share_used().with_retry_after(wait));
        }
        Ok(())
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

    fn scope(&self) -> Option<[u8; 16]> {
        Some(self.scope)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .field("max_per_wallet", &self.max_per_wallet)
            .field("len", &self.len())
            .finish_non_exhaustive()
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
mod tests;

//! A store in the memory of one process.

mod uses;

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use aws_lc_rs::rand;

use self::uses::Uses;
use super::store::{BoxFuture, OneTimeKey, OneTimeStore};
use crate::{
    defaults::{DEFAULT_MEMORY_CAPACITY, DEFAULT_MIN_PER_WALLET, DEFAULT_WALLETS},
    error::OneTimeStoreError,
};

/// More than one, so that a store that was full gets empty while it is used; few, so that no request is slow.
const MAX_REMOVED_AT_ONCE: usize = 4;

/// The same when a wallet seems to have used up its share. While expired uses wait for their removal, the wallet can
/// exceed its share by one use for every so many of them.
const MAX_REMOVED_FOR_SHARE: usize = 64;

/// Records in this process's memory what was used, for applications of one process.
///
/// It records uses by verified tokens only. Each takes up to 200 bytes until it expires: for a nonce at most 10
/// minutes with the default lifetime, for a token used [once](crate::SequenceAuthLayer::once) until 10 minutes after
/// its `exp`, which [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime) bounds. Each wallet has
/// [a share](Self::max_per_wallet) of the capacity. When a share or the store is full, requests are answered with
/// 503 until a use expires: none is dropped early. The store does not know what was used before it was created, so it
/// refuses everything that was issued before.
///
/// # Several processes
///
/// Each process has its own store. A nonce is signed for the store that it was issued with, so other processes
/// refuse it. A token that is used [once](crate::SequenceAuthLayer::once) is not: **with two processes,
/// each with a `MemoryStore`, every token is accepted twice.** All processes that serve the same clients, including the
/// old and new ones of a rolling deployment, need one store that they share, such as
#[cfg_attr(feature = "redis", doc = "[`RedisStore`](crate::RedisStore).")]
#[cfg_attr(not(feature = "redis"), doc = "`RedisStore` (feature `redis`).")]
///
/// # Clocks
///
/// The store uses the system's clock, and stays safe when that clock is set back. Uses that it may have dropped, or was
/// created too late to know, and that look young by the clock that was set back, are answered with 503, and a warning
/// names the clock. If the clock was ahead when the store was created, nothing is accepted until that time has come or
/// the process is restarted. Across a restart the store relies on a clock that is not set back and, without a
/// [tolerance](Self::clock_tolerance), on the issuer's clock.
pub struct MemoryStore {
    capacity: usize,
    max_per_wallet: usize,
    clock_tolerance: Option<Duration>,
    created_at: SystemTime,
    scope: [u8; 16],
    uses: Mutex<Uses>,
}

impl MemoryStore {
    /// Creates a store with a capacity, in uses that have not expired. Default: 100,000, which take up to 20 MB.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::created_at(capacity, SystemTime::now())
    }

    pub(crate) fn created_at(capacity: usize, now: SystemTime) -> Self {
        let mut scope = [0; 16];
        rand::fill(&mut scope).expect("the system has randomness");
        Self {
            capacity,
            max_per_wallet: (capacity / DEFAULT_WALLETS).max(DEFAULT_MIN_PER_WALLET),
            clock_tolerance: None,
            created_at: whole_milliseconds(now),
            scope,
            uses: Mutex::default(),
        }
    }

    /// Sets how many uses of one wallet are recorded at a time, so that an account that gets any number of tokens
    /// cannot keep others from signing in. Default: a hundredth of the capacity, and at least 100.
    ///
    /// A wallet that has used up its share is answered with 503 until one of its uses expires. It takes a hundred
    /// wallets to fill the store: limit how fast accounts are created, too.
    ///
    /// With [`once`](crate::SequenceAuthLayer::once) a use is recorded for 20 minutes: with the default share, a client
    /// that gets a token for each call can make 0.8 calls a second indefinitely.
    #[must_use]
    pub fn max_per_wallet(mut self, uses: usize) -> Self {
        self.max_per_wallet = uses;
        self
    }

    /// Sets how far the issuer's clock may be ahead of this one. Default: not set.
    ///
    /// A restart empties the store, so it refuses everything issued before it was created. That relies on the
    /// issuer's clock. If that clock runs ahead, a token used just before the restart can look as if it was issued
    /// after it; `iat`, in whole seconds, can be off by one as well. With a tolerance set, the store also refuses
    /// anything issued within that time after its creation, and answers 503 for anything issued further than that in
    /// the future.
    ///
    /// Set it for [`once`](crate::SequenceAuthLayer::once), where 2 seconds are plenty. The price: for as long as the
    /// tolerance after a start, nothing is accepted, and the answer is 503. Nonces of this process need no tolerance.
    #[must_use]
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = Some(tolerance);
        self
    }

    /// Returns how many uses are recorded, including expired ones that were not removed yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.uses().len()
    }

    /// Returns `true` if no use is recorded.
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
        self.check_clocks(key, now)?;
        if self.may_predate_store(key) {
            return Ok(false);
        }
        if expires_at <= now {
            return Err(OneTimeStoreError::unavailable(
                "the clock says that the key has expired meanwhile",
            ));
        }
        let mut uses = self.uses();
        uses.remove_expired(now, MAX_REMOVED_AT_ONCE);
        if uses.contains(key) {
            return Ok(false);
        }
        if uses.may_have_removed(expires_at) {
            return Err(OneTimeStoreError::unavailable(
                "the clock was set back: what was used may be forgotten",
            ));
        }
        self.ensure_room(&mut uses, key, now)?;
        uses.insert(key, expires_at);
        Ok(true)
    }

    /// Returns an error if the clocks leave it open whether a key was used.
    fn check_clocks(&self, key: &OneTimeKey, now: SystemTime) -> Result<(), OneTimeStoreError> {
        // A use of a key from after the creation is known, even if the clock is wrong now.
        let is_known = self.clock_tolerance.is_none() && !self.may_predate_store(key);
        if now < self.created_at && !is_known {
            return Err(OneTimeStoreError::unavailable(
                "the clock was ahead when the store was created, or was set back since",
            ));
        }
        let Some(tolerance) = self.clock_tolerance else {
            return Ok(());
        };
        if is_ahead(key.issued_at(), now, tolerance) {
            return Err(OneTimeStoreError::unavailable(
                "the clock of whatever issued the key is ahead",
            ));
        }
        if !is_ahead(now, self.created_at, tolerance) {
            return Err(OneTimeStoreError::unavailable(
                "the store has only just begun to remember",
            ));
        }
        Ok(())
    }

    /// Returns `true` if a key may have been issued, and so used, before the store was created.
    fn may_predate_store(&self, key: &OneTimeKey) -> bool {
        match self.clock_tolerance {
            Some(tolerance) => !is_ahead(key.issued_at(), self.created_at, tolerance),
            None => key.issued_at() < self.created_at,
        }
    }

    fn ensure_room(
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
            uses.remove_expired(now, MAX_REMOVED_FOR_SHARE);
        }
        // The expired uses that are left may belong to the share.
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
        Self::new(DEFAULT_MEMORY_CAPACITY)
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

/// Returns `true` if a time is ahead of another one by more than a tolerance. Adding a large tolerance to a time
/// would overflow.
fn is_ahead(time: SystemTime, other: SystemTime, tolerance: Duration) -> bool {
    time.duration_since(other)
        .is_ok_and(|difference| difference > tolerance)
}

/// Times of issue have whole milliseconds, so the store begins at the start of one.
fn whole_milliseconds(time: SystemTime) -> SystemTime {
    let since_epoch = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let nanoseconds = since_epoch.subsec_nanos() % 1_000_000;
    time - Duration::from_nanos(nanoseconds.into())
}

#[cfg(test)]
mod tests;

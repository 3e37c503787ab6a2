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

/// How many expired uses each call removes: more than one, so that a full store drains while it is in use, and few, so
/// that no request is slow.
const MAX_REMOVED_AT_ONCE: usize = 4;

/// How many expired uses a call removes if a wallet seems to have used up its share. While expired uses wait for their
/// removal, the wallet can exceed its share, by one use for every this many of them.
const MAX_REMOVED_FOR_SHARE: usize = 64;

/// Records uses in the memory of this process, for an application that runs in one process.
///
/// Only a verified token can add a use. A use is kept until it expires: for a nonce at most 10 minutes with the default
/// lifetime, for a token used [once](crate::SequenceAuthLayer::once) until 10 minutes after its `exp`, which
/// [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime) bounds. A use takes up to 300 bytes,
/// depending on the capacity; with the default capacity of 100,000, all uses together take up to 20 MB. Each wallet has
/// [a share](Self::max_per_wallet) of the capacity. If the store is full, the layer answers with 503 until a use expires;
/// if the share is, it answers the wallet with 429. The store never drops a use early. It does not know the uses from
/// before its creation, so it refuses everything that was issued earlier.
///
/// ```
/// use sequence_auth::{MemoryStore, NonceKey, Nonces};
///
/// let store = MemoryStore::new(1_000_000).max_per_wallet(50);
/// let nonces = Nonces::builder(NonceKey::random()).store(store).build()?;
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
///
/// # Several processes
///
/// Each process has its own store. A nonce is signed for the store that it was issued with, so other processes
/// refuse it. A token used [once](crate::SequenceAuthLayer::once) is not tied to a store: **of two processes with a
/// `MemoryStore` each, both accept every token.** All processes that serve the same clients need one store that they share.
/// That includes the old and new processes of a rolling deployment. Use a store such as
#[cfg_attr(feature = "redis", doc = "[`RedisStore`](crate::RedisStore).")]
#[cfg_attr(not(feature = "redis"), doc = "`RedisStore` (feature `redis`).")]
///
/// # Clocks
///
/// The store uses the system's clock, and stays safe if that clock is set back. A key whose use may have been dropped,
/// or may predate the store, can look valid by the clock that was set back: the layer answers it with 503, and a warning
/// names the clock. If the clock was ahead when the store was created, the store accepts no key until that time has come
/// or the process is restarted. Across a restart the store relies on a clock that is not set back and, without a
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
    /// Creates a store for this many uses that have not expired. Default: 100,000, which take up to 20 MB.
    ///
    /// Memory is allocated when uses are recorded. For a moment, while the store grows, it takes up to a quarter more.
    ///
    /// ```
    /// use sequence_auth::MemoryStore;
    ///
    /// let store = MemoryStore::new(1_000_000);
    /// assert!(store.is_empty());
    /// ```
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

    /// Sets how many uses of one wallet the store holds at a time. Default: a hundredth of the capacity, and at least
    /// 100.
    ///
    /// The limit keeps an account that gets any number of tokens from filling the store and so blocking the logins of
    /// others. When a wallet has used up its share, the layer answers it with 429 until one of its uses expires. A
    /// hundred wallets can still fill the store, so limit how fast accounts are created, too.
    ///
    /// With [`once`](crate::SequenceAuthLayer::once) a use of an Embedded Wallet token lasts 20 minutes. With the
    /// default share, a client that gets a new token for each call can then make 0.8 calls a second indefinitely.
    ///
    /// ```
    /// use sequence_auth::MemoryStore;
    ///
    /// let store = MemoryStore::new(1_000_000).max_per_wallet(50);
    /// ```
    #[must_use]
    pub fn max_per_wallet(mut self, uses: usize) -> Self {
        self.max_per_wallet = uses;
        self
    }

    /// Sets how far the issuer's clock may be ahead of this machine's clock. Default: not set.
    ///
    /// A restart empties the store, so it refuses everything issued before it was created. That relies on the issuer's
    /// clock. If that clock runs ahead, a token used just before the restart can look as if it was issued after it;
    /// `iat`, in whole seconds, can be off by a second as well. With a tolerance set, the store also refuses anything
    /// issued within that time after its creation, and answers 503 for anything issued further than that in the future.
    ///
    /// Set it for [`once`](crate::SequenceAuthLayer::once); 2 seconds are enough. Nonces need it only with a
    /// [`scope`](crate::NoncesBuilder::scope), when another machine issues them: set at least the difference of the
    /// clocks. The price is a pause after each start: until the tolerance has passed, and for a token up to a second
    /// longer, every response is 503.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::MemoryStore;
    ///
    /// let store = MemoryStore::default().clock_tolerance(Duration::from_secs(2));
    /// ```
    #[must_use]
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = Some(tolerance);
        self
    }

    /// Returns how many uses the store holds, including expired uses that are not removed yet.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use sequence_auth::{MemoryStore, OneTimeKey, OneTimeStore, OneTimeStoreError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), OneTimeStoreError> {
    /// let store = MemoryStore::default();
    /// let now = SystemTime::now();
    /// let key = OneTimeKey::new([7; 32], now);
    /// store.first_use(&key, now + Duration::from_secs(600)).await?;
    /// assert_eq!(store.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.uses().len()
    }

    /// Returns `true` if the store holds no uses.
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
                "the clock jumped ahead: the key has expired since the layer checked it",
            ));
        }
        let mut uses = self.uses();
        uses.remove_expired(now, MAX_REMOVED_AT_ONCE);
        if uses.contains(key) {
            return Ok(false);
        }
        if uses.may_have_removed(expires_at) {
            return Err(OneTimeStoreError::unavailable(
                "the clock was set back: the use of this key may have been dropped",
            ));
        }
        self.ensure_room(&mut uses, key, now)?;
        uses.insert(key, expires_at);
        Ok(true)
    }

    /// Returns an error if, with these clocks, the store cannot know whether a key was used.
    fn check_clocks(&self, key: &OneTimeKey, now: SystemTime) -> Result<(), OneTimeStoreError> {
        // The store knows every use of a key that was issued after its creation, even if the clock is wrong now.
        let is_known = self.clock_tolerance.is_none() && !self.may_predate_store(key);
        if now < self.created_at && !is_known {
            return Err(OneTimeStoreError::unavailable(
                "the clock was ahead when the store was created, or was set back since",
            ));
        }
        let Some(tolerance) = self.clock_tolerance else {
            return Ok(());
        };
        if is_ahead(key.issued_from(), now, tolerance) {
            return Err(OneTimeStoreError::unavailable(
                "the issuer's clock is ahead by more than the clock tolerance",
            ));
        }
        // A token that is issued now may seem to be issued up to a second earlier.
        let pause = tolerance.saturating_add(key.imprecision());
        if !is_ahead(now, self.created_at, pause) {
            let age = now.duration_since(self.created_at).unwrap_or_default();
            return Err(OneTimeStoreError::unavailable(
                "the store is new: it accepts nothing until its clock tolerance has passed",
            )
            .with_retry_after(pause.saturating_sub(age)));
        }
        Ok(())
    }

    /// Returns `true` if a key may have been issued, and so used, before the store was created.
    fn may_predate_store(&self, key: &OneTimeKey) -> bool {
        match self.clock_tolerance {
            Some(tolerance) => !is_ahead(key.issued_from(), self.created_at, tolerance),
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
        // Expired uses that are not removed yet may belong to the share, so do not refuse yet.
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

/// Returns `true` if a time is ahead of another by more than a tolerance. Adding a large tolerance to a time would
/// overflow.
fn is_ahead(time: SystemTime, other: SystemTime, tolerance: Duration) -> bool {
    time.duration_since(other)
        .is_ok_and(|difference| difference > tolerance)
}

/// Rounds down to whole milliseconds, the precision of times of issue. Otherwise a nonce issued right after the
/// creation would look older than the store.
fn whole_milliseconds(time: SystemTime) -> SystemTime {
    let since_epoch = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let nanoseconds = since_epoch.subsec_nanos() % 1_000_000;
    time - Duration::from_nanos(nanoseconds.into())
}

#[cfg(test)]
mod tests;

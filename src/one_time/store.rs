//! The contract of the stores that record uses.

use std::{
    fmt,
    future::Future,
    hash::{Hash, Hasher},
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::error::OneTimeStoreError;

/// A boxed future. [`OneTimeStore`] returns it, because a trait with an `async fn` cannot be a trait object.
///
/// ```
/// use sequence_auth::BoxFuture;
///
/// let answer: BoxFuture<'static, u32> = Box::pin(async { 42 });
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Records the uses of nonces, or of tokens if clients cannot send a nonce, so that each is accepted once.
///
/// Implement it for your own store. All instances of an application have to share one store. An `Arc` of a store is a
/// store too, so several layers can share it.
///
/// # Contract
///
/// - **Exactly one first use.** Of all calls with the same digest, concurrent or not and from any process, exactly one
///   returns `Ok(true)` until `expires_at`. All others return `Ok(false)` or an error.
/// - **Expiry.** From `expires_at` on, no call returns `Ok(true)`, so the store may drop the use then, and never
///   earlier.
/// - **Lost uses.** A store that may have lost uses, because it was restarted, failed over or is new, returns
///   `Ok(false)` for everything that was [issued](OneTimeKey::issued_at) before it began to record. `issued_at` comes
///   from the issuer's clock, which may be ahead of yours by the layer's leeway. With
///   [`once`](crate::SequenceAuthLayer::once), `issued_at` may be another 999 milliseconds ahead. A store that tolerates
///   less must refuse anything issued further in the future.
/// - **Failures.** A store that cannot record a use returns an error. After an error, the key may or may not be used.
/// - **Clocks.** The layer has just checked that the key is neither expired nor issued in the future. If the store's
///   clock disagrees (the key has expired, was issued in the future, or the store itself was created in the future), it
///   returns an [`unavailable`](OneTimeStoreError::unavailable) error that names the clocks. `Ok(false)` would refuse
///   every client without a log line.
/// - **Shared, or named.** A store in the memory of one process returns an ID from [`scope`](Self::scope), and a store
///   that wraps another returns the ID of the wrapped store. Without an ID, each instance accepts a nonce once.
/// - **Bounded time.** The request waits for the store. If its client disconnects, the future is dropped.
///
/// The layer ensures the rest. The same digest always comes with the same times, though the [owner](OneTimeKey::owner)
/// may differ. `expires_at` is at least 5 minutes after the last moment at which the layer accepts the nonce or token,
/// so clocks, including the store's, may differ by 5 minutes.
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
///
/// use sequence_auth::{BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError};
///
/// /// Refuses everything, for example during maintenance.
/// struct Closed;
///
/// impl OneTimeStore for Closed {
///     fn first_use<'a>(
///         &'a self,
///         _: &'a OneTimeKey,
///         _: SystemTime,
///     ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
///         Box::pin(async { Err(OneTimeStoreError::unavailable("closed for maintenance")) })
///     }
/// }
/// ```
pub trait OneTimeStore: Send + Sync + 'static {
    /// Records a use of a key. Returns `true` if it was the first use.
    ///
    /// # Errors
    ///
    /// Returns an error if the store does not know whether the use is the first, or cannot record it. The layer then
    /// answers the request with 503, or with 429 for [`share_used`](OneTimeStoreError::share_used).
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use sequence_auth::{MemoryStore, OneTimeKey, OneTimeStore, OneTimeStoreError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), OneTimeStoreError> {
    /// let store = MemoryStore::default();
    /// let issued_at = SystemTime::now();
    /// let expires_at = issued_at + Duration::from_secs(600);
    /// let key = OneTimeKey::new([7; 32], issued_at);
    /// assert!(store.first_use(&key, expires_at).await?);
    /// assert!(!store.first_use(&key, expires_at).await?);
    /// # Ok(())
    /// # }
    /// ```
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>>;

    /// Returns the random ID of a store in the memory of one process. Default: `None`, for a store that all instances
    /// share.
    ///
    /// [`Nonces`](crate::Nonces) are signed for this ID. A process with another store therefore refuses them, instead
    /// of accepting each nonce once more. A store in memory returns 16 random bytes, the same for its whole life. A
    /// store that wraps another store returns the ID of the wrapped store.
    ///
    /// ```
    /// use sequence_auth::{MemoryStore, OneTimeStore};
    ///
    /// let (store, other) = (MemoryStore::default(), MemoryStore::default());
    /// assert!(store.scope().is_some());
    /// assert_ne!(store.scope(), other.scope());
    /// ```
    fn scope(&self) -> Option<[u8; 16]> {
        None
    }
}

impl<T: OneTimeStore + ?Sized> OneTimeStore for Arc<T> {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        (**self).first_use(key, expires_at)
    }

    fn scope(&self) -> Option<[u8; 16]> {
        (**self).scope()
    }
}

/// Identifies a nonce or token that may be used once: a digest, the time of issue, and the owner.
///
/// The digest does not reveal the nonce or token. `Debug` omits the digests. Keys with the same digest are equal, even if
/// their owners differ, because they identify the same nonce or token.
///
/// ```
/// use std::time::SystemTime;
///
/// use sequence_auth::OneTimeKey;
///
/// let issued_at = SystemTime::now();
/// let key = OneTimeKey::new([7; 32], issued_at).with_owner([1; 16]);
/// assert_eq!(key.as_bytes(), &[7; 32]);
/// assert_eq!(key.issued_at(), issued_at);
/// assert_eq!(key.owner(), Some(&[1; 16]));
/// ```
#[derive(Clone)]
pub struct OneTimeKey {
    digest: [u8; 32],
    issued_at: SystemTime,
    /// How much earlier than `issued_at` the nonce or token may have been issued.
    imprecision: Duration,
    owner: Option<[u8; 16]>,
}

impl OneTimeKey {
    /// Creates a key from a digest, such as SHA-256, and the time of issue.
    ///
    /// The layer makes its own keys. Use this to test a store.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use sequence_auth::OneTimeKey;
    ///
    /// let key = OneTimeKey::new([7; 32], SystemTime::now());
    /// assert_eq!(key.owner(), None);
    /// ```
    #[must_use]
    pub fn new(digest: [u8; 32], issued_at: SystemTime) -> Self {
        Self {
            digest,
            issued_at,
            imprecision: Duration::ZERO,
            owner: None,
        }
    }

    /// Sets how much earlier than the time of issue the nonce or token may have been issued.
    pub(crate) fn with_imprecision(mut self, imprecision: Duration) -> Self {
        self.imprecision = imprecision;
        self
    }

    /// Sets the owner. The layer sets it for its own keys.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use sequence_auth::OneTimeKey;
    ///
    /// let key = OneTimeKey::new([7; 32], SystemTime::now()).with_owner([1; 16]);
    /// assert_eq!(key.owner(), Some(&[1; 16]));
    /// ```
    #[must_use]
    pub fn with_owner(mut self, owner: [u8; 16]) -> Self {
        self.owner = Some(owner);
        self
    }

    /// Returns the digest, which identifies the nonce or token in the store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Returns when the nonce or token was issued, to the millisecond. For a token, whose `iat` has whole seconds, this
    /// is the last millisecond of that second.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.issued_at
    }

    /// Returns the earliest time at which the nonce or token may have been issued.
    pub(crate) fn issued_from(&self) -> SystemTime {
        self.issued_at - self.imprecision
    }

    pub(crate) fn imprecision(&self) -> Duration {
        self.imprecision
    }

    /// Returns a digest of the account (issuer and wallet) that uses the key. A store can use it to limit the share of
    /// each account. Keys that the layer makes have an owner.
    #[must_use]
    pub fn owner(&self) -> Option<&[u8; 16]> {
        self.owner.as_ref()
    }
}

impl PartialEq for OneTimeKey {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for OneTimeKey {}

impl Hash for OneTimeKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl fmt::Debug for OneTimeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeKey")
            .field("issued_at", &self.issued_at)
            .finish_non_exhaustive()
    }
}

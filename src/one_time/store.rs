//! The contract of the stores that record what was used.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::SystemTime};

use crate::error::OneTimeStoreError;

/// A boxed future, so that the trait which returns it can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Records what was used once: nonces, or tokens where clients cannot send a nonce.
///
/// Implement it for a store of your own. All instances of an application have to share one store. An `Arc` of a
/// store is a store too, so that several layers can share it.
///
/// # Contract
///
/// - Of any number of calls with the same digest, at the same time or one after the other and from any process,
///   exactly one returns `Ok(true)` until `expires_at`. All others return `Ok(false)` or an error.
/// - From `expires_at` on no call returns `Ok(true)`, so the store may drop the use then. It never drops it earlier.
/// - A store that may have lost uses (because it was restarted, failed over or is new) returns `Ok(false)` for
///   everything that was [issued](OneTimeKey::issued_at) before it began to record. `issued_at` comes from the issuer's
///   clock, which may be ahead of yours by the layer's leeway. A store that tolerates less must refuse anything issued
///   further in the future.
/// - A store that cannot record a use returns an error. After an error, the key may be used or not.
/// - The layer has just checked that the key is neither expired nor issued in the future. A store whose clock
///   disagrees (the key has expired, was issued in the future, or the store itself was created in the future) returns
///   an [`unavailable`](OneTimeStoreError::unavailable) error that names the clocks. With `Ok(false)` everybody would
///   be refused, and nothing would be logged.
/// - It answers within bounded time. The request waits for the store; when its client disconnects, the future is
///   dropped.
///
/// The layer ensures the rest: the same digest always comes with the same times, though the
/// [owner](OneTimeKey::owner) may differ. `expires_at` is 5 minutes after the last moment at which the layer accepts
/// the nonce or token, so that clocks, including that of the store, may differ by as much.
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
///
/// use sequence_auth::{BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError};
///
/// /// Refuses everything, during maintenance for example.
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
    /// Records a use of a key, and returns `true` if it was the first one.
    ///
    /// # Errors
    ///
    /// If the store does not know, or cannot record the use. The request is then answered with 503.
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>>;

    /// Returns the random id of a store in the memory of one process. Default: `None`, for a store that all
    /// instances share.
    ///
    /// [`Nonces`](crate::Nonces) are signed for this id, so that a process with another store refuses them instead
    /// of accepting each once more. A store in memory returns 16 random bytes, the same for its whole life; a store
    /// that wraps another one returns the id of that store.
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

/// Identifies what may be used once: its digest, which reveals nothing, its time of issue, and its owner.
///
/// `Debug` leaves out the digests.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OneTimeKey {
    digest: [u8; 32],
    issued_at: SystemTime,
    owner: Option<[u8; 16]>,
}

impl OneTimeKey {
    /// Creates a key from a digest, such as SHA-256, and the time of issue. The layer makes its own keys; this is
    /// for testing a store.
    #[must_use]
    pub fn new(digest: [u8; 32], issued_at: SystemTime) -> Self {
        Self {
            digest,
            issued_at,
            owner: None,
        }
    }

    /// Sets the owner. The layer does so for its own keys.
    #[must_use]
    pub fn with_owner(mut self, owner: [u8; 16]) -> Self {
        self.owner = Some(owner);
        self
    }

    /// Returns the digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Returns when the nonce or token was issued, to the millisecond.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.issued_at
    }

    /// Returns a digest of the account (issuer and wallet) that uses the key, with which a store can keep one
    /// account from filling it. Keys that a layer makes have an owner.
    #[must_use]
    pub fn owner(&self) -> Option<&[u8; 16]> {
        self.owner.as_ref()
    }
}

impl fmt::Debug for OneTimeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeKey")
            .field("issued_at", &self.issued_at)
            .finish_non_exhaustive()
    }
}

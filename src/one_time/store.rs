//! What remembers the things that may be used once.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::SystemTime};

use crate::error::OneTimeStoreError;

/// A future that is boxed, so that the trait which returns it can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Remembers what was used once: nonces, or tokens where clients can send no nonce.
///
/// Implement it for a store of your own; every instance of an application has to ask the same one. An
/// `Arc` of a store is a store too, so that several layers can share it.
///
/// # Contract
///
/// - Of any number of callers with the same digest, at the same time or one after the other and in
///   whatever process, exactly one gets `Ok(true)` until `expires_at`. All others get `Ok(false)`, or an
///   error.
/// - From `expires_at` on nobody gets `Ok(true)`, so that the store may forget. It never forgets earlier.
/// - A store that may have forgotten (it was restarted, it failed over, it is new) answers `Ok(false)` for
///   whatever was [issued](OneTimeKey::issued_at) before it began to remember. That time is told by the clock
///   of whoever issued it, which may be ahead by the layer's leeway: a store that allows for less refuses what
///   was issued further ahead.
/// - What the store cannot record it does not confirm: it returns an error. An error may leave the key used
///   or not.
/// - The layer has just found young what it asks for. A store whose clock says otherwise (the key has expired,
///   was issued in the future, or the store itself began in the future) returns an
///   [`unavailable`](OneTimeStoreError::unavailable) error that names the clocks: `Ok(false)` would have
///   everybody refused, and the operator would see nothing.
/// - It answers within bounded time. A request waits as long as the store does; its client may go away
///   meanwhile, and the future is dropped.
///
/// The layer sees to the rest. A digest always comes with the same times; the
/// [owner](OneTimeKey::owner) may be another one each time.
/// `expires_at` lies 5 minutes after the last moment at which the layer would accept what the key stands
/// for, so that clocks, that of the store among them, may differ by as much.
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
///
/// use sequence_auth::{BoxFuture, OneTimeKey, OneTimeStore, OneTimeStoreError};
///
/// /// Lets nothing pass: for maintenance, say.
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
    /// Uses a key, and returns whether this was its first use.
    ///
    /// # Errors
    ///
    /// If the store cannot tell, or cannot remember. The request is then answered with 503.
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>>;

    /// Returns what tells the store from every other one, if it lives in the memory of one process. Default:
    /// `None`, for a store that all instances ask.
    ///
    /// [`Nonces`](crate::Nonces) are sealed for it, so that a process with another store refuses them instead
    /// of letting each pass once more. A store in memory returns 16 random bytes, the same as long as it lives;
    /// one that hands on to another store returns that one's.
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

/// Names what may be used once, by a digest that tells nothing of it, when it was issued, and whose use it is.
///
/// `Debug` leaves out the digests.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OneTimeKey {
    digest: [u8; 32],
    issued_at: SystemTime,
    owner: Option<[u8; 16]>,
}

impl OneTimeKey {
    /// Creates a key from a digest (SHA-256, say) and the time of issue. The layer makes its own; this is
    /// for the tests of a store.
    #[must_use]
    pub fn new(digest: [u8; 32], issued_at: SystemTime) -> Self {
        Self {
            digest,
            issued_at,
            owner: None,
        }
    }

    /// Adds whose use it is. The layer does that with its own keys.
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

    /// Returns when what the key stands for was issued, to the millisecond.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.issued_at
    }

    /// Returns a digest of the account, issuer and wallet, whose token brings the key: a store can keep one
    /// account from filling it. The keys that a layer makes have one.
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

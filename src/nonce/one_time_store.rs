//! What remembers the things that may be used once.

use std::{error::Error as StdError, fmt, future::Future, pin::Pin, sync::Arc, time::SystemTime};

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
/// - It answers within bounded time. A request waits as long as the store does; its client may go away
///   meanwhile, and the future is dropped.
///
/// The layer sees to the rest. A digest always comes with the same times.
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
}

impl<T: OneTimeStore + ?Sized> OneTimeStore for Arc<T> {
    fn first_use<'a>(
        &'a self,
        key: &'a OneTimeKey,
        expires_at: SystemTime,
    ) -> BoxFuture<'a, Result<bool, OneTimeStoreError>> {
        (**self).first_use(key, expires_at)
    }
}

/// Names what may be used once, by a digest that tells nothing of it, and when it was issued.
///
/// `Debug` leaves out the digest.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OneTimeKey {
    digest: [u8; 32],
    issued_at: SystemTime,
}

impl OneTimeKey {
    /// Creates a key from a digest (SHA-256, say) and the time of issue. The layer makes its own; this is
    /// for the tests of a store.
    #[must_use]
    pub fn new(digest: [u8; 32], issued_at: SystemTime) -> Self {
        Self { digest, issued_at }
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
}

impl fmt::Debug for OneTimeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeKey")
            .field("issued_at", &self.issued_at)
            .finish_non_exhaustive()
    }
}

/// Says that a store could not record a use.
///
/// The request is refused with 503, and the operator is told, with the sources: keep secrets out of them.
#[derive(Debug)]
pub struct OneTimeStoreError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Full,
    Unavailable(Box<dyn StdError + Send + Sync>),
}

impl OneTimeStoreError {
    /// Creates the error of a store that holds as much as it may, and forgets nothing early.
    #[must_use]
    pub fn full() -> Self {
        Self { kind: Kind::Full }
    }

    /// Creates the error of a store that cannot be asked at the moment, from what caused it.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind: Kind::Unavailable(source.into()),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        matches!(self.kind, Kind::Full)
    }
}

impl fmt::Display for OneTimeStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Full => "the store is full",
            Kind::Unavailable(_) => "the store is not available",
        })
    }
}

impl StdError for OneTimeStoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.kind {
            Kind::Full => None,
            Kind::Unavailable(source) => Some(&**source),
        }
    }
}

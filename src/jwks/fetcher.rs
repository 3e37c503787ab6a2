//! Where key documents come from.

use std::{future::Future, pin::Pin};

use bytes::Bytes;

use crate::error::FetchError;

/// Fetches the issuer's key document: a JSON Web Key Set (RFC 7517 §5), as it was published.
///
/// It is called from one background task, never from a request, and is cancelled after `fetch_timeout`. The
/// document is parsed and checked like one fetched over HTTPS, and refused if it is larger than 256 KiB.
/// Closures that return a future are fetchers too.
///
/// # Example
///
/// ```
/// use sequence_auth::{FetchError, SequenceAuthLayer};
///
/// # fn main() -> Result<(), sequence_auth::ConfigError> {
/// let layer = SequenceAuthLayer::builder(13639)
///     .key_fetcher(|| async {
///         let document = tokio::task::spawn_blocking(|| std::fs::read("jwks.json"));
///         match document.await {
///             Ok(Ok(document)) => Ok(document.into()),
///             Ok(Err(error)) => Err(FetchError::new(error)),
///             Err(error) => Err(FetchError::new(error)),
///         }
///     })
///     .build()?;
/// # Ok(())
/// # }
/// ```
pub trait FetchKeys: Send + Sync + 'static {
    /// Fetches the document once.
    ///
    /// # Errors
    ///
    /// If the document cannot be fetched. The layer decides when to try again.
    fn fetch(&self) -> impl Future<Output = Result<Bytes, FetchError>> + Send;
}

impl<F, Fut> FetchKeys for F
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Bytes, FetchError>> + Send,
{
    fn fetch(&self) -> impl Future<Output = Result<Bytes, FetchError>> + Send {
        self()
    }
}

/// [`FetchKeys`] as a trait object.
pub(crate) trait DynFetchKeys: Send + Sync {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Bytes, FetchError>> + Send + '_>>;
}

impl<T: FetchKeys> DynFetchKeys for T {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Bytes, FetchError>> + Send + '_>> {
        Box::pin(FetchKeys::fetch(self))
    }
}

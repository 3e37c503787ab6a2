//! The source of key documents.

use std::{future::Future, pin::Pin};

use bytes::Bytes;

use crate::error::FetchError;

/// Fetches the issuer's key document, a JSON Web Key Set (RFC 7517 §5), exactly as the issuer published it.
///
/// A background task calls the fetcher, never a request, and cancels the call after
/// [`fetch_timeout`](crate::SequenceAuthLayerBuilder::fetch_timeout). While the layer has no keys, it starts a call each
/// second even if earlier calls are still running, up to 64 at a time; the first success cancels the others. The layer parses and checks the document like a
/// document that it fetched over HTTPS, and refuses it if it is larger than 256 KiB. Closures that return a future are
/// fetchers too.
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
    /// Returns an error if the document cannot be fetched. The layer decides when to try again.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// use sequence_auth::{FetchKeys, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// assert_eq!(issuer.fetch().await?, issuer.jwks());
    ///
    /// issuer.set_down(true);
    /// assert!(issuer.fetch().await.is_err());
    /// # Ok::<(), sequence_auth::FetchError>(()) }).unwrap();
    /// # }
    /// ```
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

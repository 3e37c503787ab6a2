//! The settings that say where the keys come from.

use std::sync::Arc;
#[cfg(feature = "http")]
use std::sync::Mutex;

use super::builder::SequenceAuthLayerBuilder;
use crate::jwks::FetchKeys;
#[cfg(feature = "http")]
use crate::jwks::HttpClient;

impl SequenceAuthLayerBuilder {
    /// Sets the URL of the key document (JWKS). Default: `/.well-known/jwks.json` below the issuer's URL.
    ///
    /// The URL must be `https`, or `http` on loopback. The URL may be that of a mirror. The keys of the
    /// document decide which tokens the layer accepts, so the mirror must be as trustworthy as the issuer.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .jwks_url("https://mirror.internal.example/sequence/jwks.json")
    ///     .build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[cfg(feature = "http")]
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Sets the HTTP client that fetches the keys, for example to use a proxy or a private certificate authority.
    ///
    /// The client is a [`ClientBuilder`](crate::ClientBuilder), or a function that returns a builder. Default: HTTP/1
    /// over rustls, or over the TLS of the operating system with the feature `native-tls`.
    ///
    /// The layer overrides some settings of the client: it does not follow redirects or decompress responses, uses the
    /// timeouts of this builder, and connects by `https` only. It resolves names with the system's resolver unless the
    /// client has a `dns_resolver`. Requests to loopback may use `http`, and bypass proxy and resolver.
    ///
    /// The client is built at the first fetch. If this fails, [`health`](crate::SequenceAuthLayer::health) shows the
    /// error, and the layer calls a function again at the next fetch. A `ClientBuilder` can be built only once, so
    /// every later fetch fails, too.
    ///
    /// # Example
    ///
    /// ```
    /// use reqwest::Proxy;
    /// use sequence_auth::{ClientBuilder, SequenceAuthLayer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = Proxy::https("http://proxy.internal.example:3128")?;
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .http_client(move || ClientBuilder::new().proxy(proxy.clone()))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "http")]
    pub fn http_client(mut self, client: impl HttpClient) -> Self {
        self.http_client = Some(Mutex::new(client.into_builders()));
        self
    }

    /// Sets a fetcher that replaces the fetch over HTTPS, for example to read the keys from a shared cache.
    ///
    /// The layer calls the fetcher from its background task, at the same times as it would fetch over HTTPS. The
    /// fetcher decides whose tokens are accepted, so it must get the document from a trusted place. Without the feature
    /// `http`, a fetcher or [`static_keys`](Self::static_keys) is required.
    ///
    /// # Example
    ///
    /// ```
    /// # #[derive(Clone)] struct Cache;
    /// # impl Cache { async fn get(&self, _: &str) -> std::io::Result<Vec<u8>> { Ok(Vec::new()) } }
    /// # let cache = Cache;
    /// use sequence_auth::{FetchError, SequenceAuthLayer};
    ///
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .key_fetcher(move || {
    ///         let cache = cache.clone();
    ///         async move {
    ///             let jwks = cache.get("sequence-jwks").await;
    ///             jwks.map(Into::into).map_err(FetchError::new)
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn key_fetcher(mut self, fetcher: impl FetchKeys) -> Self {
        self.key_fetcher = Some(Arc::new(fetcher));
        self
    }

    /// Sets fixed keys, a JSON Web Key Set. The layer never fetches keys.
    ///
    /// Fixed keys do not expire. When the issuer rotates its key, the layer refuses all new tokens until it is built
    /// with the new key, and still accepts tokens that the old key has signed. So use fixed keys for tests, or if you
    /// deploy new keys yourself.
    ///
    /// The settings for fetching keys have no effect on fixed keys, so [`build`](Self::build) returns an error if one of
    /// them is set, [`max_stale`](Self::max_stale) among them.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # let jwks = sequence_auth::testing::LocalIssuer::new().jwks();
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::builder(13639).static_keys(&jwks).build()?;
    /// assert!(layer.health().is_ready());
    ///
    /// let unusable = SequenceAuthLayer::builder(13639).static_keys("{}").build();
    /// assert_eq!(unusable.unwrap_err().setting(), "static_keys");
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn static_keys(mut self, jwks: impl AsRef<[u8]>) -> Self {
        self.static_keys = Some(jwks.as_ref().to_vec());
        self
    }

    /// Sets the first keys, a JSON Web Key Set, so that a server can start during an outage of the issuer.
    ///
    /// The layer trusts these keys as if it had fetched them when it was built, and fetches current ones at its first
    /// use.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # let jwks = sequence_auth::testing::LocalIssuer::new().jwks();
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // `jwks` was saved by an earlier deployment.
    /// let layer = SequenceAuthLayer::builder(13639).initial_keys(&jwks).build()?;
    /// assert!(layer.health().is_ready());
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn initial_keys(mut self, jwks: impl AsRef<[u8]>) -> Self {
        self.initial_keys = Some(jwks.as_ref().to_vec());
        self
    }
}

//! The settings of a store, changed one at a time.

use std::time::Duration;

use super::{RedisStore, used_set::Settings};
use crate::error::ConfigError;

impl RedisStore {
    /// Returns a store with changed settings and a new connection.
    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.used.settings.clone();
        change(&mut settings);
        Self::of(settings)
    }

    /// Sets the prefix of the key's name. Default: `sequence-auth`, which makes the key `sequence-auth:used`.
    ///
    /// Stores with the same prefix share their recorded uses. All instances of an application need the same prefix;
    /// give each other application its own.
    ///
    /// ```
    /// use sequence_auth::RedisStore;
    ///
    /// let store = RedisStore::new("redis://localhost")?.key_prefix("shop");
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn key_prefix(self, prefix: impl Into<String>) -> Self {
        self.with(|settings| settings.prefix = prefix.into())
    }

    /// Sets how long a use may take, including the wait for a connection. Default: 1 second.
    ///
    /// If an answer is overdue by this long, the store replaces the connection.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::RedisStore;
    ///
    /// let store = RedisStore::new("redis://localhost")?.timeout(Duration::from_millis(500));
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeouts.call = timeout)
    }

    /// Sets how long connecting may take: name resolution, TCP, TLS and the log-in. Default: 3 seconds.
    ///
    /// Connecting goes on after the uses that wait for it have timed out, so a distant Redis can still be reached.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::RedisStore;
    ///
    /// let store = RedisStore::new("redis://localhost")?.connect_timeout(Duration::from_secs(5));
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeouts.connect = timeout)
    }

    /// Sets how far the clocks of the instances may differ from the clock of Redis; with
    /// [`once`](crate::SequenceAuthLayer::once), the issuer's clock too. Default: 2 seconds. All stores with the same
    /// key prefix need the same tolerance.
    ///
    /// A key that was issued further ahead of Redis's clock is answered with 503 until that clock has caught up. After
    /// Redis may have lost uses, every key is refused for twice the tolerance, and a token for up to a second longer,
    /// because its `iat` has whole seconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::RedisStore;
    ///
    /// let store = RedisStore::new("redis://localhost")?.clock_tolerance(Duration::from_secs(5));
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn clock_tolerance(self, tolerance: Duration) -> Self {
        self.with(|settings| settings.clock_tolerance = tolerance)
    }

    /// Trusts the certificate authorities in a PEM text instead of the operating system's.
    ///
    /// # Errors
    ///
    /// Returns an error if the text contains no certificate or an invalid certificate, if the URL is not for TLS, or if
    /// the store is from a client, which has its own certificate authorities.
    ///
    /// ```no_run
    /// use sequence_auth::RedisStore;
    ///
    /// # fn store() -> Result<RedisStore, Box<dyn std::error::Error>> {
    /// let pem = std::fs::read("/etc/redis/ca.pem")?;
    /// let store = RedisStore::new("rediss://redis.example.com")?.certificate_authorities(&pem)?;
    /// # Ok(store)
    /// # }
    /// ```
    pub fn certificate_authorities(self, pem: &[u8]) -> Result<Self, ConfigError> {
        let endpoint = self.used.settings.endpoint.trusting(pem);
        let endpoint =
            endpoint.map_err(|problem| ConfigError::new("certificate_authorities", problem))?;
        Ok(self.with(|settings| settings.endpoint = endpoint))
    }
}

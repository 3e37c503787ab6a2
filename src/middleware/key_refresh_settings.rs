//! The settings that say how often keys are fetched, how long they are trusted, and who waits for them.

use std::time::Duration;

use super::builder::SequenceAuthLayerBuilder;

impl SequenceAuthLayerBuilder {
    /// Sets the time between two fetches of the keys, ± 10 %. Default: 300 seconds; at least 10 milliseconds.
    ///
    /// The default is half of `max_stale` if that is shorter. The variation keeps many instances from fetching at the
    /// same time.
    ///
    /// The sum of the interval plus 10 %, `fetch_timeout` and a reserve must fit into `max_stale`. The reserve is 1
    /// second, or a tenth of `max_stale` if that is less. Otherwise keys could expire while the issuer answers slowly.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let hourly = SequenceAuthLayer::builder(13639).refresh_interval(Duration::from_secs(60 * 60));
    /// assert!(hourly.build().is_ok());
    ///
    /// let hourly = SequenceAuthLayer::builder(13639)
    ///     .refresh_interval(Duration::from_secs(60 * 60))
    ///     .max_stale(Duration::from_secs(60 * 60));
    /// assert!(hourly.build().is_err()); // the keys would expire before each refresh
    /// # }
    /// ```
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = Some(interval);
        self
    }

    /// Sets the time after which tokens may cause another fetch of the keys. Default: 30 seconds.
    ///
    /// A token causes a fetch if it names an unknown key or has a bad signature, because the issuer may have rotated
    /// its key. Two such fetches may follow each other directly. After that, one fetch may start per cool-down. So the
    /// layer knows a new key within 2 seconds, or within a cool-down if other tokens have used up both fetches. Bad
    /// signatures never use up the last fetch.
    ///
    /// The cool-down keeps a flood of bad tokens from becoming a flood of fetches. It must not be longer than the
    /// refresh interval, which is the default if it is shorter than 30 seconds. A cool-down that you set is at least 1
    /// second, except with a `key_fetcher` or a key URL on loopback: there, a cool-down of zero lets every such token
    /// cause a fetch.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // Even during a flood, a new key is known after 10 seconds.
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .refetch_cooldown(Duration::from_secs(10))
    ///     .build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn refetch_cooldown(mut self, cooldown: Duration) -> Self {
        self.refetch_cooldown = Some(cooldown);
        self
    }

    /// Sets the timeout of a fetch, from the lookup of the name to the last byte. Default: 5 seconds.
    ///
    /// The default is shorter if the refresh interval or a quarter of `max_stale` is. The timeout must not be zero,
    /// nor longer than the refresh interval.
    ///
    /// Until the layer has keys, it starts an attempt every second, even if earlier attempts have not ended. At most 64
    /// attempts run at once: with a timeout of more than 63 seconds, attempts start a 63rd of it apart while others hang.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // All traffic passes through a slow proxy.
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .fetch_timeout(Duration::from_secs(15))
    ///     .connect_timeout(Duration::from_secs(8))
    ///     .build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn fetch_timeout(mut self, timeout: Duration) -> Self {
        self.fetch_timeout = Some(timeout);
        self
    }

    /// Sets the timeout for the connection of a fetch: name lookup, TCP and TLS handshake. Default: 2 seconds.
    ///
    /// The maximum is `fetch_timeout`, which is also the default if it is shorter than 2 seconds. The timeout must not
    /// be zero.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::builder(13639).connect_timeout(Duration::from_secs(4)).build()?;
    ///
    /// // A fetch takes 5 seconds at most, so its connection cannot take 6.
    /// let too_long = SequenceAuthLayer::builder(13639).connect_timeout(Duration::from_secs(6)).build();
    /// assert_eq!(too_long.unwrap_err().setting(), "connect_timeout");
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[cfg(feature = "http")]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets how long keys are trusted after the last successful fetch. Default: 24 hours. Maximum: 365 days. The
    /// minimum is 20 milliseconds if `refresh_interval` is not set.
    ///
    /// Players do not notice an outage of the issuer that is shorter than this. After that, requests with a token are
    /// answered with 503. The price of a long time: while fetches fail, a key that the issuer has withdrawn is still
    /// trusted.
    ///
    /// The time is measured by the steady clock, which stops while a machine sleeps, except on Windows. If the wall
    /// clock has advanced by more than `max_stale`, the layer fetches keys at once, and requests wait for them as for
    /// the first keys.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // Refuse tokens rather than trust keys that could not be confirmed for an hour.
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .max_stale(Duration::from_secs(60 * 60))
    ///     .refresh_interval(Duration::from_secs(60))
    ///     .build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn max_stale(mut self, max_stale: Duration) -> Self {
        self.max_stale = Some(max_stale);
        self
    }

    /// Sets how long a request, or [`ready`](crate::SequenceAuthLayer::ready), waits for the first keys.
    ///
    /// Default: 2 seconds; at most 365 days. A request that has waited this long is answered with 503.
    ///
    /// During the first 10 seconds after the first attempt, requests keep waiting if an attempt fails. After that, a
    /// failed attempt answers them with 503 at once.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // A serverless instance starts with a request, and its network may not be ready yet.
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .first_keys_timeout(Duration::from_secs(8))
    ///     .build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn first_keys_timeout(mut self, timeout: Duration) -> Self {
        self.first_keys_timeout = Some(timeout);
        self
    }

    /// Sets how many requests may wait for the first keys at the same time. Default: 1,024.
    ///
    /// Further requests are answered with 503 at once. The limit bounds the memory of waiting requests, because
    /// anybody can send a token that has to wait.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // A small instance, whose load balancer sends a request elsewhere after a 503.
    /// let layer = SequenceAuthLayer::builder(13639).max_waiting(64).build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn max_waiting(mut self, requests: usize) -> Self {
        self.max_waiting = Some(requests);
        self
    }
}

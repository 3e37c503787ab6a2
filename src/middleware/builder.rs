//! The settings that concern the issuer and its keys.

use std::{fmt, sync::Arc, time::Duration};

use super::layer::SequenceAuthLayer;
#[cfg(feature = "http")]
use crate::jwks::{Builders, HttpClient};
use crate::{
    defaults::{
        DEFAULT_FIRST_KEYS_TIMEOUT, DEFAULT_LEEWAY, DEFAULT_MAX_STALE, DEFAULT_MAX_WAITING,
        DEFAULT_TOKEN_CACHE, DEFAULT_TOKEN_LIFETIME,
    },
    error::ConfigError,
    issuer::{Environment, Project},
    jwks::{DynFetchKeys, FetchKeys},
};

/// Builds a [`SequenceAuthLayer`]: whom it trusts, and how the keys are kept fresh.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use sequence_auth::{Environment, SequenceAuthLayer};
///
/// let layer = SequenceAuthLayer::builder(13639)
///     .environment(Environment::Dev)
///     .leeway(Duration::from_secs(10))
///     .build()?;
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
#[must_use]
pub struct SequenceAuthLayerBuilder {
    pub(super) project: Project,
    pub(super) environment: Option<Environment>,
    pub(super) issuer: Option<String>,
    pub(super) audience_prefix: Option<String>,
    #[cfg(feature = "http")]
    pub(super) jwks_url: Option<String>,
    #[cfg(feature = "http")]
    pub(super) http_client: Option<Builders>,
    #[cfg(feature = "http")]
    pub(super) connect_timeout: Option<Duration>,
    pub(super) key_fetcher: Option<Arc<dyn DynFetchKeys>>,
    pub(super) static_keys: Option<Vec<u8>>,
    pub(super) initial_keys: Option<Vec<u8>>,
    pub(super) leeway: Duration,
    pub(super) max_token_lifetime: Duration,
    pub(super) refresh_interval: Option<Duration>,
    pub(super) refetch_cooldown: Option<Duration>,
    pub(super) fetch_timeout: Option<Duration>,
    pub(super) max_stale: Duration,
    pub(super) first_keys_timeout: Duration,
    pub(super) max_waiting: usize,
    pub(super) token_cache: usize,
}

impl SequenceAuthLayerBuilder {
    /// Starts with every default, for the kind of issuer that has this project.
    pub(crate) fn new(project: Project) -> Self {
        Self {
            project,
            environment: None,
            issuer: None,
            audience_prefix: None,
            #[cfg(feature = "http")]
            jwks_url: None,
            #[cfg(feature = "http")]
            http_client: None,
            #[cfg(feature = "http")]
            connect_timeout: None,
            key_fetcher: None,
            static_keys: None,
            initial_keys: None,
            leeway: DEFAULT_LEEWAY,
            max_token_lifetime: DEFAULT_TOKEN_LIFETIME,
            refresh_interval: None,
            refetch_cooldown: None,
            fetch_timeout: None,
            max_stale: DEFAULT_MAX_STALE,
            first_keys_timeout: DEFAULT_FIRST_KEYS_TIMEOUT,
            max_waiting: DEFAULT_MAX_WAITING,
            token_cache: DEFAULT_TOKEN_CACHE,
        }
    }

    /// Sets which of Sequence's environments issues the tokens. Default: production. It concerns Embedded
    /// Wallet alone: for OMS Wallet [`build`](Self::build) refuses it.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets the issuer's URL: the `iss` of its tokens, letter for letter. Default: the environment's.
    ///
    /// White space, control and invisible characters are refused, and so is a slash after Sequence's own issuers: no
    /// token would have such an `iss`. For [OMS Wallet](SequenceAuthLayer::oms_wallet) it replaces the issuer that the
    /// builder was made with.
    pub fn issuer(mut self, url: impl Into<String>) -> Self {
        self.issuer = Some(url.into());
        self
    }

    /// Sets what precedes the project id in `aud`, letter for letter. It ends with a separator, as in
    /// `https://sequence.build/project/`. Default: the environment's. It concerns Embedded Wallet alone: for OMS
    /// Wallet [`build`](Self::build) refuses it.
    pub fn audience_prefix(mut self, url: impl Into<String>) -> Self {
        self.audience_prefix = Some(url.into());
        self
    }

    /// Sets where the keys are fetched: `https`, or `http` on loopback. Default:
    /// `/.well-known/jwks.json` below the issuer's URL.
    #[cfg(feature = "http")]
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Sets the HTTP client that fetches the keys: for a proxy, or certificates of your own. It takes a
    /// [`ClientBuilder`](crate::ClientBuilder), or a function that returns one.
    ///
    /// Whatever it says, redirects are not followed, the time-outs are ours, no response is decompressed,
    /// names are resolved by the system unless it has a `dns_resolver`, and only `https` is used (loopback
    /// excepted, which no proxy and no resolver ever sees). It is built at the first fetch; if that fails,
    /// the [health](SequenceAuthLayer::health) tells, and a function is asked anew with the next fetch.
    #[cfg(feature = "http")]
    pub fn http_client(mut self, client: impl HttpClient) -> Self {
        self.http_client = Some(client.into_builders());
        self
    }

    /// Sets another way to get the key document than HTTPS.
    pub fn key_fetcher(mut self, fetcher: impl FetchKeys) -> Self {
        self.key_fetcher = Some(Arc::new(fetcher));
        self
    }

    /// Sets the keys for good, as a JSON Web Key Set: nothing is ever fetched.
    pub fn static_keys(mut self, jwks: impl AsRef<[u8]>) -> Self {
        self.static_keys = Some(jwks.as_ref().to_vec());
        self
    }

    /// Sets the keys to start with, as a JSON Web Key Set, so that a server can start while the issuer
    /// is down. They count as fetched when the layer is built.
    pub fn initial_keys(mut self, jwks: impl AsRef<[u8]>) -> Self {
        self.initial_keys = Some(jwks.as_ref().to_vec());
        self
    }

    /// Sets by how much the clocks of issuer and server may differ. Default: 30 seconds; at most 300.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets how long a token may be good for at most: its `exp` lies no further ahead of now, nor of its `iat`,
    /// give or take the leeway. Default: 24 hours; at most 36,500 days.
    ///
    /// It bounds what a client may choose, and so how long a store has to remember a token that is used
    /// [once](SequenceAuthLayer::once). Embedded Wallet's tokens all live 10 minutes: with less, none passes. To
    /// accept tokens for a shorter time than they live, set a
    /// [`max_token_age`](SequenceAuthLayer::max_token_age).
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = lifetime;
        self
    }

    /// Sets how often the keys are fetched, give or take 10 %. Default: 300 seconds, or half of `max_stale` if
    /// that is shorter; at least 10 milliseconds.
    ///
    /// An interval, a tenth more, and a fetch that takes all of `fetch_timeout` have to fit into `max_stale`,
    /// with a second or a tenth of `max_stale` to spare, whichever is less.
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = Some(interval);
        self
    }

    /// Sets in what time tokens may cause one more fetch, by an unknown key or a bad signature. Default: 30
    /// seconds, or the refresh interval if that is shorter. A cool-down that is set is at least 1 second where the
    /// keys are fetched over HTTP from elsewhere than loopback.
    ///
    /// Two such fetches may start at once, and after them one in each cool-down: a new key is known within 2
    /// seconds, or within one cool-down where others have used both up. The last one is never used up by
    /// a bad signature. With a cool-down of zero any token may cause one.
    pub fn refetch_cooldown(mut self, cooldown: Duration) -> Self {
        self.refetch_cooldown = Some(cooldown);
        self
    }

    /// Sets how long one fetch may take in all, from the look-up of the name to the last byte. Default: 5
    /// seconds, or the refresh interval or a quarter of `max_stale` if one of them is shorter.
    ///
    /// While there are no keys an attempt starts every second, whether or not earlier ones have ended:
    /// that is how many may be under way at once.
    pub fn fetch_timeout(mut self, timeout: Duration) -> Self {
        self.fetch_timeout = Some(timeout);
        self
    }

    /// Sets how long a fetch may take to connect: the look-up of the name, TCP and the handshake of TLS.
    /// Default: 2 seconds, or `fetch_timeout` if that is shorter, which is also the most.
    #[cfg(feature = "http")]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets how long keys are trusted after the last good fetch. Default: 24 hours; at least 20 milliseconds.
    ///
    /// It is measured by the steady clock, which stands still while a machine sleeps. Where the wall clock went
    /// further than this, keys are fetched at once, and requests wait as for the first ones.
    pub fn max_stale(mut self, max_stale: Duration) -> Self {
        self.max_stale = max_stale;
        self
    }

    /// Sets how long a request, or [`ready`](SequenceAuthLayer::ready), waits for the first keys.
    /// Default: 2 seconds.
    ///
    /// For 10 seconds from the first attempt a request waits through attempts that fail; after that, one that
    /// fails is answered with 503 at once.
    pub fn first_keys_timeout(mut self, timeout: Duration) -> Self {
        self.first_keys_timeout = timeout;
        self
    }

    /// Sets how many requests may wait for the first keys at once; the others are answered with 503.
    /// Default: 1,024.
    pub fn max_waiting(mut self, requests: usize) -> Self {
        self.max_waiting = requests;
        self
    }

    /// Sets how many tokens that passed are remembered, so that their signature is not checked again; 0
    /// remembers none. Default: 4,096; at most 10,000,000.
    ///
    /// A token is remembered when it passes the second time, and found from the third on: clients that mint a
    /// token for each call take no room. A table of 32 to 64 bytes for each of these tokens records first times,
    /// and forgets some.
    ///
    /// One counts for 3 KiB of memory, which is more than an ordinary token takes with its claims; a larger
    /// one counts as several. What is remembered is that the signature was good, and the claims; the
    /// times, the audience and all that a layer asks are checked again with every request. Only a token that
    /// a layer has accepted is remembered, and none any longer than its key is published.
    pub fn token_cache(mut self, tokens: usize) -> Self {
        self.token_cache = tokens;
        self
    }

    /// Builds the layer. It does no I/O.
    ///
    /// # Errors
    ///
    /// If a setting is out of its bounds or contradicts another one, if it would refuse every token, or if keys
    /// that were set are unusable.
    pub fn build(self) -> Result<SequenceAuthLayer, ConfigError> {
        self.project.check()?;
        self.assemble()
    }
}

impl fmt::Debug for SequenceAuthLayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SequenceAuthLayerBuilder")
            .field("project", &self.project)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

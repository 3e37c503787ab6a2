//! The settings that concern the keys, and the constructors of the layer.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    checks::{
        at_least, at_most, contradiction, ends_with_separator, no_hidden_characters, not_above,
        not_blank, not_zero,
    },
    layer::SequenceAuthLayer,
};
use crate::{
    authenticator::Authenticator,
    error::{ConfigError, Escaped},
    issuer::{Environment, TokenCache, Verifier},
    jwks::{DynFetchKeys, FetchKeys, KeySet, KeySource, Keys, Timing},
    policy::Policy,
};
#[cfg(feature = "http")]
use crate::{
    issuer::{self, ConfigKey},
    jwks::{Builders, FetchTimeouts, HttpClient, HttpFetcher, KeyUrl},
};

const LEEWAY: Duration = Duration::from_secs(30);
const TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
const REFRESH_INTERVAL: Duration = Duration::from_secs(300);
const MIN_REFRESH_INTERVAL: Duration = Duration::from_millis(10);
const REFETCH_COOLDOWN: Duration = Duration::from_secs(30);
#[cfg(feature = "http")]
const MIN_HTTP_REFETCH_COOLDOWN: Duration = Duration::from_secs(1);
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
#[cfg(feature = "http")]
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How many refresh intervals, and how many fetches as slow as may be, `max_stale` holds unless they are set:
/// an interval and a fetch fit into it, and leave time for an attempt that fails.
const MAX_STALE_INTERVALS: u32 = 2;
const MAX_STALE_FETCHES: u32 = 4;
const FIRST_KEYS_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_WAITING: usize = 1024;
// A player has one token in ten minutes: enough for most instances, in 12 MiB when it is full.
const TOKEN_CACHE: usize = 4096;
const MAX_TOKEN_CACHE: usize = 10_000_000;
const MAX_DURATION: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl SequenceAuthLayer {
    /// Creates a layer that accepts tokens of production Sequence for one project, with every default.
    ///
    /// It does no I/O: the keys are fetched in the background from the moment that the layer is used
    /// inside a Tokio runtime. There is no project 0, and so no token that a layer for it accepts;
    /// [`build`](SequenceAuthLayerBuilder::build) refuses it.
    #[cfg(feature = "http")]
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it depends on constants alone")]
    pub fn new(project_id: u64) -> Self {
        Self::builder(project_id)
            .assemble()
            .expect("the defaults are within their bounds")
    }

    /// Creates a layer from the `waasConfigKey` of a front end: its project, in its environment.
    ///
    /// # Errors
    ///
    /// If the key is malformed or names a server that is none of Sequence's own; see [`ConfigKey`].
    #[cfg(feature = "http")]
    pub fn from_config_key(waas_config_key: &str) -> Result<Self, ConfigError> {
        let key: ConfigKey = waas_config_key.parse()?;
        Self::builder(key.project_id())
            .environment(key.environment())
            .build()
    }

    /// Returns a builder for what concerns the issuer and its keys.
    pub fn builder(project_id: u64) -> SequenceAuthLayerBuilder {
        SequenceAuthLayerBuilder::new(project_id)
    }
}

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
    project_id: u64,
    environment: Environment,
    issuer: Option<String>,
    audience_prefix: Option<String>,
    #[cfg(feature = "http")]
    jwks_url: Option<String>,
    #[cfg(feature = "http")]
    http_client: Option<Builders>,
    #[cfg(feature = "http")]
    connect_timeout: Option<Duration>,
    key_fetcher: Option<Arc<dyn DynFetchKeys>>,
    static_keys: Option<Vec<u8>>,
    initial_keys: Option<Vec<u8>>,
    leeway: Duration,
    max_token_lifetime: Duration,
    refresh_interval: Option<Duration>,
    refetch_cooldown: Option<Duration>,
    fetch_timeout: Option<Duration>,
    max_stale: Duration,
    first_keys_timeout: Duration,
    max_waiting: usize,
    token_cache: usize,
}

impl SequenceAuthLayerBuilder {
    fn new(project_id: u64) -> Self {
        Self {
            project_id,
            environment: Environment::default(),
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
            leeway: LEEWAY,
            max_token_lifetime: TOKEN_LIFETIME,
            refresh_interval: None,
            refetch_cooldown: None,
            fetch_timeout: None,
            max_stale: MAX_STALE,
            first_keys_timeout: FIRST_KEYS_TIMEOUT,
            max_waiting: MAX_WAITING,
            token_cache: TOKEN_CACHE,
        }
    }

    /// Sets which of Sequence's environments issues the tokens. Default: production.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets the issuer's URL: the `iss` of its tokens, letter for letter. Default: the environment's.
    ///
    /// White space, control and invisible characters are refused, and so is a slash after Sequence's own
    /// issuers: no token would have such an `iss`.
    pub fn issuer(mut self, url: impl Into<String>) -> Self {
        self.issuer = Some(url.into());
        self
    }

    /// Sets what precedes the project id in `aud`, letter for letter. It ends with a separator, as in
    /// `https://sequence.build/project/`. Default: the environment's.
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
        if self.project_id == 0 {
            let problem = "0 is the id of no project, so that every token would be refused";
            return Err(ConfigError::new("project_id", problem));
        }
        self.assemble()
    }

    fn assemble(self) -> Result<SequenceAuthLayer, ConfigError> {
        let timing = self.timing()?;
        let issuer = self.checked_issuer()?;
        let audience_prefix = self
            .audience_prefix
            .as_deref()
            .unwrap_or(self.environment.audience_prefix());
        ends_with_separator("audience_prefix", audience_prefix)?;
        no_hidden_characters("audience_prefix", audience_prefix)?;
        let policy = Policy::new(self.project_id, self.leeway);
        let lifetime = self.max_token_lifetime;
        not_zero("max_token_lifetime", lifetime)?;
        at_most("max_token_lifetime", lifetime, MAX_TOKEN_LIFETIME)?;
        let verifier = Verifier::new(issuer, audience_prefix, self.leeway, lifetime);
        let tokens = Arc::new(self.tokens()?);
        let keys = self.keys(timing, Arc::clone(&tokens))?;
        let authenticator = Authenticator::new(keys, tokens, verifier, policy);
        Ok(SequenceAuthLayer::from_authenticator(authenticator))
    }

    fn checked_issuer(&self) -> Result<&str, ConfigError> {
        let Some(issuer) = &self.issuer else {
            return Ok(self.environment.issuer());
        };
        not_blank("issuer", issuer)?;
        no_hidden_characters("issuer", issuer)?;
        match Environment::with_slashes(issuer) {
            Some(environment) => {
                let issuer = Escaped(issuer);
                let problem = format!(
                    "`{issuer}` ends with a slash, unlike the `iss` of Sequence's tokens, which is `{}`",
                    environment.issuer()
                );
                Err(ConfigError::new("issuer", problem))
            }
            None => Ok(issuer),
        }
    }

    fn timing(&self) -> Result<Timing, ConfigError> {
        let refresh_interval = self.effective_refresh_interval();
        let refetch_cooldown = self.refetch_cooldown;
        let timing = Timing {
            refresh_interval,
            refetch_cooldown: refetch_cooldown.unwrap_or(REFETCH_COOLDOWN.min(refresh_interval)),
            fetch_timeout: self.effective_fetch_timeout(),
            max_stale: self.max_stale,
            first_keys_timeout: self.first_keys_timeout,
            max_waiting: self.max_waiting,
        };
        at_most("leeway", self.leeway, Verifier::MAX_LEEWAY)?;
        at_most("max_stale", self.max_stale, MAX_DURATION)?;
        at_most("first_keys_timeout", self.first_keys_timeout, MAX_DURATION)?;
        self.check_interval(&timing)?;
        self.check_keys_stay_trusted(&timing)?;
        Ok(timing)
    }

    fn check_interval(&self, timing: &Timing) -> Result<(), ConfigError> {
        let interval = timing.refresh_interval;
        not_above("refresh_interval", interval, "max_stale", self.max_stale)?;
        if self.refresh_interval.is_none() && interval < MIN_REFRESH_INTERVAL {
            let least = MIN_REFRESH_INTERVAL * MAX_STALE_INTERVALS;
            return at_least("max_stale", self.max_stale, least);
        }
        at_least("refresh_interval", interval, MIN_REFRESH_INTERVAL)?;
        let setting = self.interval_setting();
        let (cooldown, timeout) = (timing.refetch_cooldown, timing.fetch_timeout);
        not_above("refetch_cooldown", cooldown, setting, interval)?;
        not_above("fetch_timeout", timeout, setting, interval)?;
        not_zero("fetch_timeout", timeout)
    }

    /// Otherwise keys would expire while their issuer answers, if slowly.
    fn check_keys_stay_trusted(&self, timing: &Timing) -> Result<(), ConfigError> {
        if timing.keeps_keys_trusted() {
            return Ok(());
        }
        // What was left to its default follows from `max_stale`, and fits.
        let setting = match self.refresh_interval {
            Some(_) => "refresh_interval",
            None => "fetch_timeout",
        };
        let problem = format!(
            "with a refresh interval of {:?}, a tenth more, and a fetch of {:?}, keys grow older than max_stale, \
             which is {:?}",
            timing.refresh_interval, timing.fetch_timeout, timing.max_stale,
        );
        Err(ConfigError::new(setting, problem))
    }

    fn effective_refresh_interval(&self) -> Duration {
        self.refresh_interval
            .unwrap_or(REFRESH_INTERVAL.min(self.max_stale / MAX_STALE_INTERVALS))
    }

    /// Returns what the refresh interval follows from.
    fn interval_setting(&self) -> &'static str {
        if self.refresh_interval.is_none() && self.effective_refresh_interval() < REFRESH_INTERVAL {
            "half of max_stale"
        } else {
            "refresh_interval"
        }
    }

    fn effective_fetch_timeout(&self) -> Duration {
        let default = FETCH_TIMEOUT
            .min(self.effective_refresh_interval())
            .min(self.max_stale / MAX_STALE_FETCHES);
        self.fetch_timeout.unwrap_or(default)
    }

    fn tokens(&self) -> Result<TokenCache, ConfigError> {
        if self.token_cache > MAX_TOKEN_CACHE {
            let problem = format!("{} is more than {MAX_TOKEN_CACHE}", self.token_cache);
            return Err(ConfigError::new("token_cache", problem));
        }
        Ok(TokenCache::new(self.token_cache))
    }

    fn keys(self, timing: Timing, tokens: Arc<TokenCache>) -> Result<Keys, ConfigError> {
        let source = self.key_source()?;
        Ok(Keys::new(source, timing, move |keys| {
            tokens.retain(|key| keys.holds(key));
        }))
    }

    fn key_source(self) -> Result<KeySource, ConfigError> {
        if let Some(jwks) = &self.static_keys {
            contradiction("static_keys", self.initial_keys.is_some(), "initial_keys")?;
            contradiction("static_keys", self.key_fetcher.is_some(), "key_fetcher")?;
            self.refuse_http_settings_with("static_keys")?;
            return Ok(KeySource::Fixed(parse_keys("static_keys", jwks)?));
        }
        let initial = self.initial_keys.as_ref();
        let initial = initial
            .map(|jwks| parse_keys("initial_keys", jwks))
            .transpose()?;
        let fetcher = self.fetcher()?;
        Ok(KeySource::Fetched { initial, fetcher })
    }

    #[cfg(feature = "http")]
    fn fetcher(self) -> Result<Arc<dyn DynFetchKeys>, ConfigError> {
        if self.key_fetcher.is_some() {
            self.refuse_http_settings_with("key_fetcher")?;
        }
        if let Some(fetcher) = self.key_fetcher {
            return Ok(fetcher);
        }
        let url = self.key_url()?;
        self.check_http_cooldown(&url)?;
        let fetcher = HttpFetcher::new(url, self.fetch_timeouts()?, self.http_client);
        Ok(Arc::new(fetcher))
    }

    #[cfg(feature = "http")]
    fn key_url(&self) -> Result<KeyUrl, ConfigError> {
        if let Some(url) = &self.jwks_url {
            return KeyUrl::parse("jwks_url", url);
        }
        let issuer = self.issuer.as_deref().unwrap_or(self.environment.issuer());
        KeyUrl::parse("issuer", &issuer::jwks_url(issuer))
    }

    /// Refuses a cool-down with which tokens could make this server flood an issuer.
    #[cfg(feature = "http")]
    fn check_http_cooldown(&self, url: &KeyUrl) -> Result<(), ConfigError> {
        match self.refetch_cooldown {
            Some(cooldown) if !url.is_loopback() => {
                at_least("refetch_cooldown", cooldown, MIN_HTTP_REFETCH_COOLDOWN)
            }
            _ => Ok(()),
        }
    }

    #[cfg(feature = "http")]
    fn fetch_timeouts(&self) -> Result<FetchTimeouts, ConfigError> {
        let total = self.effective_fetch_timeout();
        let connect = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT.min(total));
        not_zero("connect_timeout", connect)?;
        not_above("connect_timeout", connect, "fetch_timeout", total)?;
        Ok(FetchTimeouts { total, connect })
    }

    #[cfg(not(feature = "http"))]
    fn fetcher(self) -> Result<Arc<dyn DynFetchKeys>, ConfigError> {
        self.key_fetcher.ok_or_else(|| {
            let problem = "without the feature `http`, it or static_keys has to be set";
            ConfigError::new("key_fetcher", problem)
        })
    }

    #[cfg(feature = "http")]
    fn refuse_http_settings_with(&self, setting: &'static str) -> Result<(), ConfigError> {
        contradiction(setting, self.jwks_url.is_some(), "jwks_url")?;
        contradiction(setting, self.http_client.is_some(), "http_client")?;
        contradiction(setting, self.connect_timeout.is_some(), "connect_timeout")
    }

    #[cfg(not(feature = "http"))]
    fn refuse_http_settings_with(&self, _setting: &'static str) -> Result<(), ConfigError> {
        Ok(())
    }
}

impl fmt::Debug for SequenceAuthLayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SequenceAuthLayerBuilder")
            .field("project_id", &self.project_id)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

fn parse_keys(setting: &'static str, jwks: &[u8]) -> Result<KeySet, ConfigError> {
    KeySet::parse(jwks, None)
        .map_err(|error| ConfigError::new(setting, Escaped(&error).to_string()).with_source(error))
}

//! The builder, with the settings that concern the issuer and its tokens.

#[cfg(feature = "http")]
use std::sync::Mutex;
use std::{fmt, sync::Arc, time::Duration};

use super::layer::SequenceAuthLayer;
#[cfg(feature = "http")]
use crate::jwks::Builders;
use crate::{
    defaults::{DEFAULT_LEEWAY, DEFAULT_TOKEN_CACHE, DEFAULT_TOKEN_LIFETIME},
    error::ConfigError,
    issuer::{Environment, Project},
    jwks::DynFetchKeys,
};

/// Builds a [`SequenceAuthLayer`] whose issuer or keys need other settings than the defaults.
///
/// Made by [`SequenceAuthLayer::builder`] and [`SequenceAuthLayer::oms_wallet`]. [`guide::keys`](crate::guide::keys)
/// describes how the settings of the keys work together.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// use std::time::Duration;
///
/// use sequence_auth::{Environment, SequenceAuthLayer};
///
/// let layer = SequenceAuthLayer::builder(13639)
///     .environment(Environment::Dev)
///     .leeway(Duration::from_secs(10))
///     .build()?;
/// # }
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
    /// The mutex makes the type `Sync`, which reqwest's builder need not be.
    #[cfg(feature = "http")]
    pub(super) http_client: Option<Mutex<Builders>>,
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
    pub(super) max_stale: Option<Duration>,
    pub(super) first_keys_timeout: Option<Duration>,
    pub(super) max_waiting: Option<usize>,
    pub(super) token_cache: usize,
}

impl SequenceAuthLayerBuilder {
    /// Creates a builder with every default, for the kind of issuer that has this project.
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
            max_stale: None,
            first_keys_timeout: None,
            max_waiting: None,
            token_cache: DEFAULT_TOKEN_CACHE,
        }
    }

    /// Sets the environment of Sequence that issues the tokens. Default: [`Environment::Production`].
    ///
    /// The environment determines the issuer's URL, the audience prefix and the URL of the keys. OMS Wallet has no
    /// environments, so for OMS Wallet [`build`](Self::build) returns an error.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{Environment, SequenceAuthLayer};
    ///
    /// let environment: Environment = "next".parse()?; // from a configuration file
    /// let layer = SequenceAuthLayer::builder(13639).environment(environment).build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets the issuer's URL, which must equal the `iss` of the tokens exactly. Default: the URL of the environment.
    ///
    /// [`build`](Self::build) returns an error for a URL that no token can match: with white space, control characters
    /// or invisible characters, or one of Sequence's issuers with a slash at the end. The issuer of another
    /// [environment](Self::environment) than the one that is set is an error, too. For
    /// [OMS Wallet](SequenceAuthLayer::oms_wallet) the URL replaces the issuer of the constructor.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .issuer("https://waas.example")
    ///     .audience_prefix("https://example/project/")
    ///     .build()?;
    ///
    /// let misspelt = SequenceAuthLayer::builder(13639).issuer("https://waas.sequence.app/").build();
    /// assert_eq!(misspelt.unwrap_err().setting(), "issuer");
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn issuer(mut self, url: impl Into<String>) -> Self {
        self.issuer = Some(url.into());
        self
    }

    /// Sets the text before the project ID in `aud`. Default: the prefix of the environment that is set, or that has the
    /// [issuer](Self::issuer) that is set.
    ///
    /// The prefix is compared exactly, and must end with a separator, as in `https://sequence.build/project/`. For one of
    /// Sequence's issuers, the prefix of another environment is an error of [`build`](Self::build). For OMS Wallet every
    /// prefix is an error, because its audience has none.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // With this prefix, the tokens of project 13639 have the `aud` https://example/project/13639.
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .issuer("https://waas.example")
    ///     .audience_prefix("https://example/project/")
    ///     .build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn audience_prefix(mut self, url: impl Into<String>) -> Self {
        self.audience_prefix = Some(url.into());
        self
    }

    /// Sets the tolerated difference between the clocks of issuer and server. Default: 30 seconds; at most 300.
    ///
    /// The layer accepts tokens for this long after `exp`, and before `iat`, `nbf` and `auth_time`. A shorter leeway is
    /// safe if the server's clock is synchronized.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::builder(13639).leeway(Duration::from_secs(5)).build()?;
    ///
    /// let too_long = SequenceAuthLayer::builder(13639).leeway(Duration::from_secs(301)).build();
    /// assert_eq!(too_long.unwrap_err().setting(), "leeway");
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets the maximum lifetime of a token. Default: 24 hours; at most 36,500 days.
    ///
    /// The `exp` of a token must be at most this far after now, and after `iat` if the token has that claim, plus the
    /// leeway. It also limits how long a store has to record a token that may be used [once](SequenceAuthLayer::once).
    ///
    /// A client of OMS Wallet chooses the lifetime of its tokens. With `iat`, the maximum limits it. Without `iat`, nobody
    /// can tell how long ago a token was issued: a token with a longer lifetime is refused at first, and accepted in its
    /// last 24 hours. [Nonces](SequenceAuthLayer::with_nonces) limit how old such a token can be.
    ///
    /// All tokens of Embedded Wallet are valid for 10 minutes, so for Sequence's own issuers [`build`](Self::build)
    /// returns an error if the maximum and the leeway together are shorter. To accept tokens for a shorter time, set a
    /// [`max_token_age`](SequenceAuthLayer::max_token_age).
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // A token is accepted in the last hour before its `exp`, and with `iat` only if it is valid for an hour in all.
    /// let layer = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example")
    ///     .max_token_lifetime(Duration::from_secs(60 * 60))
    ///     .build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = lifetime;
        self
    }

    /// Sets how many verified tokens are cached. Default: 4,096; at most 10,000,000. 0 turns the cache off.
    ///
    /// A cached token is accepted without another check of its form and signature. All checks that depend on the time
    /// or on the layer are repeated for each request: times, audience, ages, predicates, nonces and one-time use.
    ///
    /// - Only tokens whose claims a layer has accepted are cached, and only as long as their key is published. The
    ///   cache compares the whole token.
    /// - A token enters the cache at its second use and is found from the third on, so a client that requests a new
    ///   token for each call takes no room. First uses are recorded in a table, of 32 to 64 bytes for each token of the
    ///   capacity, which forgets some of them.
    /// - A cached token counts as 3 KiB of memory, which is more than a typical token takes with its claims. A larger
    ///   token counts as several.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // Clients request a new token before each call, as in Unity's official sample, so few tokens come twice.
    /// let layer = SequenceAuthLayer::builder(13639).token_cache(0).build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn token_cache(mut self, tokens: usize) -> Self {
        self.token_cache = tokens;
        self
    }

    /// Builds the layer. This does no I/O.
    ///
    /// # Errors
    ///
    /// Returns an error if a setting is out of its bounds, if settings contradict each other, if the layer would refuse
    /// every token, or if keys that were set cannot be used. [`ConfigError::setting`] is the name of the setting.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let error = SequenceAuthLayer::builder(0).build().unwrap_err();
    /// assert_eq!(error.setting(), "project_id");
    /// # }
    /// ```
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

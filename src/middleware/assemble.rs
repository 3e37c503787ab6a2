//! Builds a layer from the settings of the builder.

use std::time::Duration;

use super::{
    builder::SequenceAuthLayerBuilder,
    layer::SequenceAuthLayer,
    setting_checks::{ensure_at_most, ensure_not_zero, refuse_together},
};
use crate::{
    authenticator::{Authenticator, TrustedIssuer},
    defaults::{
        DEFAULT_BODY_LIMIT, DEFAULT_BODY_TIMEOUT, MAX_LEEWAY, MAX_TOKEN_CACHE, MAX_TOKEN_LIFETIME,
    },
    error::{ConfigError, Escaped},
    issuer::{Environment, Issuer, IssuerKind, Validity},
    jwks::{KeyEndpoint, KeySet, KeySource, Timing},
    policy::Policy,
    source::TokenSources,
};
#[cfg(feature = "http")]
use {
    crate::{
        issuer,
        jwks::{HttpFetcher, KeyUrl},
    },
    std::sync::{Arc, Mutex, PoisonError},
};

impl SequenceAuthLayerBuilder {
    /// Checks all settings except for the project, and builds the layer.
    pub(super) fn assemble(self) -> Result<SequenceAuthLayer, ConfigError> {
        ensure_at_most("leeway", self.leeway, MAX_LEEWAY)?;
        if self.static_keys.is_some() {
            self.refuse_settings_of_fetches("static_keys")?;
        }
        let timing = self.timing()?;
        let kind = self.project.kind;
        let rules = self.claim_rules()?;
        let validity = self.validity()?;
        let token_cache = self.checked_token_cache()?;
        let policy = Policy::new(self.project.clone(), self.leeway);
        let keys = self.key_source(kind, &timing)?;
        let issuer = Issuer::new(kind, rules, validity, keys, timing, token_cache);
        let sources = TokenSources::new(DEFAULT_BODY_LIMIT, DEFAULT_BODY_TIMEOUT);
        let authenticator = Authenticator::new(TrustedIssuer::new(issuer, policy), sources);
        Ok(SequenceAuthLayer::from_authenticator(authenticator))
    }

    fn validity(&self) -> Result<Validity, ConfigError> {
        let max_lifetime = self.max_token_lifetime;
        ensure_not_zero("max_token_lifetime", max_lifetime)?;
        ensure_at_most("max_token_lifetime", max_lifetime, MAX_TOKEN_LIFETIME)?;
        self.ensure_tokens_live(max_lifetime)?;
        Ok(Validity {
            leeway: self.leeway,
            max_lifetime,
        })
    }

    /// Refuses a maximum below the lifetime that all tokens of Sequence's environments have.
    fn ensure_tokens_live(&self, max_lifetime: Duration) -> Result<(), ConfigError> {
        let is_sequence = Environment::of_issuer(self.issuer_url()).is_some();
        let lifetime = Environment::TOKEN_LIFETIME;
        if is_sequence && max_lifetime + self.leeway < lifetime {
            let problem = format!(
                "{max_lifetime:?}, with the leeway of {:?}, would refuse every token, because all tokens of Embedded \
                 Wallet are valid for {lifetime:?}: to accept them for a shorter time, set a max_token_age on the layer",
                self.leeway,
            );
            return Err(ConfigError::new("max_token_lifetime", problem));
        }
        Ok(())
    }

    fn checked_token_cache(&self) -> Result<usize, ConfigError> {
        if self.token_cache > MAX_TOKEN_CACHE {
            let problem = format!("{} is more than {MAX_TOKEN_CACHE}", self.token_cache);
            return Err(ConfigError::new("token_cache", problem));
        }
        Ok(self.token_cache)
    }

    fn key_source(self, kind: IssuerKind, timing: &Timing) -> Result<KeySource, ConfigError> {
        if let Some(jwks) = &self.static_keys {
            return Ok(KeySource::Fixed(parse_keys("static_keys", jwks, kind)?));
        }
        let initial = self.initial_keys.as_ref();
        let initial = initial.map(|jwks| parse_keys("initial_keys", jwks, kind));
        Ok(KeySource::Fetched {
            initial: initial.transpose()?,
            endpoint: self.key_endpoint(kind, timing)?,
        })
    }

    #[cfg(feature = "http")]
    fn key_endpoint(self, kind: IssuerKind, timing: &Timing) -> Result<KeyEndpoint, ConfigError> {
        if self.key_fetcher.is_some() {
            self.refuse_http_settings_with("key_fetcher")?;
        }
        if let Some(fetcher) = self.key_fetcher {
            return Ok(KeyEndpoint::new(fetcher, None, kind.algorithm()));
        }
        let url = self.key_url()?;
        self.check_http_cooldown(&url)?;
        let timeouts = self.fetch_timeouts(timing)?;
        let shown = url.to_string().into();
        let client = self.http_client.map(Mutex::into_inner);
        let client = client.map(|client| client.unwrap_or_else(PoisonError::into_inner));
        let fetcher = Arc::new(HttpFetcher::new(url, timeouts, client));
        Ok(KeyEndpoint::new(fetcher, Some(shown), kind.algorithm()))
    }

    #[cfg(not(feature = "http"))]
    fn key_endpoint(self, kind: IssuerKind, _: &Timing) -> Result<KeyEndpoint, ConfigError> {
        let fetcher = self.key_fetcher.ok_or_else(|| {
            let problem = "without the feature `http`, key_fetcher or static_keys must be set";
            ConfigError::new("key_fetcher", problem)
        })?;
        Ok(KeyEndpoint::new(fetcher, None, kind.algorithm()))
    }

    #[cfg(feature = "http")]
    fn key_url(&self) -> Result<KeyUrl, ConfigError> {
        if let Some(url) = &self.jwks_url {
            self.ensure_of_issuer("jwks_url", Environment::of_jwks_url(url))?;
            return KeyUrl::parse("jwks_url", url);
        }
        KeyUrl::parse("issuer", &issuer::jwks_url(self.issuer_url()))
    }

    /// Refuses the settings that concern the fetching of keys.
    fn refuse_settings_of_fetches(&self, setting: &'static str) -> Result<(), ConfigError> {
        for (is_set, other) in [
            (self.initial_keys.is_some(), "initial_keys"),
            (self.key_fetcher.is_some(), "key_fetcher"),
            (self.refresh_interval.is_some(), "refresh_interval"),
            (self.refetch_cooldown.is_some(), "refetch_cooldown"),
            (self.fetch_timeout.is_some(), "fetch_timeout"),
            (self.max_stale.is_some(), "max_stale"),
            (self.first_keys_timeout.is_some(), "first_keys_timeout"),
            (self.max_waiting.is_some(), "max_waiting"),
        ] {
            refuse_together(setting, is_set, other)?;
        }
        self.refuse_http_settings_with(setting)
    }

    #[cfg(feature = "http")]
    fn refuse_http_settings_with(&self, setting: &'static str) -> Result<(), ConfigError> {
        refuse_together(setting, self.jwks_url.is_some(), "jwks_url")?;
        refuse_together(setting, self.http_client.is_some(), "http_client")?;
        refuse_together(setting, self.connect_timeout.is_some(), "connect_timeout")
    }

    #[cfg(not(feature = "http"))]
    fn refuse_http_settings_with(&self, _setting: &'static str) -> Result<(), ConfigError> {
        Ok(())
    }
}

fn parse_keys(setting: &'static str, jwks: &[u8], kind: IssuerKind) -> Result<KeySet, ConfigError> {
    KeySet::parse(jwks, kind.algorithm(), None)
        .map_err(|error| ConfigError::new(setting, Escaped(&error).to_string()).with_source(error))
}

//! The issuer and the audience that the settings name, checked by the kind of the issuer.

use http::Uri;

use super::{
    builder::SequenceAuthLayerBuilder,
    setting_checks::{ensure_not_blank, ensure_separator_at_end, ensure_visible},
};
use crate::{
    claims::ClaimRules,
    error::{ConfigError, Escaped},
    issuer::{Environment, IssuerKind},
    jwks::Host,
};

impl SequenceAuthLayerBuilder {
    /// Returns the rules for the claims of the issuer's tokens, its `iss` and audience among them.
    pub(super) fn claim_rules(&self) -> Result<ClaimRules, ConfigError> {
        let kind = self.project.kind;
        match kind {
            IssuerKind::EmbeddedWallet => {
                let issuer = self.embedded_wallet_issuer()?;
                Ok(kind.claim_rules(issuer, self.checked_audience_prefix()?))
            }
            IssuerKind::OmsWallet => Ok(kind.claim_rules(self.oms_wallet_issuer()?, "")),
        }
    }

    /// Returns the URL of the issuer that was set, or of the Embedded Wallet environment.
    pub(super) fn issuer_url(&self) -> &str {
        let default = match self.project.kind {
            IssuerKind::EmbeddedWallet => self.environment.unwrap_or_default().issuer(),
            IssuerKind::OmsWallet => "",
        };
        self.issuer.as_deref().unwrap_or(default)
    }

    fn embedded_wallet_issuer(&self) -> Result<&str, ConfigError> {
        let issuer = self.issuer_url();
        ensure_not_blank("issuer", issuer)?;
        ensure_visible("issuer", issuer)?;
        match Environment::of_issuer_with_slashes(issuer) {
            Some(environment) => {
                let issuer = Escaped(issuer);
                let problem = format!(
                    "`{issuer}` ends with a slash, unlike the `iss` of Sequence's tokens, which is `{}`",
                    environment.issuer()
                );
                Err(ConfigError::new("issuer", problem))
            }
            None => {
                let of_issuer = Environment::of_issuer(issuer);
                ensure_same("issuer", of_issuer, self.environment)?;
                Ok(issuer)
            }
        }
    }

    fn checked_audience_prefix(&self) -> Result<&str, ConfigError> {
        let default = self.environment.or(self.environment_of_issuer());
        let default = default.unwrap_or_default().audience_prefix();
        let prefix = self.audience_prefix.as_deref().unwrap_or(default);
        ensure_separator_at_end("audience_prefix", prefix)?;
        ensure_visible("audience_prefix", prefix)?;
        self.ensure_of_issuer("audience_prefix", Environment::of_audience_prefix(prefix))?;
        Ok(prefix)
    }

    /// Refuses a value that belongs to another environment than the issuer.
    pub(super) fn ensure_of_issuer(
        &self,
        setting: &'static str,
        of_value: Option<Environment>,
    ) -> Result<(), ConfigError> {
        ensure_same(setting, of_value, self.environment_of_issuer())
    }

    /// Returns the environment that has the issuer, if it is one of Sequence's.
    fn environment_of_issuer(&self) -> Option<Environment> {
        Environment::of_issuer(self.issuer_url())
    }

    fn oms_wallet_issuer(&self) -> Result<&str, ConfigError> {
        refuse_for_oms_wallet("environment", self.environment.is_some())?;
        refuse_for_oms_wallet("audience_prefix", self.audience_prefix.is_some())?;
        let issuer = self.issuer_url();
        ensure_not_blank("issuer", issuer)?;
        ensure_visible("issuer", issuer)?;
        ensure_secure_url(issuer)?;
        match Environment::of_issuer(issuer.trim_end_matches('/')) {
            Some(environment) => {
                let problem = format!(
                    "`{}` is the issuer of Embedded Wallet: call `SequenceAuthLayer::new` for its tokens",
                    environment.issuer()
                );
                Err(ConfigError::new("issuer", problem))
            }
            None => Ok(issuer),
        }
    }
}

/// Refuses a value of one environment beside settings of another, because no token would match both.
fn ensure_same(
    setting: &'static str,
    of_value: Option<Environment>,
    expected: Option<Environment>,
) -> Result<(), ConfigError> {
    match (of_value, expected) {
        (Some(other), Some(expected)) if other != expected => {
            let problem = format!(
                "it belongs to the environment {other}, but other settings belong to {expected}"
            );
            Err(ConfigError::new(setting, problem))
        }
        _ => Ok(()),
    }
}

fn refuse_for_oms_wallet(setting: &'static str, is_set: bool) -> Result<(), ConfigError> {
    if is_set {
        let problem = "it applies to Embedded Wallet only, and this builder is for OMS Wallet";
        return Err(ConfigError::new(setting, problem));
    }
    Ok(())
}

/// Refuses a URL that cannot be an issuer's. An issuer is an `https` URL without a query or a fragment (RFC 8414 §2),
/// or an `http` URL on loopback.
fn ensure_secure_url(issuer: &str) -> Result<(), ConfigError> {
    match url_problem(issuer) {
        Some(problem) => Err(ConfigError::new("issuer", problem)),
        None => Ok(()),
    }
}

// These texts do not contain the URL, because it may contain credentials.
fn url_problem(issuer: &str) -> Option<&'static str> {
    let url = issuer.parse::<Uri>().ok();
    let Some((scheme, authority)) = url
        .as_ref()
        .and_then(|url| url.scheme_str().zip(url.authority()))
    else {
        return Some("it is not an absolute URL such as `https://issuer.example`");
    };
    if authority.as_str().contains('@') {
        return Some("it holds credentials");
    }
    let is_loopback = Host::of(&authority.host().to_ascii_lowercase()) != Host::Remote;
    if scheme != "https" && !(scheme == "http" && is_loopback) {
        return Some("it is neither https nor http on loopback");
    }
    let is_extended = issuer.contains(['?', '#']);
    is_extended.then_some("it has a query or a fragment, unlike the URL of an issuer (RFC 8414 §2)")
}

//! Sequence's own environments of Embedded Wallet.

use std::{fmt, str::FromStr, time::Duration};

use crate::error::{ConfigError, Escaped};

/// One of Sequence's own environments of Embedded Wallet.
///
/// A front end is configured for one of them: the `rpcServer` in its `waasConfigKey` is the issuer.
/// [`ConfigKey`](crate::ConfigKey) reads the environment from that key.
///
/// `Display` writes `production`, `next` or `dev`. `FromStr` accepts these names in any letter case, and returns a
/// [`ConfigError`] for other texts. Default: [`Production`](Self::Production).
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// use sequence_auth::{Environment, SequenceAuthLayer};
///
/// let environment: Environment = "dev".parse()?;
/// assert_eq!(environment, Environment::Dev);
///
/// let layer = SequenceAuthLayer::builder(13639).environment(environment).build()?;
/// # }
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The environment for released applications, and the default. Issuer: `https://waas.sequence.app`.
    #[default]
    Production,
    /// Sequence's environment `next`. Issuer: `https://next-waas.sequence.app`.
    Next,
    /// Sequence's environment `dev`. Issuer: `https://dev-waas.sequence.app`.
    Dev,
}

impl Environment {
    pub(super) const ALL: [Self; 3] = [Self::Production, Self::Next, Self::Dev];

    /// The time from `iat` to `exp` in all tokens of all environments.
    pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(600);

    /// Returns the URL of the issuer, which is the `iss` of its tokens.
    ///
    /// ```
    /// use sequence_auth::Environment;
    ///
    /// assert_eq!(Environment::Production.issuer(), "https://waas.sequence.app");
    /// ```
    #[must_use]
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::Production => "https://waas.sequence.app",
            Self::Next => "https://next-waas.sequence.app",
            Self::Dev => "https://dev-waas.sequence.app",
        }
    }

    /// Returns the text before the project ID in the `aud` of the issuer's tokens.
    ///
    /// ```
    /// use sequence_auth::Environment;
    ///
    /// let prefix = Environment::Production.audience_prefix();
    /// assert_eq!(prefix, "https://sequence.build/project/");
    /// ```
    #[must_use]
    pub fn audience_prefix(self) -> &'static str {
        match self {
            Self::Production => "https://sequence.build/project/",
            Self::Next => "https://next.sequence.build/project/",
            Self::Dev => "https://dev.sequence.build/project/",
        }
    }

    /// Returns the URL of the issuer's key document (JWKS).
    ///
    /// ```
    /// use sequence_auth::Environment;
    ///
    /// let url = Environment::Production.jwks_url();
    /// assert_eq!(url, "https://waas.sequence.app/.well-known/jwks.json");
    /// ```
    #[must_use]
    pub fn jwks_url(self) -> String {
        jwks_url(self.issuer())
    }

    /// Returns the environment for an issuer URL with extra slashes at its end, which is not the `iss` of any token.
    pub(crate) fn of_issuer_with_slashes(url: &str) -> Option<Self> {
        let issuer = url.trim_end_matches('/');
        let environment = Self::of_issuer(issuer)?;
        (issuer != url).then_some(environment)
    }

    pub(crate) fn of_issuer(issuer: &str) -> Option<Self> {
        Self::find(|environment| environment.issuer() == issuer)
    }

    pub(crate) fn of_audience_prefix(prefix: &str) -> Option<Self> {
        Self::find(|environment| environment.audience_prefix() == prefix)
    }

    #[cfg(feature = "http")]
    pub(crate) fn of_jwks_url(url: &str) -> Option<Self> {
        Self::find(|environment| environment.jwks_url() == url)
    }

    fn find(is_searched: impl Fn(Self) -> bool) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|environment| is_searched(*environment))
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Production => "production",
            Self::Next => "next",
            Self::Dev => "dev",
        })
    }
}

impl FromStr for Environment {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let mut all = Self::ALL.into_iter();
        let named = |environment: &Self| environment.to_string().eq_ignore_ascii_case(text);
        all.find(named).ok_or_else(|| {
            let text = Escaped(text);
            let problem = format!("`{text}` is not one of production, next, dev");
            ConfigError::new("environment", problem)
        })
    }
}

/// Returns the URL of an issuer's key document: `/.well-known/jwks.json` below the issuer's URL.
pub(crate) fn jwks_url(issuer: &str) -> String {
    format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_below_the_issuer() {
        let url = "https://dev-waas.sequence.app/.well-known/jwks.json";
        assert_eq!(Environment::Dev.jwks_url(), url);
    }

    #[test]
    fn text_of_an_environment_is_read_in_any_case() {
        let texts = ["production", "next", "dev"];
        for (environment, text) in Environment::ALL.into_iter().zip(texts) {
            assert_eq!(environment.to_string(), text);
            let mixed = text[..1].to_uppercase() + &text[1..];
            for text in [text, &text.to_uppercase(), &mixed] {
                assert_eq!(text.parse().ok(), Some(environment));
            }
        }
        assert_eq!(format!("{:>5}|", Environment::Dev), "  dev|");
    }

    #[test]
    fn other_texts_are_refused_with_those_that_are_read() {
        for text in ["", "prod", "staging", " dev", "dev\n", "development"] {
            let error = text.parse::<Environment>().expect_err(text);
            assert_eq!(error.setting(), "environment");
            let told = error.to_string();
            assert!(
                told.ends_with("is not one of production, next, dev"),
                "{told}"
            );
            assert!(!told.contains('\n'), "{told}");
        }
    }
}

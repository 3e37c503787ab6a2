//! Where Sequence runs.

use std::{fmt, str::FromStr};

use crate::error::{ConfigError, Escaped};

/// Names one of Sequence's own environments.
///
/// As a text it is `production`, `next` or `dev`; `FromStr` takes any case, and refuses other texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// `https://waas.sequence.app`, the default.
    #[default]
    Production,
    /// `https://next-waas.sequence.app`
    Next,
    /// `https://dev-waas.sequence.app`
    Dev,
}

impl Environment {
    pub(super) const ALL: [Self; 3] = [Self::Production, Self::Next, Self::Dev];

    /// Returns the issuer's URL, which is the `iss` of its tokens.
    #[must_use]
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::Production => "https://waas.sequence.app",
            Self::Next => "https://next-waas.sequence.app",
            Self::Dev => "https://dev-waas.sequence.app",
        }
    }

    /// Returns what precedes the project id in the `aud` of its tokens.
    #[must_use]
    pub fn audience_prefix(self) -> &'static str {
        match self {
            Self::Production => "https://sequence.build/project/",
            Self::Next => "https://next.sequence.build/project/",
            Self::Dev => "https://dev.sequence.build/project/",
        }
    }

    /// Returns where its keys are published.
    #[must_use]
    pub fn jwks_url(self) -> String {
        jwks_url(self.issuer())
    }

    /// Returns the environment whose issuer is meant by a URL with slashes after it, which is not its `iss`.
    pub(crate) fn of_issuer_with_slashes(url: &str) -> Option<Self> {
        let issuer = url.trim_end_matches('/');
        let environment = Self::of_issuer(issuer)?;
        (issuer != url).then_some(environment)
    }

    pub(crate) fn of_issuer(issuer: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|environment| environment.issuer() == issuer)
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
            let problem = format!("`{text}` is neither production, next nor dev");
            ConfigError::new("environment", problem)
        })
    }
}

/// Returns where an issuer publishes its keys: `/.well-known/jwks.json` below its own URL.
pub(crate) fn jwks_url(issuer: &str) -> String {
    format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

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
                told.ends_with("is neither production, next nor dev"),
                "{told}"
            );
            assert!(!told.contains('\n'), "{told}");
        }
    }
}

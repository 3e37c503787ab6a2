//! The error of an invalid setting.

use std::{error::Error as StdError, fmt};

use super::{Source, source};

/// A setting that cannot work.
///
/// `Display` names the setting, its value if it is not a secret, and the reason. Configuration fails at start-up,
/// before the layer handles a request.
///
/// # Example
///
/// ```
/// use sequence_auth::TokenSource;
///
/// let error = TokenSource::header("my header").expect_err("a name has no spaces");
/// assert_eq!(error.setting(), "header");
/// assert_eq!(error.to_string(), "header: `my header` is not the name of a header");
/// ```
#[derive(Clone, Debug)]
pub struct ConfigError {
    setting: &'static str,
    problem: String,
    source: Option<Source>,
}

impl ConfigError {
    pub(crate) fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self {
            setting,
            problem: problem.into(),
            source: None,
        }
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.source = Some(Source::new(source));
        self
    }

    /// Replaces the name of the setting with the one that the user set.
    #[cfg(feature = "http")]
    pub(crate) fn of_setting(mut self, setting: &'static str) -> Self {
        self.setting = setting;
        self
    }

    /// Returns the name of the setting: the method or parameter that takes the value, or the environment variable that
    /// holds it.
    ///
    /// ```
    /// use sequence_auth::ConfigKey;
    ///
    /// let error = "13639".parse::<ConfigKey>().expect_err("a project ID is not a config key");
    /// assert_eq!(error.setting(), "waas_config_key");
    /// ```
    #[must_use]
    pub fn setting(&self) -> &'static str {
        self.setting
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(self.source.as_ref())
    }
}

//! A setting that cannot work.

use std::{error::Error as StdError, fmt};

use super::{Source, source};

/// Describes a setting that cannot work, by its name and value.
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

    /// Names another setting, from which this one was made.
    #[cfg(feature = "http")]
    pub(crate) fn of_setting(mut self, setting: &'static str) -> Self {
        self.setting = setting;
        self
    }

    /// Returns the name of the setting: the builder's method, or the environment variable that set it.
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

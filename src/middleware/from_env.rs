//! A layer from the environment variables of the process.

use std::env::{self, VarError};

use super::layer::SequenceAuthLayer;
use crate::{
    error::{ConfigError, Escaped},
    issuer::{ConfigKey, Environment},
};

const CONFIG_KEY: &str = "SEQUENCE_CONFIG_KEY";
const PROJECT_ID: &str = "SEQUENCE_PROJECT_ID";
const ENVIRONMENT: &str = "SEQUENCE_ENVIRONMENT";
const OMS_PROJECT_ID: &str = "OMS_PROJECT_ID";
const OMS_TOKEN_ISSUER: &str = "OMS_TOKEN_ISSUER";

impl SequenceAuthLayer {
    /// Creates a layer from the environment variables of the process (feature `http`).
    ///
    /// | variable | value |
    /// |---|---|
    /// | `SEQUENCE_CONFIG_KEY` | the front end's `waasConfigKey`, which contains an Embedded Wallet project and its environment |
    /// | `SEQUENCE_PROJECT_ID` | the number of an Embedded Wallet project, instead of `SEQUENCE_CONFIG_KEY` |
    /// | `SEQUENCE_ENVIRONMENT` | the environment of `SEQUENCE_PROJECT_ID`: `production` (the default), `next` or `dev` |
    /// | `OMS_PROJECT_ID` and `OMS_TOKEN_ISSUER` | an [OMS Wallet](Self::oms_wallet) project and its issuer, alone or [together](Self::or) with Embedded Wallet |
    ///
    /// An empty variable counts as unset. All other settings have their defaults. To set them, use the
    /// [builders](Self::builder) and [`or`](Self::or).
    ///
    /// # Errors
    ///
    /// Returns an error if no issuer is configured, if variables contradict each other, or if a value is invalid.
    /// [`ConfigError::setting`] is the name of the variable.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // SEQUENCE_PROJECT_ID=13639 SEQUENCE_ENVIRONMENT=dev
    /// let layer = SequenceAuthLayer::from_env()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn from_env() -> Result<Self, ConfigError> {
        match (embedded_wallet()?, oms_wallet()?) {
            (Some(layer), Some(oms_wallet)) => layer.or(oms_wallet),
            (Some(layer), None) | (None, Some(layer)) => Ok(layer),
            (None, None) => Err(ConfigError::new(
                PROJECT_ID,
                format!(
                    "it is not set, and neither is {CONFIG_KEY}, nor {OMS_PROJECT_ID} with {OMS_TOKEN_ISSUER}"
                ),
            )),
        }
    }
}

fn embedded_wallet() -> Result<Option<SequenceAuthLayer>, ConfigError> {
    let config_key = variable(CONFIG_KEY)?;
    let project_id = variable(PROJECT_ID)?;
    let environment = variable(ENVIRONMENT)?;
    match (config_key, project_id, environment) {
        (None, None, None) => Ok(None),
        (Some(key), None, None) => from_config_key(&key).map(Some),
        (None, Some(project_id), environment) => {
            from_project_id(&project_id, environment.as_deref()).map(Some)
        }
        (None, None, Some(_)) => Err(missing(PROJECT_ID, ENVIRONMENT)),
        (Some(_), project_id, _) => {
            let other = project_id.map_or(ENVIRONMENT, |_| PROJECT_ID);
            let problem = format!("{other} is set too, but the key already contains it");
            Err(ConfigError::new(CONFIG_KEY, problem))
        }
    }
}

fn from_config_key(key: &str) -> Result<SequenceAuthLayer, ConfigError> {
    let key: ConfigKey = key.parse().map_err(named(CONFIG_KEY))?;
    let builder = SequenceAuthLayer::builder(key.project_id()).environment(key.environment());
    builder.build().map_err(named(CONFIG_KEY))
}

fn from_project_id(
    project_id: &str,
    environment: Option<&str>,
) -> Result<SequenceAuthLayer, ConfigError> {
    let number = project_id.parse().map_err(|error| {
        let cure = if project_id.starts_with("prj_") {
            format!(": a project of OMS Wallet goes to {OMS_PROJECT_ID}")
        } else {
            String::new()
        };
        let project_id = Escaped(project_id);
        let problem = format!("`{project_id}` is not the number of a project{cure}");
        ConfigError::new(PROJECT_ID, problem).with_source(error)
    })?;
    let environment = environment.map(str::parse::<Environment>).transpose();
    let environment = environment.map_err(named(ENVIRONMENT))?;
    let builder = SequenceAuthLayer::builder(number).environment(environment.unwrap_or_default());
    builder.build().map_err(named(PROJECT_ID))
}

fn oms_wallet() -> Result<Option<SequenceAuthLayer>, ConfigError> {
    match (variable(OMS_PROJECT_ID)?, variable(OMS_TOKEN_ISSUER)?) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing(OMS_TOKEN_ISSUER, OMS_PROJECT_ID)),
        (None, Some(_)) => Err(missing(OMS_PROJECT_ID, OMS_TOKEN_ISSUER)),
        (Some(project_id), Some(issuer)) => {
            let layer = SequenceAuthLayer::oms_wallet(&project_id, &issuer).build();
            let named = |error: ConfigError| match error.setting() {
                "project_id" => error.of_setting(OMS_PROJECT_ID),
                _ => error.of_setting(OMS_TOKEN_ISSUER),
            };
            layer.map(Some).map_err(named)
        }
    }
}

fn missing(variable: &'static str, other: &'static str) -> ConfigError {
    ConfigError::new(variable, format!("it is not set, and {other} is"))
}

fn named(variable: &'static str) -> impl Fn(ConfigError) -> ConfigError {
    move |error| error.of_setting(variable)
}

/// Reads a variable. An empty value counts as unset.
fn variable(name: &'static str) -> Result<Option<String>, ConfigError> {
    match env::var(name) {
        Ok(value) => Ok((!value.is_empty()).then_some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ConfigError::new(name, "it is not valid Unicode")),
    }
}

//! The command line and environment settings for the trusted issuer of Embedded Wallet tokens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::{Args, builder::NonEmptyStringValueParser};
use sequence_auth::{ConfigKey, Environment, SequenceAuthLayer, SequenceAuthLayerBuilder};

const DEMO_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3001);
const DEMO_PROJECT_ID: u64 = 13639;

/// The command line options that select the issuer of Embedded Wallet tokens, for `#[command(flatten)]`.
#[derive(Debug, Args)]
pub struct IssuerOptions {
    /// The project whose tokens are accepted.
    #[arg(long, env = "PROJECT_ID", value_name = "N")]
    project_id: Option<u64>,

    /// The issuer to trust instead of production Sequence.
    #[arg(long, env = "ISSUER", value_name = "URL", value_parser = not_empty())]
    issuer: Option<String>,

    /// Where to fetch the issuer's keys [default: below the issuer's URL].
    #[arg(long, env = "JWKS_URL", value_name = "URL", value_parser = not_empty())]
    jwks_url: Option<String>,

    /// The part of a token's audience before the project id.
    #[arg(long, env = "AUDIENCE_PREFIX", value_name = "URL", value_parser = not_empty())]
    audience_prefix: Option<String>,

    /// The front end's `waasConfigKey`: project and environment in one.
    #[arg(long, env = "CONFIG_KEY", value_name = "KEY")]
    config_key: Option<ConfigKey>,

    /// Where the demo issuer listens, on loopback [default: 127.0.0.1:3001].
    #[arg(long, env = "DEMO_LISTEN", value_name = "ADDRESS")]
    demo_listen: Option<SocketAddr>,
}

/// Parses the text of an option that must not be empty.
#[must_use]
pub fn not_empty() -> NonEmptyStringValueParser {
    NonEmptyStringValueParser::new()
}

/// The issuer to trust, with its settings.
pub(crate) enum IssuerChoice {
    Sequence(Box<SequenceAuthLayerBuilder>),
    Demo(DemoSettings),
}

pub(crate) struct DemoSettings {
    pub(crate) listen: SocketAddr,
    pub(crate) project_id: u64,
    pub(crate) audience_prefix: String,
}

impl IssuerOptions {
    pub(crate) fn choice(&self) -> Result<IssuerChoice, String> {
        if self.wants_demo() {
            return Ok(IssuerChoice::Demo(self.demo_settings()?));
        }
        Ok(IssuerChoice::Sequence(Box::new(self.layer()?)))
    }

    /// Returns the issuer that an option names, if any, for servers that may trust another kind of issuer instead.
    pub(crate) fn named(&self) -> Result<Option<SequenceAuthLayerBuilder>, String> {
        self.is_named().then(|| self.layer()).transpose()
    }

    /// Returns `true` if an option concerns the issuer, other than the address of the demo issuer.
    pub(crate) fn is_named(&self) -> bool {
        self.names_an_issuer() || self.project_id.is_some() || self.audience_prefix.is_some()
    }

    /// Returns `true` if an option selects an issuer, or the demo issuer.
    pub(crate) fn is_chosen(&self) -> bool {
        self.names_an_issuer() || self.project_id.is_some() || self.demo_listen.is_some()
    }

    fn layer(&self) -> Result<SequenceAuthLayerBuilder, String> {
        let mut builder = SequenceAuthLayer::builder(self.project_id()?);
        if let Some(key) = self.config_key {
            builder = builder.environment(key.environment());
        }
        if let Some(issuer) = &self.issuer {
            builder = builder.issuer(issuer);
        }
        if let Some(url) = &self.jwks_url {
            builder = builder.jwks_url(url);
        }
        if let Some(prefix) = &self.audience_prefix {
            builder = builder.audience_prefix(prefix);
        }
        Ok(builder)
    }

    /// The demo issuer runs unless an option names another issuer. A project alone means production.
    fn wants_demo(&self) -> bool {
        !self.names_an_issuer() && (self.project_id.is_none() || self.demo_listen.is_some())
    }

    fn names_an_issuer(&self) -> bool {
        self.issuer.is_some() || self.jwks_url.is_some() || self.config_key.is_some()
    }

    fn demo_settings(&self) -> Result<DemoSettings, String> {
        let listen = self.demo_listen.unwrap_or(DEMO_LISTEN);
        if !listen.ip().is_loopback() {
            return Err(format!("--demo-listen is {listen}: not a loopback address"));
        }
        let prefix = self.audience_prefix.as_deref();
        Ok(DemoSettings {
            listen,
            project_id: self.project_id.unwrap_or(DEMO_PROJECT_ID),
            audience_prefix: prefix
                .unwrap_or(Environment::Production.audience_prefix())
                .to_owned(),
        })
    }

    /// Returns the URL of the trusted issuer, unless it is the demo issuer.
    #[must_use]
    pub fn url(&self) -> &str {
        let environment = self.config_key.map(ConfigKey::environment);
        self.issuer
            .as_deref()
            .unwrap_or(environment.unwrap_or_default().issuer())
    }

    pub(crate) fn project_id(&self) -> Result<u64, String> {
        match (self.project_id, self.config_key.map(ConfigKey::project_id)) {
            (Some(id), Some(other)) if id != other => Err(format!(
                "--project-id is {id}, but --config-key is for project {other}"
            )),
            (Some(id), _) | (None, Some(id)) => Ok(id),
            (None, None) => Err("--project-id is needed: whose tokens are accepted?".to_owned()),
        }
    }
}

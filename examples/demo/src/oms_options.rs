//! The command line and environment settings for the trusted OMS Wallet.

use clap::Args;
use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceAuthLayerBuilder};

// The names of the options for the operator.
const PROJECT_ID: &str = "--oms-project-id (OMS_PROJECT_ID)";
const TOKEN_ISSUER: &str = "--oms-token-issuer (OMS_TOKEN_ISSUER)";
const JWKS_URL: &str = "--oms-jwks-url (OMS_JWKS_URL)";

/// The command line options that select an OMS Wallet, for `#[command(flatten)]`. An empty option counts as unset.
#[derive(Debug, Args)]
pub(crate) struct OmsOptions {
    /// The project of OMS Wallet whose tokens are accepted (`prj_…`). With it, no demo issuer runs, and tokens of
    /// Embedded Wallet are accepted only if an option names their project.
    #[arg(
        id = "oms-project-id",
        long = "oms-project-id",
        env = "OMS_PROJECT_ID",
        value_name = "ID"
    )]
    project_id: Option<String>,

    /// The issuer of OMS Wallet's tokens (`iss`). It has no default.
    #[arg(
        id = "oms-token-issuer",
        long = "oms-token-issuer",
        env = "OMS_TOKEN_ISSUER",
        value_name = "URL"
    )]
    issuer: Option<String>,

    /// Where to fetch the keys of OMS Wallet [default: below the issuer's URL].
    #[arg(
        id = "oms-jwks-url",
        long = "oms-jwks-url",
        env = "OMS_JWKS_URL",
        value_name = "URL"
    )]
    jwks_url: Option<String>,
}

/// The OMS Wallet that the options name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OmsChoice<'a> {
    pub(crate) project_id: &'a str,
    pub(crate) issuer: &'a str,
    jwks_url: Option<&'a str>,
}

impl OmsOptions {
    /// Returns the OMS Wallet that the options name, or `None` if all are unset.
    pub(crate) fn choice(&self) -> Result<Option<OmsChoice<'_>>, String> {
        let jwks_url = set(self.jwks_url.as_ref());
        match (set(self.project_id.as_ref()), set(self.issuer.as_ref())) {
            (Some(project_id), Some(issuer)) => Ok(Some(OmsChoice {
                project_id,
                issuer,
                jwks_url,
            })),
            (Some(_), None) => Err(format!(
                "{PROJECT_ID} is set, and so {TOKEN_ISSUER} is needed: it has no default"
            )),
            (None, Some(_)) => Err(format!(
                "{TOKEN_ISSUER} is set, and so {PROJECT_ID} is needed: whose tokens are accepted?"
            )),
            (None, None) if jwks_url.is_some() => Err(format!(
                "{JWKS_URL} is set, and so {PROJECT_ID} and {TOKEN_ISSUER} are needed"
            )),
            (None, None) => Ok(None),
        }
    }
}

/// An environment file often lists every variable and leaves unused ones empty.
fn set(value: Option<&String>) -> Option<&str> {
    value.map(String::as_str).filter(|value| !value.is_empty())
}

impl OmsChoice<'_> {
    pub(crate) fn layer(&self) -> SequenceAuthLayerBuilder {
        let builder = SequenceAuthLayer::oms_wallet(self.project_id, self.issuer);
        match self.jwks_url {
            Some(url) => builder.jwks_url(url),
            None => builder,
        }
    }
}

/// Names the OMS Wallet option that an error is about, if it is about one.
pub(crate) fn told_by_option(error: &ConfigError) -> String {
    let option = match error.setting() {
        "project_id" => PROJECT_ID,
        "issuer" => TOKEN_ISSUER,
        "jwks_url" => JWKS_URL,
        _ => return error.to_string(),
    };
    format!("{option}: {error}")
}

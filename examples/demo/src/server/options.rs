//! What can be set on the command line and in the environment.

use std::{net::SocketAddr, time::Duration};

use clap::Parser;
use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceAuthLayerBuilder};

use super::page::PageConfig;
use crate::{IssuerOptions, not_empty};

/// The demo issuer takes any.
const DEMO_ACCESS_KEY: &str = "demo";
/// The layer's default, in seconds.
const REFETCH_COOLDOWN: u64 = 30;

/// Verifies Sequence wallets. Without an option, a demo issuer on loopback issues the tokens; with
/// `--project-id` alone, it is production Sequence.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Where to listen.
    #[arg(
        long,
        env = "LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) issuer: IssuerOptions,

    /// The project's public access key, with which one can sign in on the page.
    #[arg(long, env = "ACCESS_KEY", value_name = "KEY", value_parser = not_empty())]
    access_key: Option<String>,

    /// In what time tokens with unknown keys may cause one more fetch of the keys, after two in a row, in
    /// seconds; 0 is for an issuer on loopback only [default: 30].
    #[arg(long, env = "REFETCH_COOLDOWN", value_name = "SECONDS")]
    refetch_cooldown: Option<u64>,
}

impl Options {
    /// Builds the layer with the settings that do not depend on whom it trusts.
    pub(crate) fn build(
        &self,
        mut builder: SequenceAuthLayerBuilder,
    ) -> Result<SequenceAuthLayer, ConfigError> {
        if let Some(seconds) = self.refetch_cooldown {
            builder = builder.refetch_cooldown(Duration::from_secs(seconds));
        }
        builder.build()
    }

    /// Says what the page is told, with the URL of the demo issuer if it runs.
    pub(crate) fn page(&self, demo_issuer: Option<&str>) -> Result<PageConfig, String> {
        let (project_id, issuer, access_key) = match demo_issuer {
            Some(url) => (self.issuer.demo_project_id(), url, Some(DEMO_ACCESS_KEY)),
            None => (
                self.issuer.project_id()?,
                self.issuer.url(),
                self.access_key.as_deref(),
            ),
        };
        Ok(PageConfig {
            project_id,
            issuer: issuer.to_owned(),
            access_key: access_key.map(str::to_owned),
            demo: demo_issuer.is_some(),
            refetch_cooldown: self.refetch_cooldown.unwrap_or(REFETCH_COOLDOWN),
        })
    }
}

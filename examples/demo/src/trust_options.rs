//! The command line and environment settings for the issuers that a server trusts.

use std::time::Duration;

use clap::Args;
use sequence_auth::{ConfigError, SequenceAuthLayer, SequenceAuthLayerBuilder};

use crate::{IssuerOptions, oms_options::OmsOptions};

/// The command line options that select the trusted issuers, for `#[command(flatten)]`.
#[derive(Debug, Args)]
pub struct TrustOptions {
    #[command(flatten)]
    pub(crate) issuer: IssuerOptions,

    #[command(flatten)]
    pub(crate) oms_wallet: OmsOptions,

    /// How long it takes, in seconds, until tokens with unknown keys may cause another fetch of the keys, after two in
    /// a row. 0 is only allowed for an issuer on loopback [default: 30].
    #[arg(long, env = "REFETCH_COOLDOWN", value_name = "SECONDS")]
    pub(crate) refetch_cooldown: Option<u64>,
}

impl TrustOptions {
    /// Checks that an option names an issuer or the demo issuer, for a server that is deployed: if an option is forgotten,
    /// the server must not trust an issuer that signs for anybody.
    ///
    /// # Errors
    ///
    /// If no option does.
    pub fn ensure_issuer(&self) -> Result<(), String> {
        if self.issuer.is_chosen() || self.oms_wallet.choice()?.is_some() {
            return Ok(());
        }
        Err(
            "no issuer: pass --project-id, --config-key or --oms-project-id. To try it, pass \
             --demo-listen 127.0.0.1:3001, which starts an issuer that signs for anybody"
                .to_owned(),
        )
    }

    /// Builds the layer with the settings that do not depend on the issuers.
    pub(crate) fn build(
        &self,
        mut builder: SequenceAuthLayerBuilder,
    ) -> Result<SequenceAuthLayer, ConfigError> {
        if let Some(seconds) = self.refetch_cooldown {
            builder = builder.refetch_cooldown(Duration::from_secs(seconds));
        }
        builder.build()
    }
}

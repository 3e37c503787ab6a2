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

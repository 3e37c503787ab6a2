//! The command line and environment settings.

use std::net::SocketAddr;

use clap::Parser;

use super::page::{PageConfig, Party};
use crate::{TrustOptions, issuer::DemoIssuer, not_empty};

/// The demo issuer accepts any key.
const DEMO_ACCESS_KEY: &str = "demo";
/// The layer's default, in seconds.
const REFETCH_COOLDOWN: u64 = 30;

/// Verifies wallets of Sequence: Embedded Wallet and its successor, OMS Wallet. Without options, it trusts tokens of
/// both from a demo issuer on loopback. With `--project-id` alone, it trusts production Sequence.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// The address of the server.
    #[arg(
        long,
        env = "LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    pub(crate) listen: SocketAddr,

    /// The address of the metrics [default: the address of the server].
    #[arg(long, env = "METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<SocketAddr>,

    #[command(flatten)]
    pub(crate) trust: TrustOptions,

    /// The public access key of the Embedded Wallet project, to sign in on the page.
    #[arg(long, env = "ACCESS_KEY", value_name = "KEY", value_parser = not_empty())]
    access_key: Option<String>,
}

impl Options {
    /// Returns the settings for the page, with the demo issuer if the server trusts it.
    pub(crate) fn page(&self, demo: Option<&DemoIssuer>) -> Result<PageConfig, String> {
        let refetch_cooldown = self.trust.refetch_cooldown.unwrap_or(REFETCH_COOLDOWN);
        if let Some(demo) = demo {
            return Ok(PageConfig {
                embedded_wallet: Some(Party::new(demo.project_id, demo.url())),
                oms_wallet: Some(Party::new(
                    DemoIssuer::OMS_PROJECT_ID.to_owned(),
                    demo.oms_url(),
                )),
                access_key: Some(DEMO_ACCESS_KEY.to_owned()),
                demo: true,
                refetch_cooldown,
            });
        }
        Ok(PageConfig {
            embedded_wallet: self.embedded_wallet()?,
            oms_wallet: self.oms_wallet()?,
            access_key: self.access_key.clone(),
            demo: false,
            refetch_cooldown,
        })
    }

    /// Returns the trusted project and issuer of Embedded Wallet without the demo issuer.
    fn embedded_wallet(&self) -> Result<Option<Party<u64>>, String> {
        if self.oms_wallet()?.is_some() && !self.trust.issuer.is_named() {
            return Ok(None);
        }
        let project_id = self.trust.issuer.project_id()?;
        Ok(Some(Party::new(project_id, self.trust.issuer.url())))
    }

    fn oms_wallet(&self) -> Result<Option<Party<String>>, String> {
        let choice = self.trust.oms_wallet.choice()?;
        Ok(choice.map(|choice| Party::new(choice.project_id.to_owned(), choice.issuer)))
    }
}

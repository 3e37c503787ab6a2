//! The issuers that the server trusts: of Embedded Wallet tokens, of OMS Wallet tokens, or both.

use std::error::Error;

use sequence_auth::SequenceAuthLayer;
use tokio::sync::watch;
use tracing::warn;

use crate::{TrustOptions, TrustedIssuer, issuer::DemoIssuer, oms_options::told_by_option};

/// A layer that accepts the tokens of the issuers that the options name.
#[derive(Debug)]
pub struct Trust {
    /// The layer, with every default.
    pub layer: SequenceAuthLayer,
    /// The demo issuer, if the server trusts it.
    pub demo: Option<DemoIssuer>,
}

impl Trust {
    /// Starts the demo issuer, if the server trusts it. The issuer serves until the sender of `ends` is dropped.
    ///
    /// # Errors
    ///
    /// If the options are wrong, or the demo issuer cannot listen.
    pub async fn start(
        options: &TrustOptions,
        ends: watch::Receiver<()>,
    ) -> Result<Self, Box<dyn Error>> {
        if let Some(layer) = with_oms_wallet(options)? {
            return Ok(Self { layer, demo: None });
        }
        let TrustedIssuer { layer, demo } = TrustedIssuer::start(&options.issuer, ends).await?;
        let layer = options.build(layer)?;
        let layer = match &demo {
            Some(demo) => layer.or(played_oms_wallet(options, demo)?)?,
            None => layer,
        };
        Ok(Self { layer, demo })
    }
}

/// Starts fetching keys before the first request, and logs if there are none yet.
pub async fn report_first_keys(layer: SequenceAuthLayer) {
    if layer.ready().await.is_err() {
        warn!(
            "no keys yet, requests are answered with 503: {}",
            layer.health()
        );
    }
}

/// Trusts the OMS Wallet that the options name, if any, and the issuer of Embedded Wallet tokens that they name beside
/// it.
pub(crate) fn with_oms_wallet(
    options: &TrustOptions,
) -> Result<Option<SequenceAuthLayer>, Box<dyn Error>> {
    let Some(choice) = options.oms_wallet.choice()? else {
        return Ok(None);
    };
    let oms_wallet = options
        .build(choice.layer())
        .map_err(|error| told_by_option(&error))?;
    match options.issuer.named()? {
        Some(embedded_wallet) => Ok(Some(options.build(embedded_wallet)?.or(oms_wallet)?)),
        None => Ok(Some(oms_wallet)),
    }
}

fn played_oms_wallet(
    options: &TrustOptions,
    demo: &DemoIssuer,
) -> Result<SequenceAuthLayer, Box<dyn Error>> {
    let builder = SequenceAuthLayer::oms_wallet(DemoIssuer::OMS_PROJECT_ID, demo.oms_url());
    Ok(options.build(builder)?)
}

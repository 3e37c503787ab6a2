//! The trusted issuer of Embedded Wallet tokens, which is started if it is the demo issuer.

use std::error::Error;

use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer};
use serving::{listen, serve};
use tokio::sync::watch;
use tracing::{Instrument as _, warn, warn_span};

use crate::{
    IssuerOptions,
    issuer::{self, DemoIssuer},
    issuer_options::{DemoSettings, IssuerChoice},
};

/// The issuer that the options name.
#[derive(Debug)]
pub struct TrustedIssuer {
    /// Builds a layer that trusts it.
    pub layer: SequenceAuthLayerBuilder,
    /// The demo issuer, if the server trusts it.
    pub demo: Option<DemoIssuer>,
}

impl TrustedIssuer {
    /// Starts the demo issuer, if the server trusts it. The issuer serves until the sender of `ends` is dropped.
    ///
    /// # Errors
    ///
    /// If the options are wrong, or the demo issuer cannot listen.
    pub async fn start(
        options: &IssuerOptions,
        ends: watch::Receiver<()>,
    ) -> Result<Self, Box<dyn Error>> {
        match options.choice()? {
            IssuerChoice::Sequence(layer) => Ok(Self {
                layer: *layer,
                demo: None,
            }),
            IssuerChoice::Demo(settings) => Self::start_demo(&settings, ends).await,
        }
    }

    async fn start_demo(
        settings: &DemoSettings,
        ends: watch::Receiver<()>,
    ) -> Result<Self, Box<dyn Error>> {
        let listener = listen(settings.listen, "--demo-listen").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let issuer = LocalIssuer::at(url, &settings.audience_prefix);
        let demo = DemoIssuer::new(issuer, settings.project_id);
        // The beginning of every log line of the issuer.
        let span = warn_span!("demo issuer, NOT FOR PRODUCTION");
        span.in_scope(|| warn!("listening at {}, signing for anybody", demo.url()));
        tokio::spawn(serve(listener, issuer::router(&demo), ends).instrument(span));
        let layer = SequenceAuthLayer::builder(settings.project_id)
            .issuer(demo.url())
            .audience_prefix(&settings.audience_prefix);
        Ok(Self {
            layer,
            demo: Some(demo),
        })
    }
}

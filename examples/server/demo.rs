//! Starting the demo issuer, and trusting it.

use std::error::Error;

use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer};
use tokio::sync::watch;
use tracing::{Instrument as _, warn, warn_span};

use super::{
    demo_issuer,
    listen::bind,
    serve,
    trust::{DemoSettings, Trust},
};

/// Returns a builder that trusts somebody, and the demo issuer if that is who it is.
pub(crate) async fn trusted(
    trust: Trust,
    ends: watch::Receiver<()>,
) -> Result<(SequenceAuthLayerBuilder, Option<LocalIssuer>), Box<dyn Error>> {
    match trust {
        Trust::Sequence(builder) => Ok((*builder, None)),
        Trust::Demo(settings) => {
            let (builder, issuer) = start(&settings, ends).await?;
            Ok((builder, Some(issuer)))
        }
    }
}

/// Serves a demo issuer until the sender of `ends` is gone.
async fn start(
    settings: &DemoSettings,
    ends: watch::Receiver<()>,
) -> Result<(SequenceAuthLayerBuilder, LocalIssuer), Box<dyn Error>> {
    let listener = bind(settings.listen, "--demo-listen").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let issuer = LocalIssuer::at(url, &settings.audience_prefix);
    // Every log line of the issuer begins with this.
    let span = warn_span!("demo issuer, NOT FOR PRODUCTION");
    span.in_scope(|| warn!("listening at {}, signing for anybody", issuer.url()));
    let router = demo_issuer::router(issuer.clone(), settings.project_id);
    tokio::spawn(serve::serve(listener, router, ends).instrument(span));
    let builder = SequenceAuthLayer::builder(settings.project_id)
        .issuer(issuer.url())
        .audience_prefix(&settings.audience_prefix);
    Ok((builder, issuer))
}

//! The example server around its application: options, the page, and what it prints.

mod options;
mod page;
#[cfg(test)]
mod tests;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use axum::Router;
use clap::Parser as _;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use serving::{Termination, listen, serve};
use tokio::sync::watch;
use tracing::warn;

use crate::{TrustedIssuer, start_logging};
use options::Options;

pub use page::{PAGE_ICON, PAGE_STYLE_SHEET};

/// Runs an application that a layer protects, with a page to try it on, until SIGTERM or Ctrl-C.
pub fn run_server(app: fn(&SequenceAuthLayer) -> Router) -> ExitCode {
    let options = Options::parse();
    start_logging();
    serving::run(run(&options, app))
}

async fn run(
    options: &Options,
    app: fn(&SequenceAuthLayer) -> Router,
) -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let (running, ends) = watch::channel(());
    let issuer = TrustedIssuer::start(&options.issuer, ends.clone()).await?;
    let layer = options.build(issuer.layer)?;
    let page = options.page(issuer.demo.as_ref().map(LocalIssuer::url))?;
    let listener = listen(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, issuer.demo.as_ref());
    tokio::spawn(report_first_keys(layer.clone()));
    termination.drop_when_requested(running);
    serve(listener, app(&layer).merge(page::router(&page)), ends).await;
    Ok(())
}

/// Starts the fetching of keys before the first request, and tells if there are none yet.
async fn report_first_keys(layer: SequenceAuthLayer) {
    if layer.ready().await.is_err() {
        warn!(
            "no keys yet, requests are answered with 503: {}",
            layer.health()
        );
    }
}

/// Tells on stdout where the server is and what to try.
fn introduce(address: SocketAddr, issuer: Option<&LocalIssuer>) {
    println!("Server: http://{address}");
    println!("Page: http://{address}/");
    let Some(issuer) = issuer else {
        println!("Its keys: curl -s http://{address}/healthz");
        return;
    };
    let issuer = issuer.url();
    println!("Demo issuer: {issuer} (NOT FOR PRODUCTION: it signs for anybody)");
    println!();
    println!("Try it:");
    println!(
        "  curl -s {issuer}/demo/token -d '{{\"email\":\"player@example.com\"}}' \
         | curl -s http://{address}/api/verify-wallet -H 'content-type: application/json' -d @-"
    );
}

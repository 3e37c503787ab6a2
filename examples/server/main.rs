//! A backend that verifies Sequence wallets, and a demo issuer to try it with, offline.
//!
//! `cargo run --example server` says how to go on; `--help` lists what can be set.

mod app;
mod demo;
mod demo_issuer;
#[path = "../axum/lingering.rs"]
mod lingering;
mod listen;
mod logging;
mod options;
mod page;
mod program;
mod serve;
mod termination;
mod trust;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use clap::Parser as _;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use tokio::sync::watch;
use tracing::warn;

use listen::bind;
use options::Options;
use termination::Termination;

fn main() -> ExitCode {
    let options = Options::parse();
    logging::start();
    program::run(run(&options))
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let (running, ends) = watch::channel(());
    let (builder, issuer) = demo::trusted(options.trust.trust()?, ends.clone()).await?;
    let layer = options.build(builder)?;
    let page = options.page(issuer.as_ref().map(LocalIssuer::url))?;
    let listener = bind(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, issuer.as_ref());
    tokio::spawn(report_first_keys(layer.clone()));
    termination.ends(running);
    let router = app::app(&layer).merge(page::router(&page));
    serve::serve(listener, router, ends).await;
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

//! A login that accepts each token once: nonces bound to the browser, then a session.
//!
//! `cargo run -p login` prints lines to try, and `--help` lists the options.

mod app;
mod cookies;
mod nonces;
mod options;
mod page;
mod player;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use clap::Parser as _;
use demo::{TrustedIssuer, issuer::DemoIssuer, start_logging};
use serving::{Termination, listen, serve};
use tokio::sync::watch;

use options::Options;
use page::PageConfig;

fn main() -> ExitCode {
    let options = Options::parse();
    start_logging();
    serving::run(run(&options))
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let (running, ends) = watch::channel(());
    let issuer = TrustedIssuer::start(&options.issuer, ends.clone()).await?;
    let nonces = nonces::nonces(options)?;
    let demo = issuer.demo.as_ref().map(DemoIssuer::url);
    let page = PageConfig::new(demo.unwrap_or(options.issuer.url()), demo.is_some());
    let listener = listen(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, demo);
    termination.drop_when_requested(running);
    let page = page::router(page, &options.framed_by);
    let router = app::app(nonces, options.cookies(), issuer.layer.build()?, page);
    serve(listener, router, ends).await;
    Ok(())
}

/// Prints the server's address and lines to try.
fn introduce(address: SocketAddr, issuer: Option<&str>) {
    println!("Server: http://{address}");
    println!("Page: http://{address}/");
    let Some(issuer) = issuer else {
        return;
    };
    println!("Demo issuer: {issuer} (NOT FOR PRODUCTION: it signs for anybody)");
    println!();
    println!("Try it:");
    println!("  nonce=$(curl -s -c cookies http://{address}/nonce | cut -d '\"' -f 4)");
    println!(
        "  token=$(curl -s {issuer}/demo/token \
         -d \"{{\\\"email\\\":\\\"player@example.com\\\",\\\"nonce\\\":\\\"$nonce\\\"}}\")"
    );
    println!(
        "  curl -s -b cookies -c cookies http://{address}/login \
         -H 'content-type: application/json' -d \"$token\""
    );
    println!("  curl -s -b cookies http://{address}/account");
}

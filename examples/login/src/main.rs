//! A login that no token passes twice: nonces that are bound to the browser, then a session.
//!
//! `cargo run -p login` says how to go on; `--help` lists what can be set.

mod app;
mod cookies;
mod nonces;
mod options;
mod own_site;
mod page;
mod player;

// What it has in common with the example server: how it starts, serves and ends, and the demo issuer.
#[path = "../../server/demo.rs"]
mod demo;
#[path = "../../server/demo_issuer/mod.rs"]
mod demo_issuer;
#[path = "../../axum/lingering.rs"]
mod lingering;
#[path = "../../server/listen.rs"]
mod listen;
#[path = "../../server/logging.rs"]
mod logging;
#[path = "../../server/program.rs"]
mod program;
#[path = "../../server/serve.rs"]
mod serve;
#[path = "../../server/termination.rs"]
mod termination;
#[path = "../../server/trust.rs"]
mod trust;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use clap::Parser as _;
use sequence_auth::testing::LocalIssuer;
use tokio::sync::watch;

use app::Login;
use listen::bind;
use options::Options;
use page::PageConfig;
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
    let login = Login {
        nonces: nonces::nonces(options)?,
        cookies: options.cookies(),
    };
    let issuer = issuer.as_ref().map(LocalIssuer::url);
    let page = PageConfig::new(issuer.unwrap_or(options.trust.issuer()), issuer.is_some());
    let listener = bind(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, issuer);
    termination.ends(running);
    let router = app::app(login, builder.build()?, page::router(page));
    serve::serve(listener, router, ends).await;
    Ok(())
}

/// Tells on stdout where the server is and what to try.
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

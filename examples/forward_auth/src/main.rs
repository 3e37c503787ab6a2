//! `cargo run -p forward_auth -- --demo-listen 127.0.0.1:3001` prints lines to try, and `--help` lists the options.

mod options;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use clap::Parser as _;
use demo::{Trust, issuer::DemoIssuer, report_first_keys, start_logging};
use serving::{Termination, listen, serve};
use tokio::sync::watch;

use options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    start_logging();
    serving::run(run(&options))
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    options.trust.ensure_issuer()?;
    let termination = Termination::new()?;
    let (running, ends) = watch::channel(());
    let Trust { layer, demo } = Trust::start(&options.trust, ends.clone()).await?;
    let layer = layer.email_policy(options.email_policy());
    let router = forward_auth::app(layer.clone(), &options.token_names())?;
    let listener = listen(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, demo.as_ref().map(DemoIssuer::url));
    tokio::spawn(report_first_keys(layer));
    termination.drop_when_requested(running);
    serve(listener, router, ends).await;
    Ok(())
}

/// Prints the server's address and lines to try.
fn introduce(address: SocketAddr, issuer: Option<&str>) {
    println!("Server: http://{address}");
    println!("Its keys: curl -s http://{address}/healthz");
    println!(
        "For the proxy: nginx.conf, Caddyfile, or traefik.yml with traefik-routes.yml, in examples/forward_auth"
    );
    let Some(issuer) = issuer else {
        return;
    };
    println!("Demo issuer: {issuer} (NOT FOR PRODUCTION: it signs for anybody)");
    println!();
    println!("Try it, in the place of a proxy:");
    println!(
        "  token=$(curl -s {issuer}/demo/token -d '{{\"email\":\"player@example.com\"}}' \
         | cut -d '\"' -f 6)"
    );
    println!(
        "  curl -si http://{address}/verify -H \"Authorization: Bearer $token\" \
         -H 'X-Forwarded-Method: GET' -H 'X-Forwarded-Host: game.example'"
    );
}

//! A backend that verifies Sequence wallets, and a demo issuer to try it with, offline.
//!
//! `cargo run --example server` says how to go on; `--help` lists what can be set.

mod app;
mod demo_issuer;
mod lingering;
mod options;
mod page;
mod serve;
mod termination;

use std::{error::Error, io::IsTerminal as _, net::SocketAddr, process::ExitCode};

use clap::Parser as _;
use sequence_auth::{SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};
use tracing::{Instrument as _, info, level_filters::LevelFilter, warn, warn_span};
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use options::{DemoSettings, Options, Trust};
use termination::Termination;

fn main() -> ExitCode {
    let options = Options::parse();
    start_logging();
    let outcome = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let outcome = runtime.block_on(run(&options));
        // Not even a name look-up that hangs holds up the end.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let (running, ends) = watch::channel(());
    let (builder, issuer) = match options.trust()? {
        Trust::Sequence(builder) => (*builder, None),
        Trust::Demo(settings) => {
            let (builder, issuer) = start_demo_issuer(&settings, ends.clone()).await?;
            (builder, Some(issuer))
        }
    };
    let layer = options.build(builder)?;
    let page = options.page(issuer.as_ref().map(LocalIssuer::url))?;
    let listener = bind(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, issuer.as_ref());
    tokio::spawn(report_first_keys(layer.clone()));
    tokio::spawn(async move {
        termination.requested().await;
        info!("ending");
        drop(running);
    });
    let router = app::app(&layer).merge(page::router(&page));
    serve::serve(listener, router, ends).await;
    Ok(())
}

async fn start_demo_issuer(
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

/// Starts the fetching of keys before the first request, and tells if there are none yet.
async fn report_first_keys(layer: SequenceAuthLayer) {
    if layer.ready().await.is_err() {
        warn!(
            "no keys yet, requests are answered with 503: {}",
            layer.health()
        );
    }
}

async fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({option}): {error}"))
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

/// Logs to stderr; `RUST_LOG=sequence_auth=debug` tells why each request was refused.
fn start_logging() {
    let stderr = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(stderr.with_filter(log_filter()))
        .init();
}

/// What `RUST_LOG` does not name is logged at the level info.
fn log_filter() -> Targets {
    let info = Targets::new().with_default(LevelFilter::INFO);
    // An empty text is a filter too, of errors alone.
    let Some(text) = std::env::var("RUST_LOG")
        .ok()
        .filter(|text| !text.is_empty())
    else {
        return info;
    };
    match text.parse::<Targets>() {
        Ok(filter) if filter.default_level().is_some() => filter,
        Ok(filter) => filter.with_default(LevelFilter::INFO),
        Err(_) => {
            eprintln!("RUST_LOG is not understood; logging at the level info");
            info
        }
    }
}

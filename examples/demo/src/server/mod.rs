//! The example server around its application: options, page, and output.

mod introduction;
mod listeners;
mod options;
mod page;
#[cfg(test)]
mod tests;

use std::{error::Error, process::ExitCode};

use axum::Router;
use clap::Parser as _;
use sequence_auth::SequenceAuthLayer;
use serving::Termination;
use tokio::sync::watch;

use crate::{Trust, report_first_keys, start_logging};
use introduction::introduce;
use listeners::Listeners;
use options::Options;

pub use page::{PAGE_ICON, PAGE_STYLE_SHEET};

/// Builds the routes that a layer protects.
type App = fn(&SequenceAuthLayer) -> Router;
/// Starts recording metrics, and builds their route.
type Metrics = fn() -> Result<Router, Box<dyn Error>>;

/// Runs an application behind a layer, with a page to try it, until SIGTERM or Ctrl-C.
pub fn run_server(app: App, metrics: Metrics) -> ExitCode {
    let options = Options::parse();
    start_logging();
    serving::run(run(&options, app, metrics))
}

async fn run(options: &Options, app: App, metrics: Metrics) -> Result<(), Box<dyn Error>> {
    let termination = Termination::new()?;
    let metrics = metrics()?;
    let (running, ends) = watch::channel(());
    let Trust { layer, demo } = Trust::start(&options.trust, ends.clone()).await?;
    let page = options.page(demo.as_ref())?;
    let listeners = Listeners::bind(options).await?;
    introduce(
        listeners.public_address()?,
        listeners.metrics_address()?,
        &page,
        demo.as_ref(),
    );
    tokio::spawn(report_first_keys(layer.clone()));
    termination.drop_when_requested(running);
    let app = app(&layer).merge(page::router(&page));
    Ok(listeners.serve(app, metrics, ends).await?)
}

//! The example server around its application: options, the page, and what it prints.

mod introduction;
mod options;
mod page;
#[cfg(test)]
mod tests;

use std::{error::Error, process::ExitCode};

use axum::Router;
use clap::Parser as _;
use sequence_auth::SequenceAuthLayer;
use serving::{Termination, listen, serve};
use tokio::sync::watch;

use crate::{Trust, report_first_keys, start_logging};
use introduction::introduce;
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
    let Trust { layer, demo } = Trust::start(&options.trust, ends.clone()).await?;
    let page = options.page(demo.as_ref())?;
    let listener = listen(options.listen, "--listen").await?;
    introduce(listener.local_addr()?, &page, demo.as_ref());
    tokio::spawn(report_first_keys(layer.clone()));
    termination.drop_when_requested(running);
    serve(listener, app(&layer).merge(page::router(&page)), ends).await;
    Ok(())
}

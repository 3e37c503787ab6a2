//! A backend that verifies Sequence wallets, and a demo issuer to try it offline.
//!
//! `cargo run --example server` prints lines to try, and `--help` lists the options. The code for applications is in
//! `app.rs` and `metrics.rs`. The demo issuer, the page and the options are in `examples/demo`.

mod app;
mod metrics;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

fn main() -> ExitCode {
    demo::run_server(app::app, metrics::metrics)
}

//! A backend that verifies Sequence wallets, and a demo issuer to try it with, offline.
//!
//! `cargo run --example server` says how to go on; `--help` lists what can be set. What an application would copy is
//! in `app.rs` and `metrics.rs`; the demo issuer, the page and the options are in `examples/demo`.

mod app;
mod metrics;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

fn main() -> ExitCode {
    demo::run_server(app::app, metrics::metrics)
}

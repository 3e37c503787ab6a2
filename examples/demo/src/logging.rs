//! Logging.

use std::io::IsTerminal as _;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Starts logging to stderr. `RUST_LOG=sequence_auth=debug` logs why each request was refused.
pub fn start_logging() {
    let stderr = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(stderr.with_filter(log_filter()))
        .init();
}

/// Targets that `RUST_LOG` does not name are logged at the level `info`.
fn log_filter() -> Targets {
    let info = Targets::new().with_default(LevelFilter::INFO);
    // An empty text is a valid filter, which only logs errors.
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

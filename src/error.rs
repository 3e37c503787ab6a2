//! Errors, split by moment: configuring, fetching keys, authenticating a request.

mod auth;
mod config;
mod fetch;
mod kind;

use std::{error::Error as StdError, sync::Arc};

pub(crate) use kind::Class;
pub use {
    auth::AuthError,
    config::ConfigError,
    fetch::{FetchError, FetchErrorKind, KeysUnavailable},
    kind::AuthErrorKind,
};

/// What caused an error, shared so that errors can be cloned.
type Source = Arc<dyn StdError + Send + Sync>;

fn source(source: Option<&Source>) -> Option<&(dyn StdError + 'static)> {
    source.map(|source| &**source as _)
}

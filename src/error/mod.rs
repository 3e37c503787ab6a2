//! Errors, split by moment: configuration, fetching keys, authenticating a request, recording a use.

mod auth;
mod causes;
mod class;
mod config;
mod escaped;
mod fetch;
mod keys_unavailable;
mod kinds;
mod missing_token;
mod one_time_store;
mod refusal;
mod snake_case;

use std::{error::Error as StdError, fmt, sync::Arc};

pub use {
    auth::AuthError,
    config::ConfigError,
    fetch::{FetchError, FetchErrorKind},
    keys_unavailable::KeysUnavailable,
    one_time_store::OneTimeStoreError,
    refusal::AuthErrorKind,
};
pub(crate) use {
    causes::Causes,
    class::Class,
    escaped::{Escaped, is_plain},
    missing_token::MissingToken,
};

/// The cause of an error, in an `Arc` to make the error `Clone`.
#[derive(Clone)]
pub(crate) struct Source(Arc<dyn StdError + Send + Sync>);

impl Source {
    pub(crate) fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }
}

// Not the `Debug` of the foreign error: its output is neither escaped nor bounded.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Causes(&*self.0))
    }
}

pub(crate) fn source(source: Option<&Source>) -> Option<&(dyn StdError + 'static)> {
    source.map(|source| &*source.0 as _)
}

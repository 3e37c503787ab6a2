//! What the operator is told of refusals.

#[cfg(feature = "axum")]
use tracing::error;
use tracing::{Level, debug, enabled};

use crate::error::AuthError;

pub(crate) fn request_refused(error: &AuthError) {
    debug!(
        kind = error.kind().as_str(),
        status = error.status().as_u16(),
        "request refused: {error}"
    );
}

/// Logs where a layer looks for tokens.
pub(crate) fn sources_set(sources: impl FnOnce() -> String) {
    if enabled!(Level::DEBUG) {
        debug!("tokens are looked for in this order: {}", sources());
    }
}

/// Logs why no source of a layer held a token.
pub(crate) fn token_not_found(absence: impl FnOnce() -> String) {
    if enabled!(Level::DEBUG) {
        debug!("no token was found: {}", absence());
    }
}

/// Logs that a handler needs claims that no layer has put into the request.
#[cfg(feature = "axum")]
pub(crate) fn layer_missing() {
    error!(
        "a handler extracts SequenceClaims on a route without a SequenceAuthLayer, and is answered with 500: add \
         `.layer(SequenceAuthLayer::new(project_id))` to the route"
    );
}

/// Reports the refusal of a token that came without a request.
pub(crate) fn token_refused(error: &AuthError) {
    debug!(kind = error.kind().as_str(), "token refused: {error}");
}

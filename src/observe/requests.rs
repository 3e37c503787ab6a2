//! What the operator is told of refusals.

use http::{HeaderMap, Method};
#[cfg(feature = "axum")]
use tracing::error;
use tracing::{Level, debug, enabled};

use super::{
    metrics::RequestMetrics, preflights::PreflightEvents, source_kind::SourceKind, verdict::Verdict,
};
use crate::error::AuthError;

/// Reports what has come of the requests of a layer, to its clones, too.
#[derive(Debug, Default)]
pub(crate) struct RequestEvents {
    metrics: RequestMetrics,
    preflights: PreflightEvents,
}

impl RequestEvents {
    /// Reports a request that passes: with a token from this kind of source, or without one.
    pub(crate) fn passed(&self, verdict: Verdict, source: Option<SourceKind>) {
        self.metrics.count(verdict, source);
    }

    /// Reports a refused request, whose token, if there was one, came from this kind of source.
    pub(crate) fn refused(&self, error: &AuthError, source: Option<SourceKind>) {
        self.metrics.count(Verdict::Failure(error.kind()), source);
        request_refused(error);
    }

    /// Reports a request without a token that is about to be refused, if it is a preflight.
    pub(crate) fn token_missing(&self, method: &Method, headers: &HeaderMap) {
        self.preflights.refused(method, headers);
    }
}

/// Logs the refusal of a request.
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

//! Events for the outcome of requests.

use std::sync::OnceLock;

use http::{HeaderMap, Method};
#[cfg(feature = "axum")]
use tracing::error;
use tracing::{Level, debug, enabled};

#[cfg(feature = "axum")]
use super::throttle::Throttle;
use super::{
    metrics::RequestMetrics, preflights::PreflightEvents, source_kind::SourceKind, verdict::Verdict,
};
use crate::error::AuthError;

/// Reports the outcome of the requests of a layer and its clones.
#[derive(Debug, Default)]
pub(crate) struct RequestEvents {
    metrics: RequestMetrics,
    preflights: PreflightEvents,
}

impl RequestEvents {
    /// Reports an accepted request, and the kind of source that its token came from, if it had a token.
    pub(crate) fn passed(&self, verdict: Verdict, source: Option<SourceKind>) {
        self.metrics.count(verdict, source);
    }

    /// Reports a refused request, and the kind of source that its token came from, if it had a token.
    pub(crate) fn refused(&self, error: &AuthError, source: Option<SourceKind>) {
        self.metrics.count(Verdict::Failure(error.kind()), source);
        request_refused(error);
    }

    /// Reports a request that is about to be refused because it has no token. Only preflights are logged.
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

/// Logs the token sources of a layer, unless they were logged before.
pub(crate) fn sources_set(were_logged: &OnceLock<()>, sources: impl FnOnce() -> String) {
    if enabled!(Level::DEBUG) && were_logged.set(()).is_ok() {
        debug!("tokens are looked for in this order: {}", sources());
    }
}

/// Logs why none of a layer's sources held a token.
pub(crate) fn token_not_found(absence: impl FnOnce() -> String) {
    if enabled!(Level::DEBUG) {
        debug!("no token was found: {}", absence());
    }
}

/// Logs, at most once a minute for each extractor, that a handler extracts claims on a route without a layer. Anybody
/// can repeat such a request.
#[cfg(feature = "axum")]
pub(crate) fn layer_missing(extractor: &'static str) {
    static ERRORS: Throttle<&str> = Throttle::new();
    if ERRORS.try_acquire(extractor) {
        error!(
            "a handler extracts {extractor} on a route without a SequenceAuthLayer. Its requests are answered with \
             500: add `.layer(SequenceAuthLayer::new(project_id))` to the route. The event is not repeated for a minute"
        );
    }
}

/// Logs the refusal of a token that was verified without a request.
pub(crate) fn token_refused(error: &AuthError) {
    debug!(kind = error.kind().as_str(), "token refused: {error}");
}

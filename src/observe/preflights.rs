//! Events for refused requests that are probably CORS preflights.

use http::{HeaderMap, Method, header::ACCESS_CONTROL_REQUEST_METHOD};
use tracing::warn;

use super::throttle::Throttle;

/// Logs refused preflights as a warning, at most once a minute.
#[derive(Debug, Default)]
pub(crate) struct PreflightEvents {
    warnings: Throttle<()>,
}

impl PreflightEvents {
    /// Logs a refused request without a token if it is a preflight (Fetch §3.2.2). Browsers never send a token with a
    /// preflight.
    pub(crate) fn refused(&self, method: &Method, headers: &HeaderMap) {
        let is_preflight =
            method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if is_preflight && self.warnings.try_acquire(()) {
            warn!(
                "an OPTIONS request without a token was refused. It is probably a CORS preflight, which means that pages \
                 of other origins cannot call this service: call `.layer(cors)` after `.layer(auth)`, and the CORS layer \
                 answers preflights first"
            );
        }
    }
}

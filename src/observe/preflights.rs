//! What is logged of refused requests that are likely to be CORS preflights.

use http::{HeaderMap, Method, header::ACCESS_CONTROL_REQUEST_METHOD};
use tracing::warn;

use super::throttle::Throttle;

/// Logs the refusal of a preflight as a warning once a minute.
#[derive(Debug, Default)]
pub(crate) struct PreflightEvents {
    warnings: Throttle<()>,
}

impl PreflightEvents {
    /// Logs a refused request without a token, if it is a preflight (Fetch §3.2.2): browsers send none with a token.
    pub(crate) fn refused(&self, method: &Method, headers: &HeaderMap) {
        let is_preflight =
            method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if is_preflight && self.warnings.try_acquire(()) {
            warn!(
                "an OPTIONS request without a token was refused, probably a CORS preflight, so that pages of other origins \
                 cannot call this service: call `.layer(cors)` after `.layer(auth)`, so that \
                 CORS is answered first"
            );
        }
    }
}

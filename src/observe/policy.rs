//! Events for a policy that has no effect, or that refuses every token.

use std::sync::atomic::{AtomicBool, Ordering};

use tracing::warn;

use crate::error::ConfigError;

/// Logs that a layer ignores an additional project, and why.
pub(crate) fn project_ignored(problem: &ConfigError) {
    warn!(%problem, "`also_project` has no effect");
}

/// Logs once that a policy relies on times that the issuer does not vouch for.
#[derive(Debug, Default)]
pub(crate) struct UntrustedTimesEvents {
    is_logged: AtomicBool,
}

impl UntrustedTimesEvents {
    /// Logs the first token that is refused for this reason.
    pub(crate) fn token_refused(&self) {
        if !self.is_logged.swap(true, Ordering::Relaxed) {
            warn!(
                "every OMS Wallet token is refused here: `once`, `max_token_age` and `max_session_age` rely on `iat` \
                 and `auth_time`, which OMS Wallet does not document. Set them on the layer for Embedded Wallet, before \
                 the call of `or`"
            );
        }
    }
}

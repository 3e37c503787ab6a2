//! Events for nonces.

use tracing::{debug, warn};

use super::throttle::Throttle;

/// Logs mistakes in the set-up of several processes or a proxy as a warning once a minute, and at `debug` in between.
#[derive(Debug, Default)]
pub(crate) struct NonceEvents {
    warnings: Throttle<&'static str>,
}

impl NonceEvents {
    /// Logs that a client did not get a nonce.
    ///
    /// If the browser says that the request has the same origin, but `Host` differs, a proxy has probably changed
    /// `Host`.
    pub(crate) fn not_issued(&self, reason: &'static str, is_host_changed: bool) {
        if is_host_changed && self.warnings.try_acquire("other host") {
            warn!(
                "no nonce was issued to a page of this host, because the header Host differs from the page's origin: let the \
                 proxy pass Host on unchanged, or allow the page's origin with LoginCookies::allow_origin"
            );
        }
        debug!(reason, "no nonce was issued");
    }

    /// Logs a nonce for another store, and the settings that processes have to share.
    ///
    /// A nonce from before the start may come from this process, whose store was lost in a restart. It is not worth a
    /// warning.
    pub(crate) fn issued_for_other_store(&self, is_from_before_start: bool) {
        if is_from_before_start || !self.warnings.try_acquire("other scope") {
            debug!("a nonce was issued for another store of used nonces");
            return;
        }
        warn!(
            "a nonce was issued for another store of used nonces, and is refused: all processes with the same NonceKey \
             need one shared store (NoncesBuilder::store), which cannot be in memory. If one service issues nonces and \
             another checks them, both need the same store or the same NoncesBuilder::scope"
        );
    }
}

//! What is logged of nonces.

use tracing::{debug, warn};

use super::throttle::Throttle;

/// Logs a wrong set-up of several processes as a warning once a minute, and at `debug` in between.
#[derive(Debug, Default)]
pub(crate) struct NonceEvents {
    warnings: Throttle<&'static str>,
}

impl NonceEvents {
    /// Logs a client that asked for a nonce in vain.
    ///
    /// A browser that speaks of the same origin, while `Host` is another, tells of a proxy that changes `Host`.
    pub(crate) fn not_issued(&self, reason: &'static str, is_host_changed: bool) {
        if is_host_changed && self.warnings.try_acquire("other host") {
            warn!(
                "no nonce was issued to a page of this host, because the header Host is another: have the proxy in front \
                 leave Host as it is, or name the page's origin by LoginCookies::allow_origin"
            );
        }
        debug!(reason, "no nonce was issued");
    }

    /// Logs a nonce for another store, and the settings that processes have to share.
    ///
    /// A nonce from before the start may be this process's own, whose store was lost in a restart: it is not warned of.
    pub(crate) fn issued_for_other_store(&self, is_from_before_start: bool) {
        if is_from_before_start || !self.warnings.try_acquire("other scope") {
            debug!("a nonce was issued for another store of used nonces");
            return;
        }
        warn!(
            "a nonce was issued for another store of used nonces, and is refused: all processes with one \
             NonceKey need one store (NoncesBuilder::store) that is not in memory; where others issue than \
             check, both need the same store, or the same NoncesBuilder::scope"
        );
    }
}

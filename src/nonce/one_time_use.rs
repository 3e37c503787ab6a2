//! One use, and what is made of the store's answer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    one_time_store::{OneTimeKey, OneTimeStore},
    outage::Outage,
};
use crate::error::{AuthError, AuthErrorKind};

/// By how much clocks may differ before something could be used twice: those of several instances, and
/// that of the store. As much as the largest leeway.
pub(super) const CLOCK_MARGIN: Duration = Duration::from_secs(300);

/// A client that is turned away because of the store may come back after this.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A store, and whether it does its work.
#[derive(Clone)]
pub(super) struct OneTimeUse {
    store: Arc<dyn OneTimeStore>,
    outage: Arc<Outage>,
}

impl OneTimeUse {
    pub(super) fn new(store: impl OneTimeStore) -> Self {
        Self {
            store: Arc::new(store),
            outage: Arc::default(),
        }
    }

    /// Uses what is accepted until some time, or refuses it as `used`.
    pub(super) async fn first(
        &self,
        key: &OneTimeKey,
        accepted_until: SystemTime,
        used: AuthErrorKind,
    ) -> Result<(), AuthError> {
        let expires_at = accepted_until + CLOCK_MARGIN;
        match self.store.first_use(key, expires_at).await {
            Ok(is_first) => {
                self.outage.is_over();
                if is_first { Ok(()) } else { Err(used.into()) }
            }
            Err(error) => {
                self.outage.goes_on(&error);
                let kind = if error.is_full() {
                    AuthErrorKind::OneTimeStoreFull
                } else {
                    AuthErrorKind::OneTimeStoreUnavailable
                };
                Err(AuthError::temporary(kind, RETRY_AFTER))
            }
        }
    }
}

impl fmt::Debug for OneTimeUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeUse").finish_non_exhaustive()
    }
}

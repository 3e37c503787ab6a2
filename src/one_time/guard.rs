//! One use, and what is made of the store's answer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_lc_rs::digest::{self, SHA256};

use super::store::{OneTimeKey, OneTimeStore};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind, OneTimeStoreError},
    observe::UseEvents,
};

/// By how much clocks may differ before something could be used twice: those of several instances, and
/// that of the store. As much as the largest leeway.
pub(crate) const CLOCK_MARGIN: Duration = Duration::from_secs(300);

/// After what time a client that is turned away because of the store may come back.
const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

const OWNER: &[u8] = b"sequence-auth 1 owner\0";

/// A store, and whether it does its work.
#[derive(Clone)]
pub(crate) struct OneTimeGuard {
    store: Arc<dyn OneTimeStore>,
    outage: Arc<UseEvents>,
}

impl OneTimeGuard {
    pub(crate) fn new(store: impl OneTimeStore) -> Self {
        Self {
            store: Arc::new(store),
            outage: Arc::default(),
        }
    }

    pub(crate) fn scope(&self) -> Option<[u8; 16]> {
        self.store.scope()
    }

    /// Uses what is accepted until some time, or refuses it as `used`.
    pub(crate) async fn first(
        &self,
        key: OneTimeKey,
        claims: &SequenceClaims,
        accepted_until: SystemTime,
        used: AuthErrorKind,
    ) -> Result<(), AuthError> {
        let key = key.with_owner(owner(claims));
        let expires_at = accepted_until + CLOCK_MARGIN;
        let question = self.outage.watch();
        let answer = self.store.first_use(&key, expires_at).await;
        question.answered();
        match answer {
            Ok(true) => {
                self.outage.use_recorded();
                Ok(())
            }
            Ok(false) => Err(used.into()),
            Err(error) => {
                self.outage.store_failed(&error);
                Err(refusal(&error))
            }
        }
    }
}

impl fmt::Debug for OneTimeGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeGuard").finish_non_exhaustive()
    }
}

fn refusal(error: &OneTimeStoreError) -> AuthError {
    let wait = error.retry_after().unwrap_or_default();
    AuthError::temporary(
        error.auth_kind(),
        wait.clamp(MIN_RETRY_AFTER, MAX_RETRY_AFTER),
    )
}

/// Names an account without telling it.
fn owner(claims: &SequenceClaims) -> [u8; 16] {
    let mut context = digest::Context::new(&SHA256);
    context.update(OWNER);
    context.update(claims.wallet().as_slice());
    context.update(claims.issuer().as_bytes());
    let digest = context.finish();
    let (owner, _) = digest
        .as_ref()
        .split_first_chunk()
        .expect("SHA-256 has 32 bytes");
    *owner
}

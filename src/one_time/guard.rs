//! How a use is recorded, and how the store's result decides about the request.

use std::{fmt, sync::Arc, time::SystemTime};

use aws_lc_rs::digest::{self, SHA256};

use super::store::{OneTimeKey, OneTimeStore};
use crate::{
    claims::SequenceClaims,
    defaults::LIMIT_CLOCK_DIFFERENCE,
    error::{AuthError, OneTimeStoreError},
    observe::UseEvents,
};

const OWNER: &[u8] = b"sequence-auth 1 owner\0";

/// Whether a use was the first one.
#[must_use]
pub(crate) enum Use {
    First,
    Repeated,
}

/// A store whose failures are logged and refuse the request.
#[derive(Clone)]
pub(crate) struct OneTimeGuard {
    store: Arc<dyn OneTimeStore>,
    events: Arc<UseEvents>,
}

impl OneTimeGuard {
    pub(crate) fn new(store: impl OneTimeStore) -> Self {
        Self {
            store: Arc::new(store),
            events: Arc::default(),
        }
    }

    pub(crate) fn scope(&self) -> Option<[u8; 16]> {
        self.store.scope()
    }

    /// Records a use of a key, and returns whether it was the first use. The layer accepts the key until
    /// `accepted_until`.
    pub(crate) async fn consume(
        &self,
        key: OneTimeKey,
        claims: &SequenceClaims,
        accepted_until: SystemTime,
    ) -> Result<Use, AuthError> {
        let key = key.with_owner(owner(claims));
        let expires_at = accepted_until + LIMIT_CLOCK_DIFFERENCE;
        let call = self.events.store_called();
        let answer = self.store.first_use(&key, expires_at).await;
        call.answered();
        match answer {
            Ok(true) => {
                self.events.use_recorded();
                Ok(Use::First)
            }
            Ok(false) => {
                self.events.use_repeated();
                Ok(Use::Repeated)
            }
            Err(error) => {
                self.events.store_failed(&error);
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
    AuthError::temporary(error.auth_kind(), error.retry_after().unwrap_or_default())
}

/// Returns a digest of the account (issuer and wallet).
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

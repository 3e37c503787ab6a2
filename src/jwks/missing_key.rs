//! A key that a token needs and the published keys lack, and the refusal of such a token.

use tokio::time::Instant;

use super::{keys::Keys, waiting::WaitEnd};
use crate::error::{AuthError, AuthErrorKind};

/// The keys that have to be fetched before a token can be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any trusted keys.
    AnyKeys,
    /// The key that the token names.
    NamedKey,
}

/// The need of a token, the ID of its key, and the publication in which the key was looked up.
#[derive(Clone, Debug)]
pub(crate) struct MissingKey {
    need: Need,
    key_id: String,
    publication: u64,
}

impl MissingKey {
    pub(super) fn new(need: Need, key_id: String, publication: u64) -> Self {
        Self {
            need,
            key_id,
            publication,
        }
    }

    /// Returns which keys have to be fetched.
    pub(crate) fn need(&self) -> Need {
        self.need
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(super) fn publication(&self) -> u64 {
        self.publication
    }
}

impl Keys {
    /// Returns the refusal of a token whose key is still missing after a wait: 401 if the issuer does not publish the
    /// key, 503 if that is unknown.
    pub(crate) fn refusal_without_key(&self, missing: &MissingKey, end: WaitEnd) -> AuthError {
        let is_failing = self
            .shared()
            .with_schedule(|schedule| schedule.failures() > 0);
        match (missing.need, end, is_failing) {
            // The issuer answered after the token came, and does not publish its key.
            (Need::NamedKey, WaitEnd::Completed, false) => {
                self.shared()
                    .update_schedule(|schedule| schedule.count_unknown_key(Instant::now()));
                AuthErrorKind::UnknownKey.into()
            }
            // The issuer's last document does not have the key, and it is too early for a refetch or every place to wait
            // is taken: a flood of unknown keys must not cause 5xx.
            (Need::NamedKey, WaitEnd::Refused, false) => AuthErrorKind::UnknownKey.into(),
            // The issuer did not answer in time.
            (Need::NamedKey, WaitEnd::TimedOut, _) => self.unavailable(),
            // The issuer does not answer. It may have published the key.
            (Need::NamedKey, _, true) => self.unavailable(),
            // Without keys, every token may be good.
            (Need::AnyKeys, _, _) => self.unavailable(),
        }
    }

    fn unavailable(&self) -> AuthError {
        let next_attempt = self
            .shared()
            .with_schedule(|schedule| schedule.next_attempt_in(Instant::now()));
        AuthError::unavailable(next_attempt.unwrap_or_default())
    }
}

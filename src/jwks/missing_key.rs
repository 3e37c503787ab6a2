//! What a token needs and the published keys lack, and how the token is refused for it.

use tokio::time::Instant;

use super::{keys::Keys, waiting::WaitEnd};
use crate::error::{AuthError, AuthErrorKind};

/// What has to be fetched before a token can be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any keys that can be trusted.
    AnyKeys,
    /// The key that the token names.
    NamedKey,
}

/// What a token needs, the id of its key, and in which publication that key was looked up.
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

    /// Returns what has to be fetched.
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
    /// Returns the refusal of a token that lacks its key after a wait: 401 if the issuer does not publish the key, 503
    /// if that is not known.
    pub(crate) fn refusal_without_key(&self, missing: &MissingKey, end: WaitEnd) -> AuthError {
        let is_failing = self
            .shared()
            .with_schedule(|schedule| schedule.failures() > 0);
        match (missing.need, end, is_failing) {
            // The issuer has answered since the token came, and does not publish its key.
            (Need::NamedKey, WaitEnd::Completed, false) => AuthErrorKind::UnknownKey.into(),
            // As far as the issuer's last answer says, there is no such key, and it is too early to ask again.
            (Need::NamedKey, WaitEnd::Refused, false) => AuthErrorKind::UnknownKey.into(),
            // The issuer has not answered in time.
            (Need::NamedKey, WaitEnd::TimedOut, _) => self.unavailable(),
            // The issuer does not answer: it may have published the key.
            (Need::NamedKey, _, true) => self.unavailable(),
            // Without keys nothing is known of any token.
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

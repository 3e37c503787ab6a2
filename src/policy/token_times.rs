//! Which times of a token a policy may rely on.

use std::{sync::Arc, time::SystemTime};

use crate::{
    claims::SequenceClaims, error::AuthErrorKind, issuer::IssuerKind, observe::UntrustedTimesEvents,
};

/// Hands out the times of a token to the checks that rely on them, if its issuer vouches for them.
#[derive(Clone, Debug)]
pub(super) struct TokenTimes {
    kind: IssuerKind,
    events: Arc<UntrustedTimesEvents>,
}

impl TokenTimes {
    pub(super) fn of(kind: IssuerKind) -> Self {
        Self {
            kind,
            events: Arc::default(),
        }
    }

    /// Returns when a token was issued.
    pub(super) fn issued_at(&self, claims: &SequenceClaims) -> Result<SystemTime, AuthErrorKind> {
        self.ensure_trusted()?;
        claims.issued_at().ok_or(AuthErrorKind::InvalidIssuedAt)
    }

    /// Returns when the player signed in.
    pub(super) fn authenticated_at(
        &self,
        claims: &SequenceClaims,
    ) -> Result<SystemTime, AuthErrorKind> {
        self.ensure_trusted()?;
        // OpenID Connect Core 1.0 §2: with a `max_age`, `auth_time` is required.
        let authenticated_at = claims.authenticated_at();
        authenticated_at.ok_or(AuthErrorKind::MissingAuthTime)
    }

    fn ensure_trusted(&self) -> Result<(), AuthErrorKind> {
        if self.kind.vouches_for_times() {
            return Ok(());
        }
        self.events.token_refused();
        Err(AuthErrorKind::UntrustedTimes)
    }
}

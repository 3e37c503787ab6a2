//! The times of a token on which a policy may rely.

use std::{sync::Arc, time::SystemTime};

use crate::{
    claims::SequenceClaims, error::AuthErrorKind, issuer::IssuerKind, observe::UntrustedTimesEvents,
};

/// Returns the times of a token to the checks that rely on them, if the issuer is known to set them itself.
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

    /// Returns the time at which the token was issued.
    pub(super) fn issued_at(&self, claims: &SequenceClaims) -> Result<SystemTime, AuthErrorKind> {
        self.ensure_trusted()?;
        claims.issued_at().ok_or(AuthErrorKind::InvalidIssuedAt)
    }

    /// Returns the time at which the player signed in.
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

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    #[test]
    fn time_that_is_not_there_is_refused() {
        let claims = SequenceClaims::builder().project_id("prj_01hx").build();
        let times = TokenTimes::of(IssuerKind::EmbeddedWallet);
        let issued_at = times.issued_at(&claims);
        assert_eq!(issued_at, Err(AuthErrorKind::InvalidIssuedAt));
        let authenticated_at = times.authenticated_at(&claims);
        assert_eq!(authenticated_at, Err(AuthErrorKind::MissingAuthTime));
    }

    #[test]
    fn time_that_is_there_is_refused_for_oms_wallet() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        let claims = SequenceClaims::builder().issued_at(now).build();
        let times = TokenTimes::of(IssuerKind::OmsWallet);
        let untrusted = Err(AuthErrorKind::UntrustedTimes);
        assert_eq!(times.issued_at(&claims), untrusted);
        assert_eq!(times.authenticated_at(&claims), untrusted);
        let times = TokenTimes::of(IssuerKind::EmbeddedWallet);
        assert_eq!(times.issued_at(&claims), Ok(now));
    }
}

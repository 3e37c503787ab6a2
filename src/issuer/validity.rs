//! The checks of a token's times against the clock.

use std::time::{Duration, SystemTime};

use crate::{claims::ClaimSet, error::AuthErrorKind};

/// The limits for the times of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validity {
    /// The tolerated difference between the issuer's clock and this machine's clock.
    pub(crate) leeway: Duration,
    pub(crate) max_lifetime: Duration,
}

impl Validity {
    /// Checks the claims whose result changes over time.
    pub(super) fn check(&self, claims: &ClaimSet, now: SystemTime) -> Result<(), AuthErrorKind> {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let is_future = |time: Duration| time > now + self.leeway;
        if now >= claims.expires_at + self.leeway {
            return Err(AuthErrorKind::Expired);
        }
        if claims.issued_at.is_some_and(is_future) {
            return Err(AuthErrorKind::IssuedInFuture);
        }
        // After the check of `iat`, to report a slow clock as `IssuedInFuture`. The lifetime counts from `iat` if `iat`
        // has passed: a long lifetime is refused however late the token is used.
        let begins = claims.issued_at.unwrap_or(now).min(now);
        if claims.expires_at > self.max_lifetime.saturating_add(begins + self.leeway) {
            return Err(AuthErrorKind::LifetimeTooLong);
        }
        if claims.not_before.is_some_and(is_future) {
            return Err(AuthErrorKind::NotYetValid);
        }
        if claims.authenticated_at.is_some_and(is_future) {
            return Err(AuthErrorKind::InvalidAuthTime);
        }
        Ok(())
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::{
        issuer::{Issuer, Unverified},
        testing::{LocalIssuer, TokenBuilder},
    };

    const LEEWAY: Duration = Duration::from_secs(30);
    const MAX_LIFETIME: Duration = Duration::from_secs(3600);
    const ISSUED_AT: u64 = 1_700_000_000;

    struct Case {
        issuer: Issuer,
        token: TokenBuilder,
    }

    impl Case {
        fn new() -> Self {
            let local = LocalIssuer::new();
            let issued_at = SystemTime::UNIX_EPOCH + Duration::from_secs(ISSUED_AT);
            Self {
                issuer: Issuer::fixed(local.url(), &local.jwks(), LEEWAY, MAX_LIFETIME),
                token: local.token().issued_at(issued_at),
            }
        }

        /// Verifies the token at a time in seconds after its issue.
        fn verify_after(&self, seconds: f64) -> Result<(), AuthErrorKind> {
            let seconds = Duration::from_secs_f64(ISSUED_AT as f64 + seconds);
            let now = SystemTime::UNIX_EPOCH + seconds;
            match self.issuer.verify(self.token.mint().as_bytes(), now) {
                Ok(_) => Ok(()),
                Err(Unverified::Refused(kind)) => Err(kind),
                Err(_) => unreachable!("the key is known, and has signed"),
            }
        }
    }

    #[test]
    fn token_is_valid_from_issue_to_expiry() {
        let case = Case::new();
        assert_eq!(case.verify_after(-30.5), Err(AuthErrorKind::IssuedInFuture));
        assert_eq!(case.verify_after(-30.0), Ok(()));
        assert_eq!(case.verify_after(629.5), Ok(()));
        assert_eq!(case.verify_after(630.0), Err(AuthErrorKind::Expired));
    }

    #[test]
    fn lifetime_counts_from_issue_and_from_now() {
        let mut case = Case::new();
        case.token = case.token.claim("exp", ISSUED_AT + 3630);
        let too_long = Err(AuthErrorKind::LifetimeTooLong);
        assert_eq!(case.verify_after(0.0), Ok(()));
        assert_eq!(case.verify_after(-0.5), too_long, "too far ahead of now");
        assert_eq!(case.verify_after(3600.0), Ok(()));
        case.token = case.token.claim("exp", ISSUED_AT as f64 + 3630.5);
        for seconds in [0.0, 10.0, 3600.0] {
            assert_eq!(
                case.verify_after(seconds),
                too_long,
                "too far ahead of its issue"
            );
        }
    }

    #[test]
    fn clock_far_behind_is_issued_in_future() {
        let case = Case::new();
        let error = Err(AuthErrorKind::IssuedInFuture);
        assert_eq!(case.verify_after(-1_000_000.0), error);
    }

    #[test]
    fn start_time_is_checked_with_leeway() {
        let mut case = Case::new();
        case.token = case.token.claim("nbf", ISSUED_AT + 100);
        assert_eq!(case.verify_after(69.5), Err(AuthErrorKind::NotYetValid));
        assert_eq!(case.verify_after(70.0), Ok(()));
    }

    #[test]
    fn future_sign_in_is_refused() {
        let mut case = Case::new();
        case.token = case.token.claim("auth_time", ISSUED_AT + 100);
        assert_eq!(case.verify_after(69.5), Err(AuthErrorKind::InvalidAuthTime));
        assert_eq!(case.verify_after(70.0), Ok(()));
    }
}

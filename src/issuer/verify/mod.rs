//! The checks that make a token valid: its signature, then its claims against the clock.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::token_cache::Passed;
use crate::{
    claims::ClaimSet,
    error::AuthErrorKind,
    jwks::KeySet,
    token::{MAX_SIGNATURE_BYTES, Token, VerifyingKey},
};

/// Verifies tokens of one issuer: pure, synchronous, without I/O or a lock.
///
/// Nothing here is compared with a secret, so there is no timing to hide: the keys are public, and all
/// else is the token's own.
#[derive(Debug)]
pub(crate) struct Verifier {
    issuer: Arc<str>,
    audience_prefix: String,
    leeway: Duration,
    max_lifetime: Duration,
}

impl Verifier {
    pub(crate) const MAX_LEEWAY: Duration = Duration::from_secs(300);

    pub(crate) fn new(
        issuer: &str,
        audience_prefix: &str,
        leeway: Duration,
        max_lifetime: Duration,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audience_prefix: audience_prefix.to_owned(),
            leeway,
            max_lifetime,
        }
    }

    /// Checks the signature before it looks at any claim.
    pub(crate) fn verify(
        &self,
        keys: &KeySet,
        token: &Token<'_>,
        now: SystemTime,
    ) -> Result<Passed, AuthErrorKind> {
        let key = find_key(keys, token)?;
        let mut buffer = [0; MAX_SIGNATURE_BYTES];
        let signed = token.decode(&mut buffer)?;
        let key = key.ok_or(AuthErrorKind::UnknownKey)?;
        let is_good = |signature| key.verify(signed.message, signature);
        if !signed.signature.is_some_and(is_good) {
            return Err(AuthErrorKind::InvalidSignature);
        }
        let claims = signed.into_claims()?;
        let payload = ClaimSet::parse(claims, &self.issuer, &self.audience_prefix)?;
        self.check_times(&payload, now)?;
        Ok(Passed {
            key: key.fingerprint(),
            payload: Arc::new(payload),
        })
    }

    /// Checks what the passing of time changes.
    pub(crate) fn check_times(
        &self,
        payload: &ClaimSet,
        now: SystemTime,
    ) -> Result<(), AuthErrorKind> {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let is_future = |time: Duration| time > now + self.leeway;
        if now >= payload.expires_at + self.leeway {
            return Err(AuthErrorKind::Expired);
        }
        if is_future(payload.issued_at) {
            return Err(AuthErrorKind::IssuedInFuture);
        }
        // After the issue time, which is at fault where this clock is behind. From the earlier of both times: a
        // token that is used long after its issue has lived as long as it says, too.
        let begins = payload.issued_at.min(now);
        if payload.expires_at > self.max_lifetime.saturating_add(begins + self.leeway) {
            return Err(AuthErrorKind::LifetimeTooLong);
        }
        if payload.not_before.is_some_and(is_future) {
            return Err(AuthErrorKind::NotYetValid);
        }
        if payload.authenticated_at.is_some_and(is_future) {
            return Err(AuthErrorKind::InvalidAuthTime);
        }
        Ok(())
    }
}

/// Finds the key that a token names, if its header is in order.
fn find_key<'a>(
    keys: &'a KeySet,
    token: &Token<'_>,
) -> Result<Option<&'a VerifyingKey>, AuthErrorKind> {
    match keys.by_header(token.header()) {
        Some(key) => Ok(Some(key)),
        None => Ok(keys.get(&token.key_id()?)),
    }
}

#[cfg(test)]
mod vectors;

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::testing::{LocalIssuer, TokenBuilder};

    const LEEWAY: Duration = Duration::from_secs(30);
    const MAX_LIFETIME: Duration = Duration::from_secs(3600);
    const ISSUED_AT: u64 = 1_700_000_000;

    struct Case {
        verifier: Verifier,
        keys: KeySet,
        token: TokenBuilder,
    }

    impl Case {
        fn new() -> Self {
            let issuer = LocalIssuer::new();
            let issued_at = SystemTime::UNIX_EPOCH + Duration::from_secs(ISSUED_AT);
            Self {
                verifier: Verifier::new(issuer.url(), "", LEEWAY, MAX_LIFETIME),
                keys: KeySet::parse(issuer.jwks().as_bytes(), None).expect("a key"),
                token: issuer.token().issued_at(issued_at),
            }
        }

        /// Verifies the token at a time in seconds after its issue.
        fn verify_after(&self, seconds: f64) -> Result<(), AuthErrorKind> {
            let token = self.token.mint();
            let token = Token::split(token.as_bytes()).expect("three parts");
            let seconds = Duration::from_secs_f64(ISSUED_AT as f64 + seconds);
            let now = SystemTime::UNIX_EPOCH + seconds;
            let verified = self.verifier.verify(&self.keys, &token, now);
            verified.map(|_| ())
        }
    }

    #[test]
    fn a_token_lives_from_its_issue_to_its_expiry_give_or_take_the_leeway() {
        let case = Case::new();
        assert_eq!(case.verify_after(-30.5), Err(AuthErrorKind::IssuedInFuture));
        assert_eq!(case.verify_after(-30.0), Ok(()));
        assert_eq!(case.verify_after(629.5), Ok(()));
        assert_eq!(case.verify_after(630.0), Err(AuthErrorKind::Expired));
    }

    #[test]
    fn a_token_lives_no_longer_than_allowed_from_its_issue_nor_from_now_give_or_take_the_leeway() {
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
    fn a_clock_that_is_far_behind_is_told_by_the_issue_time_and_not_by_the_lifetime() {
        let case = Case::new();
        let error = Err(AuthErrorKind::IssuedInFuture);
        assert_eq!(case.verify_after(-1_000_000.0), error);
    }

    #[test]
    fn a_start_time_counts_from_the_second_it_names_less_the_leeway() {
        let mut case = Case::new();
        case.token = case.token.claim("nbf", ISSUED_AT + 100);
        assert_eq!(case.verify_after(69.5), Err(AuthErrorKind::NotYetValid));
        assert_eq!(case.verify_after(70.0), Ok(()));
    }

    #[test]
    fn a_sign_in_after_now_and_the_leeway_is_refused() {
        let mut case = Case::new();
        case.token = case.token.claim("auth_time", ISSUED_AT + 100);
        assert_eq!(case.verify_after(69.5), Err(AuthErrorKind::InvalidAuthTime));
        assert_eq!(case.verify_after(70.0), Ok(()));
    }
}

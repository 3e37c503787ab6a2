//! The checks that make a token valid: its signature, then its claims against the clock.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{error::AuthErrorKind, jwks::key_set::KeySet, payload::Payload, token::Token};

/// Verifies tokens of one issuer: pure, synchronous, without I/O or a lock.
///
/// Nothing here is compared with a secret, so there is no timing to hide: the keys are public, and all
/// else is the token's own.
#[derive(Debug)]
pub(crate) struct Verifier {
    issuer: Arc<str>,
    leeway: Duration,
}

impl Verifier {
    pub(crate) fn new(issuer: &str, leeway: Duration) -> Self {
        Self {
            issuer: issuer.into(),
            leeway,
        }
    }

    /// Checks the signature before it looks at any claim.
    pub(crate) fn verify(
        &self,
        keys: &KeySet,
        token: &Token<'_>,
        now: SystemTime,
    ) -> Result<Payload, AuthErrorKind> {
        let key = keys.get(token.key_id()).ok_or(AuthErrorKind::UnknownKey)?;
        if !key.verify(token.signing_input().as_bytes(), token.signature()) {
            return Err(AuthErrorKind::InvalidSignature);
        }
        let payload = Payload::parse(token.payload(), &self.issuer)?;
        self.check_times(&payload, now)?;
        Ok(payload)
    }

    fn check_times(&self, payload: &Payload, now: SystemTime) -> Result<(), AuthErrorKind> {
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
        if payload.not_before.is_some_and(is_future) {
            return Err(AuthErrorKind::NotYetValid);
        }
        if payload.authenticated_at.is_some_and(is_future) {
            return Err(AuthErrorKind::InvalidAuthTime);
        }
        Ok(())
    }
}

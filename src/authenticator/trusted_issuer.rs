//! One issuer, and what a layer asks of its tokens.

use std::{sync::Arc, time::SystemTime};

use http::Extensions;

use super::step::{Step, TokenStep, TokenWait};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    issuer::{Issuer, Unverified, Verified},
    jwks::{Keys, MissingKey, WaitEnd},
    nonce::Presented,
    policy::{Policy, Unmet},
    source::Found,
};

/// Checks tokens of one issuer under one policy. Those with other policies share the issuer.
#[derive(Clone, Debug)]
pub(crate) struct TrustedIssuer {
    issuer: Arc<Issuer>,
    pub(crate) policy: Policy,
}

impl TrustedIssuer {
    pub(crate) fn new(issuer: Issuer, policy: Policy) -> Self {
        Self {
            issuer: Arc::new(issuer),
            policy,
        }
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Logs, the first time, whose tokens are accepted.
    pub(super) fn announce(&self) {
        self.issuer.announce(self.policy.projects());
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.issuer.keys()
    }

    /// Checks a token from its form on, as far as nothing has to be waited for.
    pub(super) fn check(&self, found: &Found<'_>) -> TokenStep {
        let now = SystemTime::now();
        match self.issuer.verify(&found.token, now) {
            Ok(verified) => self
                .check_policy(&found.token, verified, now)
                .unwrap_or_else(Step::refuse),
            // The source has a say: some of these come before every byte of the token was looked at.
            Err(Unverified::Refused(kind)) => Step::refuse(found.refusal(kind)),
            Err(Unverified::BadSignature) => {
                self.keys().refetch_soon();
                Step::refuse(AuthErrorKind::InvalidSignature)
            }
            Err(Unverified::KeyMissing(missing)) => Step::Wait(TokenWait::Key(missing)),
        }
    }

    /// Checks what this layer asks of a token that its issuer vouches for.
    fn check_policy(
        &self,
        token: &[u8],
        verified: Verified,
        now: SystemTime,
    ) -> Result<TokenStep, AuthErrorKind> {
        let claims = self.policy.require(verified.claims);
        let claims = claims.map_err(|unmet| self.refusal_unmet(&unmet))?;
        let is_cached = verified.checked_with.is_none();
        self.policy
            .trace_span
            .record_token(|| claims.wallet(), is_cached);
        // Only what a layer has accepted takes a place in the cache. The rest of the policy is asked each time.
        if let Some(key) = verified.checked_with {
            self.issuer.remember(token, key, claims.claim_set());
        }
        self.policy.authorize(&claims, now)?;
        Ok(match self.policy.pending(token, &claims)? {
            Some(pending) => Step::Wait(TokenWait::Policy(pending)),
            None => Step::Pass(claims),
        })
    }

    fn refusal_unmet(&self, unmet: &Unmet) -> AuthErrorKind {
        match unmet {
            Unmet::OtherAudience(claims) => {
                let projects = self.policy.projects();
                self.issuer.report_other_audience(claims, projects);
                AuthErrorKind::InvalidAudience
            }
            Unmet::MissingEmail => AuthErrorKind::MissingEmail,
        }
    }

    /// Returns the refusal of a token whose key is not there, after a wait that ended so.
    pub(super) fn refusal_without_key(
        &self,
        token: &[u8],
        missing: &MissingKey,
        end: WaitEnd,
    ) -> AuthError {
        let error = self.keys().refusal_without_key(missing, end);
        if error.kind() == AuthErrorKind::UnknownKey {
            self.issuer.report_unknown_key(token);
        }
        error
    }

    /// Goes on with a token until it has passed or is refused: waits for its key, once, then for the policy.
    pub(super) async fn finish(
        &self,
        found: &Found<'_>,
        mut step: TokenStep,
        presented: Presented<'_>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let mut waited = None;
        loop {
            match (step, waited) {
                (Step::Pass(claims), _) => {
                    self.policy.check_binding(presented)?;
                    return Ok((claims, Extensions::new()));
                }
                (Step::Refuse(error), _) => return Err(error),
                (Step::Wait(TokenWait::Policy(pending)), _) => {
                    return self.policy.finish(pending, presented).await;
                }
                (Step::Wait(TokenWait::Key(missing)), None) => {
                    waited = Some(self.keys().wait_for(&missing).await);
                    step = self.check(found);
                }
                (Step::Wait(TokenWait::Key(missing)), Some(end)) => {
                    return Err(self.refusal_without_key(&found.token, &missing, end));
                }
            }
        }
    }
}

//! An issuer, and the policy for its tokens.

use std::{sync::Arc, time::SystemTime};

use http::Extensions;

use super::step::{Step, TokenStep, TokenWait};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    issuer::{Issuer, OtherAlgorithm, Unverified, Verified},
    jwks::{Keys, MissingKey, WaitEnd},
    nonce::Presented,
    observe::RequestSpan,
    policy::{Policy, Unmet},
    source::Found,
};

/// Checks the tokens of an issuer under a policy. Layers with other policies share the issuer.
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

    /// Logs the issuer and the projects whose tokens are accepted, each project once.
    pub(super) fn announce(&self) {
        self.issuer.announce(self.policy.projects());
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.issuer.keys()
    }

    /// Runs the synchronous checks of a token, from its form on.
    pub(super) fn check(&self, found: &Found<'_>, span: &RequestSpan) -> TokenStep {
        self.check_if_supported(found, span)
            .unwrap_or_else(|other| {
                let kind = self.issuer.refuse_algorithm(other);
                Step::refuse(found.refusal(kind))
            })
    }

    /// Runs the same checks. Returns an error, which is not a refusal yet, if the token's algorithm is not the issuer's.
    pub(super) fn check_if_supported(
        &self,
        found: &Found<'_>,
        span: &RequestSpan,
    ) -> Result<TokenStep, OtherAlgorithm> {
        let now = SystemTime::now();
        Ok(match self.issuer.verify(&found.token, now) {
            Ok(verified) => self
                .check_policy(&found.token, verified, now, span)
                .unwrap_or_else(Step::refuse),
            // The source determines the kind: credentials with characters outside of a token's alphabet are a malformed
            // request (400), and the verifier may have refused the token before it saw these characters.
            Err(Unverified::Refused(kind)) => Step::refuse(found.refusal(kind)),
            Err(Unverified::OtherAlgorithm(other)) => return Err(other),
            Err(Unverified::BadSignature) => {
                self.keys().refetch_soon();
                Step::refuse(AuthErrorKind::InvalidSignature)
            }
            Err(Unverified::KeyMissing(missing)) => Step::Wait(TokenWait::Key(missing)),
        })
    }

    /// Runs the synchronous checks of the policy on a verified token.
    fn check_policy(
        &self,
        token: &[u8],
        verified: Verified,
        now: SystemTime,
        span: &RequestSpan,
    ) -> Result<TokenStep, AuthErrorKind> {
        let claims = self.policy.require(verified.claims);
        let claims = claims.map_err(|unmet| self.refusal_unmet(&unmet))?;
        let is_cached = verified.checked_with.is_none();
        span.record_token(|| claims.wallet(), is_cached);
        // Only a token whose claims the layer accepts takes a place in the cache. The checks below run for each
        // request.
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

    /// Returns the error for a token whose key is missing after a wait that ended in this way.
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

    /// Runs the remaining checks of a token. Waits at most once for its key, then for the policy.
    pub(super) async fn finish(
        &self,
        found: &Found<'_>,
        mut step: TokenStep,
        presented: Presented<'_>,
        span: &RequestSpan,
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
                    step = self.check(found, span);
                }
                (Step::Wait(TokenWait::Key(missing)), Some(end)) => {
                    return Err(self.refusal_without_key(&found.token, &missing, end));
                }
            }
        }
    }
}

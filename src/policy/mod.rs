//! What one layer asks of a token that its issuer vouches for, in running order.

mod authorization;
mod loading;
mod requirements;
mod token_times;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub(crate) use authorization::{AsyncPredicate, Authorization, Predicate, Verdict};
pub(crate) use loading::{Loading, load_with};
pub use requirements::EmailPolicy;
pub(crate) use requirements::{Requirements, Unmet};

use http::Extensions;

use self::token_times::TokenTimes;
use crate::{
    claims::{ClaimSet, SequenceClaims},
    error::{AuthError, AuthErrorKind},
    issuer::{IssuerKind, Project},
    nonce::{Nonces, Presented},
    observe::TraceSpan,
    one_time::{OneTimeKey, TokenOnce},
};

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) requirements: Requirements,
    pub(crate) authorization: Authorization,
    pub(crate) loading: Loading,
    pub(crate) nonces: Option<Nonces>,
    pub(crate) once: Option<TokenOnce>,
    pub(crate) trace_span: TraceSpan,
    /// Whose tokens it is for.
    kind: IssuerKind,
    times: TokenTimes,
    leeway: Duration,
}

impl Policy {
    /// Creates the default policy for tokens of this project's kind of issuer.
    pub(crate) fn new(project: Project, leeway: Duration) -> Self {
        Self {
            kind: project.kind,
            times: TokenTimes::of(project.kind),
            requirements: Requirements::new(project.id, leeway),
            authorization: Authorization::default(),
            loading: Loading::default(),
            nonces: None,
            once: None,
            trace_span: TraceSpan::default(),
            leeway,
        }
    }

    /// Accepts a project too, if it is one of this kind of issuer.
    pub(crate) fn also_project(&mut self, project: &Project) {
        if project.kind == self.kind {
            self.requirements.also_project(project.id.clone());
        }
    }

    /// Returns the accepted projects, as the issuer's tokens name them.
    pub(crate) fn projects(&self) -> &[String] {
        self.requirements.projects()
    }

    /// Returns the claims if they are for an accepted project, and with an email where one is required.
    pub(crate) fn require(&self, claims: Arc<ClaimSet>) -> Result<SequenceClaims, Unmet> {
        self.requirements.check(claims)
    }

    /// Refuses a token that is presented with a binding to a layer without nonces, so that a forgotten `with_nonces`
    /// is noticed and is no hole.
    pub(crate) fn check_binding(&self, presented: Presented<'_>) -> Result<(), AuthErrorKind> {
        if presented.is_bound() && self.nonces.is_none() {
            return Err(AuthErrorKind::ForeignNonce);
        }
        Ok(())
    }

    /// Checks what may change from one request to the next and needs no waiting: ages, then predicates.
    pub(crate) fn authorize(
        &self,
        claims: &SequenceClaims,
        now: SystemTime,
    ) -> Result<(), AuthErrorKind> {
        self.requirements.check_ages(claims, &self.times, now)?;
        self.authorization.check(claims)
    }

    /// Returns what is left to [finish](Self::finish) for a token, if anything.
    pub(crate) fn pending(
        &self,
        token: &[u8],
        claims: &SequenceClaims,
    ) -> Result<Option<Pending>, AuthErrorKind> {
        let token_key = match &self.once {
            Some(_) => Some(TokenOnce::key_of(token, self.times.issued_at(claims)?)),
            None => None,
        };
        let is_pending = self.authorization.has_async()
            || self.loads()
            || self.nonces.is_some()
            || token_key.is_some();
        Ok(is_pending.then(|| Pending {
            claims: claims.clone(),
            token_key,
        }))
    }

    /// Checks what has to be waited for, and returns what was loaded, too. What may be used once is used last: a token
    /// that fails elsewhere uses nothing.
    pub(crate) async fn finish(
        &self,
        pending: Pending,
        presented: Presented<'_>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let Pending { claims, token_key } = pending;
        self.authorization.check_async(&claims).await?;
        let loaded = self.loading.load(&claims).await?;
        self.check_binding(presented)?;
        if let Some(nonces) = &self.nonces {
            nonces.consume(&claims, presented, self.leeway).await?;
        }
        if let (Some(once), Some(key)) = (&self.once, token_key) {
            once.consume(key, &claims).await?;
        }
        Ok((claims, loaded))
    }

    /// Returns `true` if something is loaded.
    pub(crate) fn loads(&self) -> bool {
        !self.loading.is_empty()
    }

    /// Removes what somebody outside this layer may have left in the place of what is loaded.
    pub(crate) fn strip(&self, extensions: &mut Extensions) {
        self.loading.strip(extensions);
    }
}

/// A token that has passed all that needs no waiting.
pub(crate) struct Pending {
    claims: SequenceClaims,
    /// Under which its use is recorded, where each token passes once.
    token_key: Option<OneTimeKey>,
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("requirements", &self.requirements)
            .field("nonces", &self.nonces)
            .field("once", &self.once)
            .finish_non_exhaustive()
    }
}

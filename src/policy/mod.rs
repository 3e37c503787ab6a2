//! The requirements of a layer for verified tokens, in running order.

mod authorization;
mod loading;
mod requirements;
mod token_times;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub(crate) use authorization::{AsyncPredicate, Authorization, IsAuthorized, Predicate};
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
    one_time::{OneTimeKey, TokenOnce},
};

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) requirements: Requirements,
    pub(crate) authorization: Authorization,
    pub(crate) loading: Loading,
    pub(crate) nonces: Option<Nonces>,
    pub(crate) once: Option<TokenOnce>,
    /// The kind of issuer whose tokens the policy is for.
    kind: IssuerKind,
    times: TokenTimes,
    leeway: Duration,
}

impl Policy {
    /// Creates the default policy for tokens of the issuer that has this project.
    pub(crate) fn new(project: Project, leeway: Duration) -> Self {
        Self {
            kind: project.kind,
            times: TokenTimes::of(project.kind),
            requirements: Requirements::new(project.id, leeway),
            authorization: Authorization::default(),
            loading: Loading::default(),
            nonces: None,
            once: None,
            leeway,
        }
    }

    /// Also accepts this project, if it belongs to the issuer of this policy.
    pub(crate) fn also_project(&mut self, project: &Project) {
        if project.kind == self.kind {
            self.requirements.also_project(project.id.clone());
        }
    }

    /// Returns the IDs of the accepted projects, in the form of the issuer's tokens.
    pub(crate) fn projects(&self) -> &[String] {
        self.requirements.projects()
    }

    /// Returns the claims if their project is accepted, and if they have an email or need none.
    pub(crate) fn require(&self, claims: Arc<ClaimSet>) -> Result<SequenceClaims, Unmet> {
        self.requirements.check(claims)
    }

    /// Refuses a token that is presented with a binding to a layer without nonces. Otherwise a forgotten `with_nonces`
    /// would be a security hole that goes unnoticed.
    pub(crate) fn check_binding(&self, presented: Presented<'_>) -> Result<(), AuthErrorKind> {
        if presented.needs_nonces() && self.nonces.is_none() {
            return Err(AuthErrorKind::ForeignNonce);
        }
        Ok(())
    }

    /// Checks the ages, then the synchronous predicates. Both may change from one request to the next.
    pub(crate) fn authorize(
        &self,
        claims: &SequenceClaims,
        now: SystemTime,
    ) -> Result<(), AuthErrorKind> {
        self.requirements.check_ages(claims, &self.times, now)?;
        self.authorization.check(claims)
    }

    /// Returns the asynchronous checks that are left to [finish](Self::finish), if there are any.
    pub(crate) fn pending(
        &self,
        token: &[u8],
        claims: &SequenceClaims,
    ) -> Result<Option<Pending>, AuthErrorKind> {
        let token_key = match &self.once {
            Some(_) => Some(TokenOnce::key_of(token, self.times.issued_at(claims)?)),
            None => None,
        };
        let is_pending = self.asks_application() || self.nonces.is_some() || token_key.is_some();
        Ok(is_pending.then(|| Pending {
            claims: claims.clone(),
            token_key,
        }))
    }

    /// Runs the asynchronous checks, and returns the claims and the loaded values. The nonce and the token are used
    /// last, so a token that fails another check uses neither.
    ///
    /// The application may take longer to answer than the token is valid, so its times are checked again.
    pub(crate) async fn finish(
        &self,
        pending: Pending,
        presented: Presented<'_>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let Pending { claims, token_key } = pending;
        self.check_binding(presented)?;
        self.authorization.check_async(&claims).await?;
        let loaded = self.loading.load(&claims).await?;
        if self.asks_application() {
            let now = SystemTime::now();
            self.requirements.check_again(&claims, &self.times, now)?;
        }
        if let Some(nonces) = &self.nonces {
            nonces.consume(&claims, presented, self.leeway).await?;
        }
        if let (Some(once), Some(key)) = (&self.once, token_key) {
            once.consume(key, &claims).await?;
        }
        Ok((claims, loaded))
    }

    /// Returns `true` if the policy has to wait for the application.
    fn asks_application(&self) -> bool {
        self.authorization.has_async() || !self.loading.is_empty()
    }

    /// Removes values of the types that this policy loads, such as those of other middleware.
    pub(crate) fn strip(&self, extensions: &mut Extensions) {
        self.loading.strip(extensions);
    }
}

/// A token that has passed all synchronous checks.
pub(crate) struct Pending {
    claims: SequenceClaims,
    /// The key under which the use of the token is recorded, if each token is accepted once.
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

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::future::ready;

    use super::*;
    use crate::one_time::{MemoryStore, OneTimeStore};

    /// Finishes a token that is accepted once, and that expires this many seconds from now, after an application was
    /// asked. Returns the result, and whether the use of the token was recorded.
    async fn finish(seconds: i64) -> (Result<(), AuthErrorKind>, bool) {
        let store = Arc::new(MemoryStore::default());
        let mut policy = Policy::new(Project::new(13639), Duration::ZERO);
        let yes: Arc<AsyncPredicate> = Arc::new(|_| Box::pin(ready(true)));
        policy.authorization.add_async(&yes);
        policy.once = Some(TokenOnce::new(Arc::clone(&store)));

        let now = SystemTime::now();
        let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH);
        let exp = since_epoch
            .expect("after 1970")
            .as_secs()
            .saturating_add_signed(seconds);
        let claims = SequenceClaims::builder().claim("exp", exp).build();
        let pending = Pending {
            claims,
            token_key: Some(TokenOnce::key_of(b"token", now)),
        };
        let finished = policy.finish(pending, Presented::Unbound).await;

        let key = TokenOnce::key_of(b"token", now);
        let is_first = store.first_use(&key, now + Duration::from_secs(900)).await;
        (
            finished.map(|_| ()).map_err(|error| error.kind()),
            !is_first.expect("the store has room"),
        )
    }

    #[tokio::test]
    async fn token_that_expires_while_the_application_is_asked_is_refused_and_not_used() {
        assert_eq!(finish(0).await, (Err(AuthErrorKind::Expired), false));
        assert_eq!(finish(600).await, (Ok(()), true));
    }
}

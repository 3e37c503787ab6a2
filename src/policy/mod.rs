//! What one layer asks beyond a valid token, and how it treats requests.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::Response;

use crate::{
    claims::{ClaimSet, SequenceClaims},
    error::{AuthError, AuthErrorKind},
    nonce::{Nonces, Presented},
    one_time::{BoxFuture, TokenOnce},
};

/// Says whether a token must have an email.
///
/// Guests and some other accounts have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmailPolicy {
    /// A token without an email, or with a blank one, is refused: the default, as in Sequence's guide.
    #[default]
    Required,
    /// A token may have no email.
    Optional,
}

pub(crate) type Predicate = dyn Fn(&SequenceClaims) -> bool + Send + Sync;
pub(crate) type AsyncPredicate = dyn Fn(SequenceClaims) -> BoxFuture<'static, bool> + Send + Sync;
pub(crate) type OnReject = dyn Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) email: EmailPolicy,
    projects: Vec<u64>,
    leeway: Duration,
    pub(crate) max_token_age: Option<Duration>,
    pub(crate) max_session_age: Option<Duration>,
    pub(crate) predicates: Vec<Arc<Predicate>>,
    pub(crate) async_predicates: Vec<Arc<AsyncPredicate>>,
    pub(crate) nonces: Option<Nonces>,
    pub(crate) once: Option<TokenOnce>,
    pub(crate) optional: bool,
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) on_reject: Option<Arc<OnReject>>,
}

impl Policy {
    const BODY_LIMIT: usize = 64 * 1024;
    const BODY_TIMEOUT: Duration = Duration::from_secs(5);

    pub(crate) fn new(project_id: u64, leeway: Duration) -> Self {
        Self {
            email: EmailPolicy::default(),
            projects: vec![project_id],
            leeway,
            max_token_age: None,
            max_session_age: None,
            predicates: Vec::new(),
            async_predicates: Vec::new(),
            nonces: None,
            once: None,
            optional: false,
            body_limit: Self::BODY_LIMIT,
            body_timeout: Self::BODY_TIMEOUT,
            on_reject: None,
        }
    }

    pub(crate) fn also_project(&mut self, project_id: u64) {
        self.projects.push(project_id);
    }

    /// Returns the claims of a valid token, if it is for an accepted project and has all that is required.
    pub(crate) fn admit(&self, payload: Arc<ClaimSet>) -> Result<SequenceClaims, AuthErrorKind> {
        let project = self
            .projects
            .iter()
            .find(|project| payload.projects.contains(project))
            .ok_or(AuthErrorKind::InvalidAudience)?;
        if self.email == EmailPolicy::Required && payload.email.is_none() {
            return Err(AuthErrorKind::MissingEmail);
        }
        Ok(SequenceClaims::new(payload, *project))
    }

    /// Checks what may change from one request to the next: how old the token is, and what the application's
    /// predicates say that need no waiting.
    pub(crate) fn authorize(&self, claims: &SequenceClaims) -> Result<(), AuthErrorKind> {
        if self.max_token_age.is_some() || self.max_session_age.is_some() {
            self.check_ages(claims, SystemTime::now())?;
        }
        if self.predicates.iter().all(|predicate| predicate(claims)) {
            Ok(())
        } else {
            Err(AuthErrorKind::NotAuthorized)
        }
    }

    fn check_ages(&self, claims: &SequenceClaims, now: SystemTime) -> Result<(), AuthErrorKind> {
        let is_older = |time: SystemTime, age: Duration| {
            now.duration_since(time).unwrap_or_default() > age.saturating_add(self.leeway)
        };
        if let Some(age) = self.max_token_age
            && is_older(claims.issued_at(), age)
        {
            return Err(AuthErrorKind::TokenTooOld);
        }
        if let Some(age) = self.max_session_age {
            // OpenID Connect Core 1.0 §2: with a `max_age`, `auth_time` is required.
            let authenticated_at = claims.authenticated_at();
            if is_older(authenticated_at.ok_or(AuthErrorKind::MissingAuthTime)?, age) {
                return Err(AuthErrorKind::SessionTooOld);
            }
        }
        Ok(())
    }

    /// Tells whether a token that passes what can be checked at once has to [pass](Self::settle) more.
    pub(crate) fn awaits(&self) -> bool {
        !self.async_predicates.is_empty() || self.nonces.is_some() || self.once.is_some()
    }

    /// Checks what has to be waited for. What may be used once is used last: a token that fails elsewhere
    /// uses nothing.
    pub(crate) async fn settle(
        &self,
        token: &[u8],
        claims: &SequenceClaims,
        origin: Presented<'_>,
    ) -> Result<(), AuthError> {
        for predicate in &self.async_predicates {
            if !predicate(claims.clone()).await {
                return Err(AuthErrorKind::NotAuthorized.into());
            }
        }
        if let Some(nonces) = &self.nonces {
            nonces.consume(claims, origin, self.leeway).await?;
        } else if origin.is_binding() {
            // The application asks for a nonce of its own, and this policy has none.
            return Err(AuthErrorKind::ForeignNonce.into());
        }
        if let Some(once) = &self.once {
            once.consume(TokenOnce::key_of(token, claims), claims)
                .await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("email", &self.email)
            .field("projects", &self.projects)
            .field("max_token_age", &self.max_token_age)
            .field("max_session_age", &self.max_session_age)
            .field("nonces", &self.nonces)
            .field("once", &self.once)
            .field("optional", &self.optional)
            .field("body_limit", &self.body_limit)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

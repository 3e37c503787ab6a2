//! The requirements of a layer for every valid token: project, email and ages.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::token_times::TokenTimes;
use crate::{
    claims::{ClaimSet, SequenceClaims},
    error::AuthErrorKind,
};

/// Whether a token must have an email.
///
/// Tokens of guests and of some other accounts have no email. Set the policy with
/// [`SequenceAuthLayer::email_policy`](crate::SequenceAuthLayer::email_policy).
///
/// The claims do not say whether the player owns the email address, so an email must not grant anything. Identify
/// players by their [wallet](crate::SequenceClaims::wallet).
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// # async fn lobby() {}
/// # async fn subscribe() {}
/// use axum::{Router, routing::{get, post}};
/// use sequence_auth::{EmailPolicy, SequenceAuthLayer};
///
/// let auth = SequenceAuthLayer::new(13639);
/// let guests_too = auth.clone().email_policy(EmailPolicy::Optional);
/// let app: Router = Router::new()
///     .route("/lobby", get(lobby).layer(guests_too))
///     .route("/newsletter", post(subscribe).layer(auth));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmailPolicy {
    /// The default, as in Sequence's guide: a token without an email, or with a blank email, is refused.
    #[default]
    Required,
    /// A token may have no email.
    Optional,
}

#[derive(Clone, Debug)]
pub(crate) struct Requirements {
    pub(crate) email: EmailPolicy,
    /// In the form of the issuer's tokens.
    projects: Vec<String>,
    leeway: Duration,
    pub(crate) max_token_age: Option<Duration>,
    pub(crate) max_session_age: Option<Duration>,
}

/// A requirement that a valid token does not meet.
pub(crate) enum Unmet {
    /// The token is for another project.
    OtherAudience(Arc<ClaimSet>),
    MissingEmail,
}

impl Requirements {
    pub(super) fn new(project_id: String, leeway: Duration) -> Self {
        Self {
            email: EmailPolicy::default(),
            projects: vec![project_id],
            leeway,
            max_token_age: None,
            max_session_age: None,
        }
    }

    pub(super) fn projects(&self) -> &[String] {
        &self.projects
    }

    pub(super) fn also_project(&mut self, project_id: String) {
        self.projects.push(project_id);
    }

    /// Returns the claims if their project is accepted, and if they have an email or need none.
    pub(super) fn check(&self, claims: Arc<ClaimSet>) -> Result<SequenceClaims, Unmet> {
        let claims = SequenceClaims::new(claims, &self.projects);
        let claims = claims.map_err(Unmet::OtherAudience)?;
        if self.email == EmailPolicy::Required && claims.email().is_none() {
            return Err(Unmet::MissingEmail);
        }
        Ok(claims)
    }

    /// Checks the age of the token and of the player's session.
    pub(super) fn check_ages(
        &self,
        claims: &SequenceClaims,
        times: &TokenTimes,
        now: SystemTime,
    ) -> Result<(), AuthErrorKind> {
        if let Some(age) = self.max_token_age
            && self.is_older(times.issued_at(claims)?, age, now)
        {
            return Err(AuthErrorKind::TokenTooOld);
        }
        if let Some(age) = self.max_session_age
            && self.is_older(times.authenticated_at(claims)?, age, now)
        {
            return Err(AuthErrorKind::SessionTooOld);
        }
        Ok(())
    }

    /// Checks the expiry and the ages after a wait.
    pub(super) fn check_again(
        &self,
        claims: &SequenceClaims,
        times: &TokenTimes,
        now: SystemTime,
    ) -> Result<(), AuthErrorKind> {
        if now >= claims.expires_at() + self.leeway {
            return Err(AuthErrorKind::Expired);
        }
        self.check_ages(claims, times, now)
    }

    fn is_older(&self, time: SystemTime, age: Duration, now: SystemTime) -> bool {
        now.duration_since(time).unwrap_or_default() > age.saturating_add(self.leeway)
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::issuer::IssuerKind;

    const LIMIT: Duration = Duration::from_secs(60);
    const LEEWAY: Duration = Duration::from_secs(30);

    #[test]
    fn ages_end_after_limit_and_leeway() {
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let claims = SequenceClaims::builder()
            .issued_at(then)
            .claim("auth_time", 1_700_000_000)
            .build();
        let times = TokenTimes::of(IssuerKind::EmbeddedWallet);
        let mut token = Requirements::new("7".to_owned(), LEEWAY);
        let mut session = token.clone();
        token.max_token_age = Some(LIMIT);
        session.max_session_age = Some(LIMIT);
        let last = then + LIMIT + LEEWAY;
        for (requirements, error) in [
            (token, AuthErrorKind::TokenTooOld),
            (session, AuthErrorKind::SessionTooOld),
        ] {
            let check = |now| requirements.check_ages(&claims, &times, now);
            assert_eq!(check(last), Ok(()));
            assert_eq!(check(last + Duration::from_nanos(1)), Err(error));
        }
    }
}

//! What a layer requires of every token beyond that it is valid.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    claims::{ClaimSet, SequenceClaims},
    error::AuthErrorKind,
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

#[derive(Clone, Debug)]
pub(crate) struct Requirements {
    pub(crate) email: EmailPolicy,
    projects: Vec<u64>,
    leeway: Duration,
    pub(crate) max_token_age: Option<Duration>,
    pub(crate) max_session_age: Option<Duration>,
}

impl Requirements {
    pub(super) fn new(project_id: u64, leeway: Duration) -> Self {
        Self {
            email: EmailPolicy::default(),
            projects: vec![project_id],
            leeway,
            max_token_age: None,
            max_session_age: None,
        }
    }

    pub(crate) fn also_project(&mut self, project_id: u64) {
        self.projects.push(project_id);
    }

    /// Returns the claims if they are for an accepted project, and with an email where one is required.
    pub(super) fn check(&self, claims: Arc<ClaimSet>) -> Result<SequenceClaims, AuthErrorKind> {
        let mut projects = self.projects.iter();
        let project = projects
            .find(|project| claims.projects.contains(project))
            .ok_or(AuthErrorKind::InvalidAudience)?;
        if self.email == EmailPolicy::Required && claims.email.is_none() {
            return Err(AuthErrorKind::MissingEmail);
        }
        Ok(SequenceClaims::new(claims, *project))
    }

    /// Checks the age of the token and of the player's session, which grow from one request to the next.
    pub(super) fn check_ages(
        &self,
        claims: &SequenceClaims,
        now: SystemTime,
    ) -> Result<(), AuthErrorKind> {
        if let Some(age) = self.max_token_age
            && self.is_older(claims.issued_at(), age, now)
        {
            return Err(AuthErrorKind::TokenTooOld);
        }
        if let Some(age) = self.max_session_age {
            // OpenID Connect Core 1.0 §2: with a `max_age`, `auth_time` is required.
            let authenticated_at = claims.authenticated_at();
            let authenticated_at = authenticated_at.ok_or(AuthErrorKind::MissingAuthTime)?;
            if self.is_older(authenticated_at, age, now) {
                return Err(AuthErrorKind::SessionTooOld);
            }
        }
        Ok(())
    }

    fn is_older(&self, time: SystemTime, age: Duration, now: SystemTime) -> bool {
        now.duration_since(time).unwrap_or_default() > age.saturating_add(self.leeway)
    }
}

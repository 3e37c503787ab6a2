//! What a layer requires of every token beyond that it is valid.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::token_times::TokenTimes;
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
    /// As the issuer's tokens name them.
    projects: Vec<String>,
    leeway: Duration,
    pub(crate) max_token_age: Option<Duration>,
    pub(crate) max_session_age: Option<Duration>,
}

/// What a token lacks that its issuer vouches for.
pub(crate) enum Unmet {
    /// It is for none of the accepted projects.
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

    /// Returns the claims if they are for an accepted project, and with an email where one is required.
    pub(super) fn check(&self, claims: Arc<ClaimSet>) -> Result<SequenceClaims, Unmet> {
        let claims = SequenceClaims::new(claims, &self.projects);
        let claims = claims.map_err(Unmet::OtherAudience)?;
        if self.email == EmailPolicy::Required && claims.email().is_none() {
            return Err(Unmet::MissingEmail);
        }
        Ok(claims)
    }

    /// Checks the age of the token and of the player's session, which grow from one request to the next.
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

    fn is_older(&self, time: SystemTime, age: Duration, now: SystemTime) -> bool {
        now.duration_since(time).unwrap_or_default() > age.saturating_add(self.leeway)
    }
}

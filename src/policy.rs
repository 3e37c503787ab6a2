//! What one layer asks beyond a valid token, and how it treats requests.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;

use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    payload::Payload,
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

pub(crate) type OnReject = dyn Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) email: EmailPolicy,
    audience_prefix: Arc<str>,
    projects: Vec<Project>,
    pub(crate) optional: bool,
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) on_reject: Option<Arc<OnReject>>,
}

impl Policy {
    const BODY_LIMIT: usize = 64 * 1024;
    const BODY_TIMEOUT: Duration = Duration::from_secs(5);

    pub(crate) fn new(audience_prefix: &str, project_id: u64) -> Self {
        Self {
            email: EmailPolicy::default(),
            audience_prefix: audience_prefix.into(),
            projects: vec![Project::new(audience_prefix, project_id)],
            optional: false,
            body_limit: Self::BODY_LIMIT,
            body_timeout: Self::BODY_TIMEOUT,
            on_reject: None,
        }
    }

    pub(crate) fn also_project(&mut self, project_id: u64) {
        let project = Project::new(&self.audience_prefix, project_id);
        self.projects.push(project);
    }

    /// Returns the claims of a valid token, if it is for an accepted project and has all that is required.
    pub(crate) fn admit(&self, payload: Arc<Payload>) -> Result<SequenceClaims, AuthErrorKind> {
        let project = self
            .projects
            .iter()
            .find(|project| payload.audience.contains(&project.audience))
            .ok_or(AuthErrorKind::InvalidAudience)?;
        if self.email == EmailPolicy::Required && payload.email.is_none() {
            return Err(AuthErrorKind::MissingEmail);
        }
        Ok(SequenceClaims::new(payload, project.id))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("email", &self.email)
            .field("projects", &self.projects)
            .field("optional", &self.optional)
            .field("body_limit", &self.body_limit)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

/// A project whose tokens are accepted, with the audience that names it.
#[derive(Clone)]
struct Project {
    id: u64,
    audience: String,
}

impl Project {
    fn new(audience_prefix: &str, id: u64) -> Self {
        Self {
            id,
            audience: format!("{audience_prefix}{id}"),
        }
    }
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.audience, f)
    }
}

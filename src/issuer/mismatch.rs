//! What is likely to be wrong where a token with a good signature is refused.

use std::{
    fmt::Display,
    time::{Duration, SystemTime},
};

use super::{Environment, Issuer};
use crate::{
    claims::ClaimSet,
    error::{AuthErrorKind, Escaped},
    observe::Mismatch,
    token::Token,
};

/// What preceded the project in audiences before July 2024, in production.
const FORMER_AUDIENCE_PREFIX: &str = "https://api.sequence.build/project/";

/// How many audiences of a token are shown.
const SHOWN_AUDIENCES: usize = 3;

impl Issuer {
    /// Reports a token whose `iss` is another one, or missing.
    pub(super) fn report_other_issuer(&self, presented: Option<&str>) {
        let kind = AuthErrorKind::InvalidIssuer;
        self.events.mismatched(kind, || Mismatch {
            kind,
            expected: Escaped(self.url()).to_string(),
            presented: presented.map_or_else(|| "none".to_owned(), |iss| Escaped(iss).to_string()),
            cure: issuer_cure(self.url(), presented.unwrap_or_default()),
        });
    }

    /// Reports a token that is for none of these projects.
    pub(crate) fn report_other_audience(&self, claims: &ClaimSet, projects: &[String]) {
        let kind = AuthErrorKind::InvalidAudience;
        self.events.mismatched(kind, || {
            let prefix = &self.rules.audience_prefix;
            let presented = claims.audiences();
            Mismatch {
                kind,
                expected: listed(projects.iter().map(|project| format!("{prefix}{project}"))),
                cure: audience_cure(prefix, projects, &presented),
                presented: listed(presented),
            }
        });
    }

    /// Reports a token that is not valid now.
    pub(super) fn report_times(&self, kind: AuthErrorKind, claims: &ClaimSet, now: SystemTime) {
        self.events
            .mismatched(kind, || self.time_mismatch(kind, claims, now));
    }

    fn time_mismatch(&self, kind: AuthErrorKind, claims: &ClaimSet, now: SystemTime) -> Mismatch {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let (claim, time) = match kind {
            AuthErrorKind::IssuedInFuture => ("iat", claims.issued_at),
            AuthErrorKind::NotYetValid => ("nbf", claims.not_before),
            AuthErrorKind::InvalidAuthTime => ("auth_time", claims.authenticated_at),
            _ => ("exp", Some(claims.expires_at)),
        };
        let time = time.unwrap_or_default();
        let (leeway, seconds) = (self.validity.leeway, now.as_secs());
        let (expected, cure) = match kind {
            AuthErrorKind::Expired => (
                format!("exp after {seconds}, which is now, less {leeway:?} of leeway"),
                expiry_cure(now.saturating_sub(time)),
            ),
            AuthErrorKind::LifetimeTooLong => (
                format!(
                    "exp at most {:?} after {seconds}, which is now, and after iat",
                    self.validity.max_lifetime
                ),
                "have the client ask for a shorter lifetime, or raise max_token_lifetime"
                    .to_owned(),
            ),
            _ => (
                format!("{claim} no later than {seconds}, which is now, and {leeway:?} of leeway"),
                clock_cure(time.saturating_sub(now)),
            ),
        };
        Mismatch {
            kind,
            expected,
            presented: format!("{claim} {}", time.as_secs()),
            cure,
        }
    }

    /// Reports a token that names a key which the issuer does not publish.
    pub(crate) fn report_unknown_key(&self, token: &[u8]) {
        self.events.key_unknown(self.keys.origin());
        self.events.guess(|| {
            let environment = claimed_environment(token)?;
            let is_other = environment.issuer() != self.url();
            is_other.then(|| format!("it is of Sequence's environment `{environment}`"))
        });
    }
}

fn issuer_cure(expected: &str, presented: &str) -> String {
    if presented.trim_end_matches('/') == expected.trim_end_matches('/') {
        return "set the issuer exactly as tokens have it: a slash at its end counts".to_owned();
    }
    match Environment::of_issuer(presented) {
        Some(environment) => {
            format!("set the environment `{environment}`, if its tokens are meant")
        }
        None => "set the issuer that is presented, if it is yours".to_owned(),
    }
}

fn audience_cure(prefix: &str, projects: &[String], presented: &[String]) -> String {
    let presented = presented.first().map(String::as_str).unwrap_or_default();
    let is_ours = |project: &str| {
        projects
            .iter()
            .any(|ours| ours == project.trim_end_matches('/'))
    };
    let mut environments = Environment::ALL.into_iter();
    let other = environments.find(|environment| {
        environment.audience_prefix() != prefix
            && presented.starts_with(environment.audience_prefix())
    });
    if let Some(environment) = other {
        return format!("set the environment `{environment}`, if its tokens are meant");
    }
    if presented
        .strip_prefix(FORMER_AUDIENCE_PREFIX)
        .is_some_and(is_ours)
    {
        return format!(
            "that is the audience of before July 2024: set audience_prefix to `{FORMER_AUDIENCE_PREFIX}`, if tokens still have it"
        );
    }
    match presented.strip_prefix(prefix) {
        Some(project) if is_ours(project) => {
            "the audience has a slash at its end, which the issuer's do not have".to_owned()
        }
        Some(project) => format!(
            "set the project `{}`, or add it by also_project, if its players are yours",
            Escaped(project)
        ),
        None => "set the audience_prefix and the project of the client's tokens".to_owned(),
    }
}

fn expiry_cure(ago: Duration) -> String {
    let seconds = ago.as_secs();
    format!(
        "the token expired {seconds} s ago: the client has to get a new one, or, if it just has, this machine's clock is \
         ahead"
    )
}

fn clock_cure(ahead: Duration) -> String {
    let seconds = ahead.as_secs();
    format!("this machine's clock is behind the issuer's by {seconds} s at least: synchronize it")
}

/// Returns the environment of Sequence whose issuer an unverified token names.
fn claimed_environment(token: &[u8]) -> Option<Environment> {
    let payload = Token::split(token).ok()?.unverified_payload()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Environment::of_issuer(claims.get("iss")?.as_str()?)
}

fn listed(texts: impl IntoIterator<Item = impl Display>) -> String {
    let mut texts = texts.into_iter().map(|text| Escaped(text).to_string());
    let shown: Vec<_> = texts.by_ref().take(SHOWN_AUDIENCES).collect();
    let rest = if texts.next().is_some() { ", …" } else { "" };
    format!("[{}{rest}]", shown.join(", "))
}

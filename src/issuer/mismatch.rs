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
        let now = now.duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let (claim, time) = claimed_time(kind, claims);
        let (expected, cure) = match kind {
            AuthErrorKind::Expired => self.later_expiry(now, time),
            AuthErrorKind::LifetimeTooLong => self.shorter_lifetime(now),
            _ => self.earlier_time(claim, now, time),
        };
        Mismatch {
            expected,
            presented: format!("{claim} {}", time.as_secs()),
            cure,
        }
    }

    fn later_expiry(&self, now: Duration, expiry: Duration) -> (String, String) {
        let (leeway, seconds) = (self.validity.leeway, now.as_secs());
        let ago = now.saturating_sub(expiry).as_secs();
        (
            format!("exp after {seconds}, which is now, less {leeway:?} of leeway"),
            format!(
                "the token expired {ago} s ago: the client has to get a new one, or, if it just has, this machine's \
                 clock is ahead"
            ),
        )
    }

    fn shorter_lifetime(&self, now: Duration) -> (String, String) {
        let (lifetime, seconds) = (self.validity.max_lifetime, now.as_secs());
        let cure = "have the client ask for a shorter lifetime, or raise max_token_lifetime";
        (
            format!("exp at most {lifetime:?} after {seconds}, which is now, and after iat"),
            cure.to_owned(),
        )
    }

    fn earlier_time(&self, claim: &str, now: Duration, time: Duration) -> (String, String) {
        let (leeway, seconds) = (self.validity.leeway, now.as_secs());
        let ahead = time.saturating_sub(now).as_secs();
        (
            format!("{claim} no later than {seconds}, which is now, and {leeway:?} of leeway"),
            format!(
                "this machine's clock is behind the issuer's by {ahead} s at least: synchronize it"
            ),
        )
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
    if let Some(environment) = other_environment(prefix, presented) {
        return format!("set the environment `{environment}`, if its tokens are meant");
    }
    let former = presented.strip_prefix(FORMER_AUDIENCE_PREFIX);
    if former.is_some_and(|project| is_among(project, projects)) {
        return format!(
            "that is the audience of before July 2024: set audience_prefix to `{FORMER_AUDIENCE_PREFIX}`, if tokens still \
             have it"
        );
    }
    match presented.strip_prefix(prefix) {
        Some(project) if is_among(project, projects) => {
            "the audience has a slash at its end, unlike the issuer's".to_owned()
        }
        Some(project) => format!(
            "set the project `{}`, or add it by also_project, if its players are yours",
            Escaped(project)
        ),
        None => "set the audience_prefix and the project of the client's tokens".to_owned(),
    }
}

/// Returns `true` if a project, but for slashes at its end, is one of these.
fn is_among(project: &str, projects: &[String]) -> bool {
    let project = project.trim_end_matches('/');
    projects.iter().any(|ours| ours == project)
}

/// Returns the environment of Sequence with another audience prefix, which an audience begins with. OMS Wallet has no
/// prefix, and no environments.
fn other_environment(prefix: &str, audience: &str) -> Option<Environment> {
    let mut environments = Environment::ALL.into_iter();
    environments.find(|environment| {
        let other = environment.audience_prefix();
        !prefix.is_empty() && other != prefix && audience.starts_with(other)
    })
}

/// Returns the claim that is refused as `kind`, and its time since the Unix epoch.
fn claimed_time(kind: AuthErrorKind, claims: &ClaimSet) -> (&'static str, Duration) {
    let (claim, time) = match kind {
        AuthErrorKind::IssuedInFuture => ("iat", claims.issued_at),
        AuthErrorKind::NotYetValid => ("nbf", claims.not_before),
        AuthErrorKind::InvalidAuthTime => ("auth_time", claims.authenticated_at),
        _ => ("exp", Some(claims.expires_at)),
    };
    (claim, time.unwrap_or_default())
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

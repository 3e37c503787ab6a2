//! The likely cause if a token with a good signature is refused: a wrong setting, or a clock.

use std::time::{Duration, SystemTime};

use super::{Environment, Issuer, IssuerKind, Project};
use crate::{
    claims::ClaimSet,
    error::{AuthErrorKind, Escaped},
    observe::Mismatch,
    token::Token,
};

/// The audience prefix of the production environment before July 2024.
const FORMER_AUDIENCE_PREFIX: &str = "https://api.sequence.build/project/";

/// The cure for an audience from which no setting follows.
const NO_PROJECT: &str = "the audience does not name a project: report it to the issuer";

/// The maximum length of a list in an event, if it has more than one text.
const MAX_LIST_BYTES: usize = 200;

impl Issuer {
    /// Reports a token with another `iss`, or without one.
    pub(super) fn report_other_issuer(&self, presented: Option<&str>) {
        let kind = AuthErrorKind::InvalidIssuer;
        self.events.mismatched(kind, || Mismatch {
            expected: Escaped(self.url()).to_string(),
            presented: presented.map_or_else(|| "none".to_owned(), |iss| Escaped(iss).to_string()),
            cure: issuer_cure(self.url(), presented.unwrap_or_default()),
        });
    }

    /// Reports a token whose `aud` does not name any of these projects.
    pub(crate) fn report_other_audience(&self, claims: &ClaimSet, projects: &[String]) {
        let kind = AuthErrorKind::InvalidAudience;
        self.events.mismatched(kind, || {
            let prefix = &self.rules.audience_prefix;
            let expected = projects.iter().map(|project| format!("{prefix}{project}"));
            let presented = claims.audiences();
            Mismatch {
                expected: listed(&expected.collect::<Vec<_>>()),
                cure: audience_cure(self.kind, prefix, projects, &presented),
                presented: listed(&presented),
            }
        });
    }

    /// Reports a token that is not valid at this time.
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
            format!("exp later than {seconds} (now) minus {leeway:?} (leeway)"),
            format!(
                "the token expired {ago} s ago: the client has to get a new token; if the token is new, this machine's \
                 clock is ahead: synchronize it"
            ),
        )
    }

    fn shorter_lifetime(&self, now: Duration) -> (String, String) {
        let (lifetime, seconds) = (self.validity.max_lifetime, now.as_secs());
        let cure = "have the client request a shorter lifetime, or raise max_token_lifetime";
        (
            format!("exp at most {lifetime:?} after {seconds} (now), and after iat"),
            cure.to_owned(),
        )
    }

    fn earlier_time(&self, claim: &str, now: Duration, time: Duration) -> (String, String) {
        let (leeway, seconds) = (self.validity.leeway, now.as_secs());
        let ahead = time.saturating_sub(now).as_secs();
        let cure = format!(
            "this machine's clock is at least {ahead} s behind the issuer's: synchronize it"
        );
        let cure = if self.kind.vouches_for_times() {
            cure
        } else {
            format!(
                "if every new token is refused, {cure}; if not, a client has written {claim} itself"
            )
        };
        (
            format!("{claim} no later than {seconds} (now) plus {leeway:?} (leeway)"),
            cure,
        )
    }

    /// Reports a token with a key ID that the issuer does not publish.
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
        return "set the issuer exactly as it is in `iss`: a slash at the end makes a difference"
            .to_owned();
    }
    match Environment::of_issuer(presented) {
        Some(environment) => {
            format!(
                "if the client uses Sequence's environment `{environment}`, set the environment `{environment}`"
            )
        }
        None => "if the presented issuer is yours, set it as the issuer".to_owned(),
    }
}

fn audience_cure(
    kind: IssuerKind,
    prefix: &str,
    projects: &[String],
    presented: &[String],
) -> String {
    let Some(presented) = presented.first() else {
        return NO_PROJECT.to_owned();
    };
    if let Some(environment) = other_environment(prefix, presented) {
        return format!(
            "if the client uses Sequence's environment `{environment}`, set the environment `{environment}`"
        );
    }
    let former = presented.strip_prefix(FORMER_AUDIENCE_PREFIX);
    if former.is_some_and(|project| is_among(project, projects)) {
        return format!(
            "this is the audience format from before July 2024: if the issuer still uses it, set audience_prefix to \
             `{FORMER_AUDIENCE_PREFIX}`"
        );
    }
    match presented.strip_prefix(prefix) {
        Some(project) if is_among(project, projects) => {
            "the presented audience ends with a slash, and the expected one does not".to_owned()
        }
        Some(project) if !Project::is_possible(kind, project) => NO_PROJECT.to_owned(),
        Some(project) => format!(
            "if project `{}` is yours, set it as the project, or add it with also_project",
            Escaped(project)
        ),
        None => "set audience_prefix and the project to match the client's tokens".to_owned(),
    }
}

/// Returns `true` if a project is one of these, ignoring slashes at its end.
fn is_among(project: &str, projects: &[String]) -> bool {
    let project = project.trim_end_matches('/');
    projects.iter().any(|ours| ours == project)
}

/// Returns Sequence's environment for an audience with the prefix of another environment. Returns `None` for OMS
/// Wallet, which has neither prefixes nor environments.
fn other_environment(prefix: &str, audience: &str) -> Option<Environment> {
    let mut environments = Environment::ALL.into_iter();
    environments.find(|environment| {
        let other = environment.audience_prefix();
        !prefix.is_empty() && other != prefix && audience.starts_with(other)
    })
}

/// Returns the claim that `kind` refuses, and its time since the Unix epoch.
fn claimed_time(kind: AuthErrorKind, claims: &ClaimSet) -> (&'static str, Duration) {
    let (claim, time) = match kind {
        AuthErrorKind::IssuedInFuture => ("iat", claims.issued_at),
        AuthErrorKind::NotYetValid => ("nbf", claims.not_before),
        AuthErrorKind::InvalidAuthTime => ("auth_time", claims.authenticated_at),
        _ => ("exp", Some(claims.expires_at)),
    };
    (claim, time.unwrap_or_default())
}

/// Returns Sequence's environment for the `iss` of an unverified token.
fn claimed_environment(token: &[u8]) -> Option<Environment> {
    let payload = Token::split(token).ok()?.unverified_payload()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Environment::of_issuer(claims.get("iss")?.as_str()?)
}

/// Formats a list, and leaves out what does not fit into the limit.
fn listed(texts: &[String]) -> String {
    let mut shown = String::new();
    for text in texts {
        let text = Escaped(text).to_string();
        if !shown.is_empty() {
            if shown.len() + text.len() > MAX_LIST_BYTES {
                shown.push_str(", …");
                break;
            }
            shown.push_str(", ");
        }
        shown.push_str(&text);
    }
    format!("[{shown}]")
}

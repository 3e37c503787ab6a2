//! The issuers that a layer trusts, and which of them a token is for.

use std::{sync::Arc, time::Duration};

use http::Extensions;
use tokio::time::Instant;

use super::{
    step::{Step, TokenStep},
    trusted_issuer::TrustedIssuer,
};
use crate::{
    error::{AuthErrorKind, ConfigError, Escaped, KeysUnavailable},
    issuer::IssuerKind,
    jwks::Keys,
    observe::KeyHealth,
    policy::{Loading, Policy},
    source::Found,
    token::Token,
};

/// At most one issuer of each kind, in the order of the kinds.
#[derive(Clone, Debug)]
pub(crate) struct TrustedIssuers {
    issuers: Vec<Arc<TrustedIssuer>>,
    /// Whether a policy loads something: most load nothing, and leave nothing to look for in each request.
    loads: bool,
}

impl TrustedIssuers {
    pub(crate) fn only(issuer: TrustedIssuer) -> Self {
        Self {
            issuers: vec![Arc::new(issuer)],
            loads: false,
        }
    }

    /// Trusts the issuers of another layer too, each under that layer's policy.
    pub(crate) fn join(&mut self, others: Self) -> Result<(), ConfigError> {
        for other in others.issuers {
            for issuer in &self.issuers {
                ensure_distinct(issuer, &other)?;
            }
            self.issuers.push(other);
        }
        self.issuers.sort_by_key(|trusted| trusted.issuer().kind());
        self.loads |= others.loads;
        Ok(())
    }

    pub(crate) fn includes(&self, kind: IssuerKind) -> bool {
        self.issuers
            .iter()
            .any(|trusted| trusted.issuer().kind() == kind)
    }

    /// Changes what is asked of the tokens of each issuer.
    pub(crate) fn change_policies(&mut self, change: impl Fn(&mut Policy)) {
        for trusted in &mut self.issuers {
            change(&mut Arc::make_mut(trusted).policy);
        }
        self.loads = self.issuers.iter().any(|trusted| trusted.policy.loads());
    }

    /// Has a token checked by the issuer that it is for, as far as nothing has to be waited for. Nothing but the `alg`
    /// of its header decides which that is: an issuer refuses another one's before it looks at anything else.
    pub(super) fn check(&self, found: &Found<'_>) -> (&Arc<TrustedIssuer>, TokenStep) {
        let likely = match self.issuers.as_slice() {
            [only] => Some(only),
            // Most tokens begin as their issuer writes them.
            several => several
                .iter()
                .find(|trusted| Token::starts_as(&found.token, trusted.issuer().algorithm())),
        };
        match likely {
            Some(issuer) => (issuer, issuer.check(found)),
            None => self.check_in_turn(found),
        }
    }

    /// Asks one issuer after the other. To read the header first would be to read it twice, and a large one takes a
    /// good part of what an RSA signature does.
    fn check_in_turn(&self, found: &Found<'_>) -> (&Arc<TrustedIssuer>, TokenStep) {
        let (last, others) = self.issuers.split_last().expect("a layer trusts an issuer");
        for issuer in others {
            match issuer.check(found) {
                Step::Refuse(error) if error.kind() == AuthErrorKind::UnsupportedAlgorithm => (),
                step => return (issuer, step),
            }
        }
        (last, last.check(found))
    }

    /// Removes what other layers have loaded, and what else may stand in the place of what this one loads.
    pub(super) fn strip(&self, extensions: &mut Extensions) {
        Loading::strip_loaded(extensions);
        if self.loads {
            for trusted in &self.issuers {
                trusted.policy.strip(extensions);
            }
        }
    }

    /// Starts the tasks that fetch keys, and logs, the first time, whose tokens are accepted.
    pub(crate) fn start(&self) {
        self.announce();
        self.ensure_running();
    }

    /// Logs, the first time, whose tokens are accepted.
    pub(crate) fn announce(&self) {
        self.issuers.iter().for_each(|trusted| trusted.announce());
    }

    /// Starts the tasks that fetch keys, as far as they do not run.
    pub(super) fn ensure_running(&self) {
        self.keys().for_each(Keys::ensure_running);
    }

    /// Waits for keys of each issuer, all in the longest time that one of them may take. Fails if none came.
    pub(crate) async fn ready(&self) -> Result<(), KeysUnavailable> {
        let limit = self.keys().map(Keys::first_keys_timeout).max();
        let deadline = Instant::now() + limit.unwrap_or_default();
        let (mut is_ready, mut failure) = (false, None);
        for keys in self.keys() {
            match keys.ready_by(deadline).await {
                Ok(()) => is_ready = true,
                Err(error) => failure = Some(sooner(failure, error)),
            }
        }
        match failure {
            Some(error) if !is_ready => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn health(&self) -> KeyHealth {
        KeyHealth::new(self.keys().map(Keys::health).collect())
    }

    /// Ends the tasks for good, and waits until they are gone.
    pub(crate) async fn shutdown(&self) {
        // All of them before the first wait: it may take long, or be given up.
        self.keys().for_each(Keys::end);
        for keys in self.keys() {
            keys.ended().await;
        }
    }

    fn keys(&self) -> impl Iterator<Item = &Keys> {
        self.issuers.iter().map(|trusted| trusted.keys())
    }
}

/// Returns the failure after which another attempt starts first.
fn sooner(known: Option<KeysUnavailable>, other: KeysUnavailable) -> KeysUnavailable {
    let wait = |failure: &KeysUnavailable| failure.retry_after().unwrap_or(Duration::MAX);
    match known {
        Some(known) if wait(&known) <= wait(&other) => known,
        _ => other,
    }
}

fn ensure_distinct(issuer: &TrustedIssuer, other: &TrustedIssuer) -> Result<(), ConfigError> {
    let (issuer, other) = (issuer.issuer(), other.issuer());
    let problem = if issuer.kind() == other.kind() {
        format!("both layers trust an issuer of {}", issuer.kind())
    } else if issuer.url() == other.url() {
        let url = Escaped(issuer.url());
        format!(
            "both layers trust the issuer `{url}`, so that claims would not tell which kind it is"
        )
    } else {
        return Ok(());
    };
    Err(ConfigError::new("or", problem))
}

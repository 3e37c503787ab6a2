//! The issuers that a layer trusts, and which of them a token is for.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::trusted_issuer::TrustedIssuer;
use crate::{
    error::{AuthErrorKind, ConfigError, Escaped, KeysUnavailable},
    issuer::IssuerKind,
    jwks::Keys,
    observe::KeyHealth,
    policy::Policy,
    token::{Algorithm, Token},
};

/// At most one issuer of each kind, in the order of the kinds.
#[derive(Clone, Debug)]
pub(crate) struct TrustedIssuers(Vec<Arc<TrustedIssuer>>);

impl TrustedIssuers {
    pub(crate) fn only(issuer: TrustedIssuer) -> Self {
        Self(vec![Arc::new(issuer)])
    }

    /// Trusts the issuers of another layer too, each under that layer's policy.
    pub(crate) fn join(&mut self, others: Self) -> Result<(), ConfigError> {
        for other in others.0 {
            for issuer in &self.0 {
                ensure_distinct(issuer, &other)?;
            }
            self.0.push(other);
        }
        self.0.sort_by_key(|trusted| trusted.issuer().kind());
        Ok(())
    }

    pub(crate) fn includes(&self, kind: IssuerKind) -> bool {
        self.0.iter().any(|trusted| trusted.issuer().kind() == kind)
    }

    /// Changes what is asked of the tokens of each issuer.
    pub(crate) fn change_policies(&mut self, change: impl Fn(&mut Policy)) {
        for trusted in &mut self.0 {
            change(&mut Arc::make_mut(trusted).policy);
        }
    }

    /// Returns the issuer to ask about a token. Nothing but the `alg` of its header decides that, and the issuer checks
    /// it again with everything else: a header that leads to another issuer is refused there.
    pub(super) fn route(&self, token: &[u8]) -> Result<&Arc<TrustedIssuer>, AuthErrorKind> {
        match self.0.as_slice() {
            [only] => Ok(only),
            several => route_by_algorithm(several, token),
        }
    }

    /// Starts the tasks that fetch keys, as far as they do not run.
    pub(crate) fn ensure_running(&self) {
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
        self.0.iter().map(|trusted| trusted.keys())
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

fn route_by_algorithm<'a>(
    issuers: &'a [Arc<TrustedIssuer>],
    token: &[u8],
) -> Result<&'a Arc<TrustedIssuer>, AuthErrorKind> {
    let algorithm_of = |trusted: &Arc<TrustedIssuer>| trusted.issuer().algorithm();
    // Most tokens begin as their issuer writes them: to read JSON takes much longer.
    let mut candidates = issuers.iter();
    if let Some(issuer) = candidates.find(|trusted| Token::starts_as(token, algorithm_of(trusted)))
    {
        return Ok(issuer);
    }
    let algorithms: Vec<Algorithm> = issuers.iter().map(algorithm_of).collect();
    let algorithm = Token::split(token)?.algorithm(&algorithms)?;
    let mut candidates = issuers.iter();
    candidates
        .find(|trusted| algorithm_of(trusted) == algorithm)
        .ok_or(AuthErrorKind::UnsupportedAlgorithm)
}

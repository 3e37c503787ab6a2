//! The issuers that a layer trusts, and the choice of the issuer for a token.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::Extensions;
use tokio::time::Instant;

use super::{step::TokenStep, trusted_issuer::TrustedIssuer};
use crate::{
    error::{ConfigError, Escaped, KeysUnavailable},
    issuer::IssuerKind,
    jwks::Keys,
    observe::{self, KeyHealth, RequestSpan},
    policy::{Loading, Policy},
    source::Found,
    token::Token,
};

/// The trusted issuers: at most one of each kind, in the order of the kinds.
#[derive(Clone, Debug)]
pub(crate) struct TrustedIssuers {
    /// Never empty: the list starts with one issuer, and only grows.
    issuers: Vec<Arc<TrustedIssuer>>,
    /// Set when these issuers and policies are announced, because routers apply a layer many times.
    announced: OnceLock<()>,
}

impl TrustedIssuers {
    pub(crate) fn only(issuer: TrustedIssuer) -> Self {
        Self {
            issuers: vec![Arc::new(issuer)],
            announced: OnceLock::new(),
        }
    }

    /// Also trusts the issuers of another layer, each under that layer's policy.
    pub(crate) fn join(&mut self, others: Self) -> Result<(), ConfigError> {
        for other in others.issuers {
            for issuer in &self.issuers {
                ensure_distinct(issuer, &other)?;
            }
            self.issuers.push(other);
        }
        self.issuers.sort_by_key(|trusted| trusted.issuer().kind());
        self.announced = OnceLock::new();
        Ok(())
    }

    pub(crate) fn includes(&self, kind: IssuerKind) -> bool {
        self.issuers
            .iter()
            .any(|trusted| trusted.issuer().kind() == kind)
    }

    /// Changes the policy for the tokens of each issuer.
    pub(crate) fn change_policies(&mut self, change: impl Fn(&mut Policy)) {
        for trusted in &mut self.issuers {
            change(&mut Arc::make_mut(trusted).policy);
        }
        self.announced = OnceLock::new();
    }

    /// Selects the issuer of a token, and runs that issuer's synchronous checks.
    ///
    /// Only the `alg` of the header selects the issuer: each issuer refuses another algorithm before any other check.
    pub(super) fn check(
        &self,
        found: &Found<'_>,
        span: &RequestSpan,
    ) -> (&Arc<TrustedIssuer>, TokenStep) {
        let likely = match self.issuers.as_slice() {
            [only] => Some(only),
            // The fast path: most tokens start with the exact header of their issuer.
            several => several
                .iter()
                .find(|trusted| Token::starts_as(&found.token, trusted.issuer().algorithm())),
        };
        match likely {
            Some(issuer) => (issuer, issuer.check(found, span)),
            None => self.check_in_turn(found, span),
        }
    }

    /// Tries one issuer after the other until one supports the algorithm.
    ///
    /// Reading the header first, to select the issuer, would mean to read it twice. For a large header that costs a
    /// good part of the time of an RSA signature check.
    fn check_in_turn(
        &self,
        found: &Found<'_>,
        span: &RequestSpan,
    ) -> (&Arc<TrustedIssuer>, TokenStep) {
        let (last, others) = self.issuers.split_last().expect("a layer trusts an issuer");
        for issuer in others {
            if let Ok(step) = issuer.check_if_supported(found, span) {
                return (issuer, step);
            }
        }
        (last, last.check(found, span))
    }

    /// Removes the values that an outer layer has loaded, and other values of the types that this layer loads.
    pub(super) fn strip(&self, extensions: &mut Extensions) {
        Loading::strip_loaded(extensions);
        for trusted in &self.issuers {
            trusted.policy.strip(extensions);
        }
    }

    /// Starts the tasks that fetch keys, and logs, at the first call, the issuers and projects whose tokens are
    /// accepted.
    pub(crate) fn start(&self) {
        self.announce();
        self.ensure_running();
    }

    /// Logs once the issuers and projects whose tokens are accepted.
    pub(crate) fn announce(&self) {
        if observe::logs_starts() && self.announced.set(()).is_ok() {
            self.issuers.iter().for_each(|trusted| trusted.announce());
        }
    }

    /// Starts the tasks that fetch keys, unless they are running.
    pub(super) fn ensure_running(&self) {
        self.keys().for_each(Keys::ensure_running);
    }

    /// Waits for the keys of each issuer, in total at most for the longest timeout. Fails if the time
    /// is over before the keys of any issuer arrive.
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

    /// Ends the tasks permanently, and waits for their end.
    pub(crate) async fn shutdown(&self) {
        // Signal all tasks before the first wait, because a wait may be long, or be cancelled.
        self.keys().for_each(Keys::end);
        for keys in self.keys() {
            keys.ended().await;
        }
    }

    fn keys(&self) -> impl Iterator<Item = &Keys> {
        self.issuers.iter().map(|trusted| trusted.keys())
    }
}

/// Returns the failure with the earlier next attempt.
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
        format!("both layers trust the issuer `{url}`, so `iss` would not identify its wallet")
    } else {
        return Ok(());
    };
    Err(ConfigError::new("or", problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_with_the_earlier_attempt_is_returned() {
        let failure = |seconds: Option<u64>| KeysUnavailable {
            last_error: None,
            retry_after: seconds.map(Duration::from_secs),
        };
        for other in [Some(2), None] {
            let (known, other) = (failure(Some(1)), failure(other));
            for (one, other) in [(&known, &other), (&other, &known)] {
                let sooner = sooner(Some(one.clone()), other.clone());
                assert_eq!(sooner.retry_after(), Some(Duration::from_secs(1)));
            }
        }
        let only = sooner(None, failure(None));
        assert_eq!(only.retry_after(), None);
    }
}

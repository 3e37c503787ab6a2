//! The issuer that a layer trusts, with its keys and the rules for its tokens.

mod config_key;
mod environment;
mod kind;
mod mismatch;
mod project;
#[cfg(test)]
mod test_issuer;
mod token_cache;
mod validity;
mod verify;

use std::{fmt, sync::Arc};

#[cfg(feature = "http")]
pub(crate) use environment::jwks_url;
pub use {config_key::ConfigKey, environment::Environment, project::ProjectId};
pub(crate) use {
    kind::IssuerKind,
    project::Project,
    validity::Validity,
    verify::{OtherAlgorithm, Unverified, Verified},
};

use self::token_cache::TokenCache;
use crate::{
    claims::ClaimRules,
    jwks::{KeySource, Keys, Timing},
    observe::TokenEvents,
    token::Algorithm,
};

/// A trusted issuer, shared by layers with different policies.
pub(crate) struct Issuer {
    kind: IssuerKind,
    rules: ClaimRules,
    validity: Validity,
    keys: Keys,
    tokens: Arc<TokenCache>,
    events: TokenEvents,
}

impl Issuer {
    /// Creates an issuer that caches up to `token_cache` verified tokens.
    pub(crate) fn new(
        kind: IssuerKind,
        rules: ClaimRules,
        validity: Validity,
        source: KeySource,
        timing: Timing,
        token_cache: usize,
    ) -> Self {
        let tokens = Arc::new(TokenCache::new(token_cache));
        let cached = Arc::clone(&tokens);
        // When the issuer withdraws a key, the tokens that it signed leave the cache.
        let on_replaced = move |keys: &_| cached.retain(keys);
        Self {
            kind,
            validity,
            events: TokenEvents::new(&rules.issuer),
            keys: Keys::new(Arc::clone(&rules.issuer), source, timing, on_replaced),
            rules,
            tokens,
        }
    }

    pub(crate) fn kind(&self) -> IssuerKind {
        self.kind
    }

    /// Returns the algorithm of the issuer's tokens.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.kind.algorithm()
    }

    /// Returns the `iss` of the issuer's tokens.
    pub(crate) fn url(&self) -> &str {
        &self.rules.issuer
    }

    /// Logs that a layer accepts tokens for these projects, and does not name a project again.
    pub(crate) fn announce(&self, projects: &[String]) {
        self.events.started(self.keys.origin(), projects);
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("kind", &self.kind)
            .field("url", &self.rules.issuer)
            .field("keys", &self.keys)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

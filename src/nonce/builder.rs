//! The settings of nonces.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{binding::BoundBy, key::NonceKey, nonces::Nonces, scope::Scope};
use crate::{
    error::ConfigError,
    one_time::{MemoryStore, OneTimeGuard, OneTimeStore},
};

const LIFETIME: Duration = Duration::from_secs(300);
const MIN_LIFETIME: Duration = Duration::from_millis(1);
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Builds [`Nonces`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use sequence_auth::{MemoryStore, NonceKey, Nonces};
///
/// # fn nonces(current: NonceKey, previous: NonceKey) -> Result<Nonces, sequence_auth::ConfigError> {
/// let nonces = Nonces::builder(current)
///     .previous_key(previous)
///     .lifetime(Duration::from_secs(120))
///     .bound_by_cookie("__Host-login")
///     .store(MemoryStore::new(1_000_000))
///     .build()?;
/// # Ok(nonces)
/// # }
/// ```
#[must_use]
pub struct NoncesBuilder {
    key: NonceKey,
    previous_key: Option<NonceKey>,
    lifetime: Duration,
    cookie: Option<String>,
    header: Option<String>,
    scope: Option<String>,
    uses: Option<OneTimeGuard>,
}

impl NoncesBuilder {
    pub(super) fn new(key: NonceKey) -> Self {
        Self {
            key,
            previous_key: None,
            lifetime: LIFETIME,
            cookie: None,
            header: None,
            scope: None,
            uses: None,
        }
    }

    /// Sets a second key whose nonces are accepted too. Default: none.
    ///
    /// To change the key, give every instance the new one as the previous one first; then make it the
    /// current one, and the old one the previous one; leave that out a lifetime later.
    pub fn previous_key(mut self, key: NonceKey) -> Self {
        self.previous_key = Some(key);
        self
    }

    /// Sets how long a nonce is good for, from its issue to the arrival of its token. Default: 5 minutes; from
    /// a millisecond to a day. Of those who issue and those who check, the shorter one counts.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Accepts a nonce only with the cookie that it was issued for. Default: nonces are bound to nothing.
    ///
    /// Its value is taken as it stands in the `Cookie` header. Without the cookie, with two of that name, or with
    /// more than 16 KiB of cookies in all, no nonce passes. Name it with the prefix `__Host-`, so that only this host can set it, and make it
    /// `Secure`, `HttpOnly` and `SameSite`.
    pub fn bound_by_cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = Some(name.into());
        self
    }

    /// Accepts a nonce only with the header that it was issued for, such as one with the id of a session.
    /// Default: nonces are bound to nothing.
    ///
    /// Without the header, or with two of that name, no nonce passes.
    pub fn bound_by_header(mut self, name: impl Into<String>) -> Self {
        self.header = Some(name.into());
        self
    }

    /// Sets what remembers the nonces that were used. Default: a [`MemoryStore`] of its own, for one process.
    ///
    /// All that share a [`NonceKey`] share the store, be they of one process or of many. A store in memory is
    /// for one process: a nonce passes with the store only that it was issued with, so that the nonces of other
    /// processes, and those from before a restart, are refused, and a warning says what to set.
    pub fn store(mut self, store: impl OneTimeStore) -> Self {
        self.uses = Some(OneTimeGuard::new(store));
        self
    }

    /// Sets who accepts the nonces, beside the key: those who have the same scope. Default: those who have the
    /// same [store](Self::store).
    ///
    /// It is for a service that issues nonces which another one checks: both set the same text, which is no
    /// secret. **One process alone may check them if its store is in memory**: with a scope, nothing keeps a
    /// second one from letting each nonce pass once more.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Builds the nonces.
    ///
    /// # Errors
    ///
    /// If the lifetime is out of range, a name is none, the scope is empty, or both a cookie and a header are
    /// set.
    pub fn build(self) -> Result<Nonces, ConfigError> {
        if !(MIN_LIFETIME..=MAX_LIFETIME).contains(&self.lifetime) {
            let lifetime = self.lifetime;
            let problem = format!("{lifetime:?} is not from {MIN_LIFETIME:?} to {MAX_LIFETIME:?}");
            return Err(ConfigError::new("lifetime", problem));
        }
        if self.scope.as_ref().is_some_and(String::is_empty) {
            return Err(ConfigError::new("scope", "it is empty"));
        }
        let bound_by = match (&self.cookie, &self.header) {
            (None, None) => None,
            (Some(name), None) => Some(BoundBy::cookie(name)?),
            (None, Some(name)) => Some(BoundBy::header(name)?),
            (Some(_), Some(_)) => {
                let problem = "bound_by_header is set too, and a nonce has one binding";
                return Err(ConfigError::new("bound_by_cookie", problem));
            }
        };
        Ok(self.bound_by(bound_by))
    }

    /// Builds nonces from what cannot be wrong, and their binding.
    pub(super) fn bound_by(self, bound_by: Option<BoundBy>) -> Nonces {
        let uses = self
            .uses
            .unwrap_or_else(|| OneTimeGuard::new(MemoryStore::default()));
        Nonces {
            key: self.key,
            previous_key: self.previous_key,
            scope: self
                .scope
                .map_or_else(|| Scope::of_store(uses.scope()), Scope::Named),
            lifetime: self.lifetime,
            bound_by,
            uses,
            created_at: SystemTime::now(),
            warnings: Arc::default(),
        }
    }
}

impl fmt::Debug for NoncesBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoncesBuilder")
            .field("lifetime", &self.lifetime)
            .field("cookie", &self.cookie)
            .field("header", &self.header)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

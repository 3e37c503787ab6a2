//! The settings of nonces.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{binding::BoundBy, key::NonceKey, nonces::Nonces, scope::Scope};
use crate::{
    defaults::{DEFAULT_NONCE_LIFETIME, MAX_NONCE_LIFETIME, MIN_NONCE_LIFETIME},
    error::ConfigError,
    one_time::{MemoryStore, OneTimeGuard, OneTimeStore},
};

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
            lifetime: DEFAULT_NONCE_LIFETIME,
            cookie: None,
            header: None,
            scope: None,
            uses: None,
        }
    }

    /// Sets a second key whose nonces are accepted too. Default: none.
    ///
    /// To rotate the key without refusing anyone:
    ///
    /// 1. Deploy the new key as `previous_key` to every instance.
    /// 2. Make it the current key, and the old one `previous_key`.
    /// 3. After one lifetime, remove the old key.
    pub fn previous_key(mut self, key: NonceKey) -> Self {
        self.previous_key = Some(key);
        self
    }

    /// Sets how long a nonce is valid, from its issue to the arrival of its token. Default: 5 minutes; from
    /// 1 millisecond to 1 day. If the instances that issue and check a nonce differ, the shorter lifetime counts.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Accepts a nonce only with the cookie that it was issued for. Default: nonces are not bound.
    ///
    /// The value is compared as it stands in the `Cookie` header. Every nonce is refused if the cookie is missing, if
    /// two cookies have that name, or if all cookies together have more than 16 KiB. Give the name the prefix
    /// `__Host-`, so that only this host can set the cookie, and make it `Secure`, `HttpOnly` and `SameSite`.
    pub fn bound_by_cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = Some(name.into());
        self
    }

    /// Accepts a nonce only with the header that it was issued for, such as one with the id of a session.
    /// Default: nonces are not bound.
    ///
    /// Every nonce is refused if the header is missing or repeated.
    pub fn bound_by_header(mut self, name: impl Into<String>) -> Self {
        self.header = Some(name.into());
        self
    }

    /// Sets the store in which used nonces are recorded. Default: a new [`MemoryStore`], for one process.
    ///
    /// Everything that uses one [`NonceKey`] has to use one store, whether in one process or in many. A store in
    /// memory is for one process: it accepts only nonces that were issued with it. Nonces of other processes, and from
    /// before a restart, are refused, and a warning names the settings to change.
    pub fn store(mut self, store: impl OneTimeStore) -> Self {
        self.uses = Some(OneTimeGuard::new(store));
        self
    }

    /// Sets the name that issuing and checking instances share: nonces are accepted where the scope is the same.
    /// Default: where the [store](Self::store) is the same.
    ///
    /// It is for a service that issues nonces which another service checks: both set the same text, which is not
    /// secret. **If the store is in memory, only one process may check them**: with a scope, a second process would
    /// accept each nonce once more.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Builds the nonces.
    ///
    /// # Errors
    ///
    /// If the lifetime is out of range, a name is not valid, the scope is empty, or both a cookie and a header
    /// are set.
    pub fn build(self) -> Result<Nonces, ConfigError> {
        if !(MIN_NONCE_LIFETIME..=MAX_NONCE_LIFETIME).contains(&self.lifetime) {
            let lifetime = self.lifetime;
            let problem = format!(
                "{lifetime:?} is not from {MIN_NONCE_LIFETIME:?} to {MAX_NONCE_LIFETIME:?}"
            );
            return Err(ConfigError::new("lifetime", problem));
        }
        if self.scope.as_ref().is_some_and(String::is_empty) {
            return Err(ConfigError::new("scope", "it is empty"));
        }
        let bound_by = self.bound_by()?;
        Ok(self.into_nonces(bound_by))
    }

    fn bound_by(&self) -> Result<Option<BoundBy>, ConfigError> {
        match (&self.cookie, &self.header) {
            (None, None) => Ok(None),
            (Some(name), None) => BoundBy::cookie(name).map(Some),
            (None, Some(name)) => BoundBy::header(name).map(Some),
            (Some(_), Some(_)) => {
                let problem = "bound_by_header is set too, and a nonce has one binding";
                Err(ConfigError::new("bound_by_cookie", problem))
            }
        }
    }

    /// Builds nonces from settings that are known to be valid.
    pub(super) fn into_nonces(self, bound_by: Option<BoundBy>) -> Nonces {
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
            events: Arc::default(),
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

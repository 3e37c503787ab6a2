//! The settings of nonces.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    binding::{BindingPlace, BoundBy},
    key::NonceKey,
    login_cookies::LoginCookies,
    nonces::Nonces,
    scope::Scope,
};
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
/// use sequence_auth::{LoginCookies, MemoryStore, NonceKey, Nonces};
///
/// # fn nonces(current: NonceKey, previous: NonceKey) -> Result<Nonces, sequence_auth::ConfigError> {
/// let nonces = Nonces::builder(current)
///     .previous_key(previous)
///     .lifetime(Duration::from_secs(120))
///     .bound_by_login_cookies(LoginCookies::default())
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
    bindings: Vec<Binding>,
    scope: Option<String>,
    uses: Option<OneTimeGuard>,
}

impl NoncesBuilder {
    pub(super) fn new(key: NonceKey) -> Self {
        Self {
            key,
            previous_key: None,
            lifetime: DEFAULT_NONCE_LIFETIME,
            bindings: Vec::new(),
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

    /// Accepts a nonce only with the cookie that [`respond_to`](Nonces::respond_to) set for it: each nonce has its own.
    /// Default: nonces are not bound.
    ///
    /// This is the binding for logins in browsers. Every nonce is refused if its cookie is missing, if two cookies have
    /// its name, or if all cookies together have more than 16 KiB.
    pub fn bound_by_login_cookies(mut self, cookies: LoginCookies) -> Self {
        self.bindings.push(Binding::LoginCookies(cookies));
        self
    }

    /// Accepts a nonce only with the value of a cookie for which it was issued, such as one with the id of a session.
    /// Default: nonces are not bound.
    ///
    /// The value is compared as it stands in the `Cookie` header. Every nonce is refused if the cookie is missing, if
    /// two cookies have that name, or if all cookies together have more than 16 KiB. Give the name the prefix
    /// `__Host-`, so that only this host can set the cookie, and make it `Secure`, `HttpOnly` and `SameSite`.
    pub fn bound_by_cookie(mut self, name: impl Into<String>) -> Self {
        self.bindings.push(Binding::Cookie(name.into()));
        self
    }

    /// Accepts a nonce only with the header that it was issued for, such as one with the id of a session.
    /// Default: nonces are not bound.
    ///
    /// Every nonce is refused if the header is missing or repeated.
    pub fn bound_by_header(mut self, name: impl Into<String>) -> Self {
        self.bindings.push(Binding::Header(name.into()));
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
    /// If the lifetime is out of range, a name, a prefix or an origin is not valid, the scope is empty, or more than one
    /// binding is set.
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
        match &self.bindings[..] {
            [] => Ok(None),
            [binding] => binding.checked().map(Some),
            [first, second, ..] => {
                let problem = format!(
                    "{} is set too, and a nonce has one binding",
                    second.setting()
                );
                Err(ConfigError::new(first.setting(), problem))
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

/// A binding as it was set.
#[derive(Debug)]
enum Binding {
    Cookie(String),
    Header(String),
    LoginCookies(LoginCookies),
}

impl Binding {
    fn setting(&self) -> &'static str {
        match self {
            Self::Cookie(_) => "bound_by_cookie",
            Self::Header(_) => "bound_by_header",
            Self::LoginCookies(_) => "bound_by_login_cookies",
        }
    }

    fn checked(&self) -> Result<BoundBy, ConfigError> {
        match self {
            Self::Cookie(name) => BindingPlace::cookie(name).map(BoundBy::Place),
            Self::Header(name) => BindingPlace::header(name).map(BoundBy::Place),
            Self::LoginCookies(cookies) => {
                cookies.check()?;
                Ok(BoundBy::LoginCookies(cookies.clone()))
            }
        }
    }
}

impl fmt::Debug for NoncesBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoncesBuilder")
            .field("lifetime", &self.lifetime)
            .field("bindings", &self.bindings)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

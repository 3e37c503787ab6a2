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

    /// Accepts nonces that were signed with a second key too. Default: only the current key.
    ///
    /// To rotate the key without refusing a login:
    ///
    /// 1. Deploy the new key as `previous_key` to every instance.
    /// 2. Make the new key the current key, and the old key `previous_key`.
    /// 3. After one lifetime, remove the old key.
    ///
    /// ```
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// # fn nonces(new: NonceKey, old: NonceKey) -> Result<Nonces, sequence_auth::ConfigError> {
    /// // Step 2:
    /// let nonces = Nonces::builder(new).previous_key(old).build()?;
    /// # Ok(nonces)
    /// # }
    /// ```
    pub fn previous_key(mut self, key: NonceKey) -> Self {
        self.previous_key = Some(key);
        self
    }

    /// Sets how long a nonce is valid, from its issue to the arrival of its token. Default: 5 minutes; from 1
    /// millisecond to 1 day.
    ///
    /// The lifetime includes the time that the player needs to sign in. If the instance that issues a nonce and the
    /// instance that checks it have different lifetimes, the shorter applies.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let lasting = |time| Nonces::builder(NonceKey::random()).lifetime(time).build();
    /// assert!(lasting(Duration::from_secs(60)).is_ok());
    /// assert!(lasting(Duration::from_secs(48 * 60 * 60)).is_err());
    /// ```
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Accepts a nonce only with the cookie that [`respond_to`](Nonces::respond_to) set for it. Each nonce has its own
    /// cookie. Default: nonces are not bound.
    ///
    /// This is the binding for logins in browsers. The layer refuses a nonce if its cookie is missing, if two cookies
    /// have its name, or if the request has more than 16 KiB of cookies or the name of this cookie in them more than
    /// 128 times.
    ///
    /// ```
    /// use http::Request;
    /// use sequence_auth::{LoginCookies, NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random())
    ///     .bound_by_login_cookies(LoginCookies::default())
    ///     .build()?;
    ///
    /// let response = nonces.respond_to(&Request::new(()));
    /// let cookie = response.headers()["set-cookie"].to_str().expect("ASCII");
    /// assert!(cookie.starts_with("__Host-login-"));
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn bound_by_login_cookies(mut self, cookies: LoginCookies) -> Self {
        self.bindings.push(Binding::LoginCookies(cookies));
        self
    }

    /// Accepts a nonce only with the value of the cookie that it was issued for, such as a cookie with a session ID.
    /// Default: nonces are not bound.
    ///
    /// The value is compared as it is in the `Cookie` header. The layer refuses every nonce if the cookie is missing,
    /// if two cookies have this name, or if the request has more than 16 KiB of cookies or `name=` in them more than
    /// 128 times. Give the name the prefix `__Host-`, so that only this host can set the cookie, and make the cookie
    /// `Secure`, `HttpOnly` and `SameSite`.
    ///
    /// ```
    /// use http::Request;
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("__Host-session").build()?;
    ///
    /// let request = Request::builder().header("cookie", "__Host-session=4f1a90").body(()).expect("valid");
    /// assert_eq!(nonces.respond_to(&request).status(), 200);
    /// assert_eq!(nonces.respond_to(&Request::new(())).status(), 400); // no session
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn bound_by_cookie(mut self, name: impl Into<String>) -> Self {
        self.bindings.push(Binding::Cookie(name.into()));
        self
    }

    /// Accepts a nonce only with the value of the header that it was issued for, such as a header with a session ID.
    /// Default: nonces are not bound.
    ///
    /// The layer refuses every nonce if the header is missing or repeated.
    ///
    /// ```
    /// use http::Request;
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_header("x-session").build()?;
    ///
    /// let request = Request::builder().header("x-session", "4f1a90").body(()).expect("valid");
    /// assert_eq!(nonces.respond_to(&request).status(), 200);
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn bound_by_header(mut self, name: impl Into<String>) -> Self {
        self.bindings.push(Binding::Header(name.into()));
        self
    }

    /// Sets the store that records used nonces. Default: a new [`MemoryStore`], for one process.
    ///
    /// All users of one [`NonceKey`] need one store, whether they are in one process or in many. A store in memory is
    /// for one process: it accepts only nonces that were issued with it. Nonces of other processes, and nonces from
    /// before a restart, are refused, and a warning names the settings to change.
    ///
    /// ```
    /// use sequence_auth::{MemoryStore, NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random())
    ///     .store(MemoryStore::new(1_000_000))
    ///     .build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn store(mut self, store: impl OneTimeStore) -> Self {
        self.uses = Some(OneTimeGuard::new(store));
        self
    }

    /// Sets the name that nonces are issued for: a nonce is accepted if the instance that checks it has the same scope.
    /// Default: a nonce is accepted if the instance that checks it has the same [store](Self::store).
    ///
    /// Use it if one service issues nonces and another service checks them: both set the same text, which is not
    /// secret. **If the store is in memory, only one process may check the nonces**: with a scope, a second process
    /// would accept each nonce once more. So would the same process after a restart, if the clock of the service that
    /// issues is ahead: set a [`clock_tolerance`](crate::MemoryStore::clock_tolerance).
    ///
    /// ```
    /// use sequence_auth::{ConfigError, NonceKey, Nonces};
    ///
    /// fn nonces(key: NonceKey) -> Result<Nonces, ConfigError> {
    ///     Nonces::builder(key).scope("login").build() // the same in both services
    /// }
    /// # assert!(nonces(NonceKey::random()).is_ok());
    /// ```
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Builds the nonces.
    ///
    /// # Errors
    ///
    /// Returns an error if the lifetime is out of range, if a name, a prefix or an origin is not valid, if the scope is
    /// empty, or if more than one binding is set. [`ConfigError::setting`] names the setting.
    ///
    /// ```
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let error = Nonces::builder(NonceKey::random()).scope("").build().expect_err("an empty scope");
    /// assert_eq!(error.setting(), "scope");
    /// ```
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

    /// Builds nonces from settings that were checked.
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

/// A binding as the application set it, not checked yet.
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

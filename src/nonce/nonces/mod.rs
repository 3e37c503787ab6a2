//! Issuing nonces, and accepting each nonce once.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    binding::{BoundBy, Presented, expected_binding},
    builder::NoncesBuilder,
    key::NonceKey,
    scope::Scope,
    signed_nonce::SignedNonce,
};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    observe::NonceEvents,
    one_time::{OneTimeGuard, Use},
};

/// Times of issue are whole milliseconds.
const ISSUE_PRECISION: Duration = Duration::from_millis(1);

/// Issues nonces, and accepts each nonce once.
///
/// A client requests a nonce from the application, calls `sequence.getIdToken({ nonce })` and sends the token. A layer
/// [with these nonces](crate::SequenceAuthLayer::with_nonces) accepts the token if its nonce
///
/// - was issued by the application,
/// - has not expired,
/// - was issued for this browser, if nonces are [bound](#binding), and
/// - was never used.
///
/// A copy of the token is then worthless.
///
/// A nonce consists of 128 random bits, the time of issue and the lifetime, signed with HMAC-SHA-256. Issuing a
/// nonce stores nothing. Its text is URL-safe: 78 characters, or 120 if the nonce is bound.
///
/// # Several processes
///
/// Build one `Nonces` per key and clone it for each route: a nonce is accepted only with the [key](NonceKey) and the
/// store that it was issued with. The instances of an application also need a [store](NoncesBuilder::store) that they
/// share. The default store is in memory, for one process. Other processes with the same key, and the same process
/// after a restart, refuse its nonces with [`OtherScope`](crate::AuthErrorKind::OtherScope), and a warning names the
/// settings to change. Processes with another key, and a process with a [random](NonceKey::random) key after a restart,
/// refuse them with [`ForeignNonce`](crate::AuthErrorKind::ForeignNonce), without a warning.
///
/// # Binding
///
/// Bind each nonce to the browser that requests it. Otherwise an attacker can get a nonce and a token of their own, and
/// make a victim's browser send that token. The victim is then logged in as the attacker, and everything that they
/// enter goes to the attacker's account. This attack is called login CSRF. A bound nonce is accepted only in its own
/// browser:
///
/// ```
/// use axum::{Router, extract::{Request, State}, response::Response, routing::{get, post}};
/// use sequence_auth::{ConfigError, LoginCookies, NonceKey, Nonces, SequenceAuthLayer};
///
/// async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
///     nonces.respond_to(&request) // {"nonce":"…"}, and a cookie for this nonce
/// }
///
/// # async fn login() {}
/// fn app(auth: SequenceAuthLayer, key: NonceKey) -> Result<Router, ConfigError> {
///     let nonces = Nonces::builder(key).bound_by_login_cookies(LoginCookies::default()).build()?;
///     Ok(Router::new()
///         .route("/nonce", get(nonce))
///         .route("/login", post(login).layer(auth.with_nonces(nonces.clone())))
///         .with_state(nonces))
/// }
/// ```
///
/// If the application already has a cookie or header for each visitor that an attacker can neither guess nor set, such
/// as a session ID, bind nonces with [`bound_by_cookie`](NoncesBuilder::bound_by_cookie) or
/// [`bound_by_header`](NoncesBuilder::bound_by_header).
///
/// [The guide](crate::guide::logins) shows a whole login, with several tabs, other sites, frames and refusals.
///
/// # Clocks
///
/// The instance that issues a nonce may have a clock that is ahead by up to the layer's leeway. The expiry of a nonce
/// has no leeway. As long as the clocks differ by at most 5 minutes, no nonce is accepted twice; the documentation of a
/// store may require more.
#[derive(Clone)]
pub struct Nonces {
    pub(super) key: NonceKey,
    pub(super) previous_key: Option<NonceKey>,
    pub(super) scope: Scope,
    pub(super) lifetime: Duration,
    pub(super) bound_by: Option<BoundBy>,
    pub(super) uses: OneTimeGuard,
    pub(super) created_at: SystemTime,
    pub(super) events: Arc<NonceEvents>,
}

impl Nonces {
    /// Creates nonces with every default: valid for 5 minutes, not bound, uses recorded in this process.
    ///
    /// If the clients are browsers, [bind](Self#binding) the nonces instead.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::{NonceKey, Nonces, testing::LocalIssuer};
    ///
    /// let nonces = Nonces::new(NonceKey::random());
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).with_nonces(nonces.clone()).verifier();
    ///
    /// let token = issuer.token().nonce(&nonces.issue()).mint();
    /// assert!(verifier.verify(&token).await.is_ok());
    /// assert!(verifier.verify(&token).await.is_err()); // the nonce is used
    /// # }
    /// # }
    /// ```
    #[must_use]
    pub fn new(key: NonceKey) -> Self {
        NoncesBuilder::new(key).into_nonces(None)
    }

    /// Returns a builder for nonces with this key.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random())
    ///     .lifetime(Duration::from_secs(120))
    ///     .build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn builder(key: NonceKey) -> NoncesBuilder {
        NoncesBuilder::new(key)
    }

    /// Issues an unbound nonce, for clients that are not browsers.
    ///
    /// A layer whose nonces are bound refuses it.
    ///
    /// ```
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::new(NonceKey::random());
    /// assert_ne!(nonces.issue(), nonces.issue());
    /// ```
    #[must_use]
    pub fn issue(&self) -> String {
        self.issue_at(None, SystemTime::now())
    }

    /// Issues a nonce that is bound to this value of the cookie or header that
    /// [`bound_by_cookie`](NoncesBuilder::bound_by_cookie) or [`bound_by_header`](NoncesBuilder::bound_by_header)
    /// names.
    ///
    /// The value is compared byte for byte with the value in the request. It has 1 to 1,024 bytes: a nonce for an empty
    /// or longer value is always refused. The nonce does not contain the value.
    ///
    /// Do not use it with [login cookies](NoncesBuilder::bound_by_login_cookies). For them,
    /// [`respond_to`](Self::respond_to) issues the nonce and sets its cookie.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sequence_auth::ConfigError> {
    /// # #[cfg(feature = "testing")] {
    /// use sequence_auth::{NonceKey, Nonces, testing::LocalIssuer};
    ///
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("__Host-session").build()?;
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).with_nonces(nonces.clone()).verifier();
    ///
    /// let token = issuer.token().nonce(&nonces.issue_for("session-1")).mint();
    /// assert!(verifier.verify_bound(&token, "session-2").await.is_err());
    /// assert!(verifier.verify_bound(&token, "session-1").await.is_ok());
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn issue_for(&self, binding: impl AsRef<[u8]>) -> String {
        self.issue_at(Some(binding.as_ref()), SystemTime::now())
    }

    pub(super) fn issue_at(&self, binding: Option<&[u8]>, now: SystemTime) -> String {
        self.sign(binding, now).to_text()
    }

    pub(super) fn sign(&self, binding: Option<&[u8]>, now: SystemTime) -> SignedNonce {
        SignedNonce::new(&self.key, &self.scope, binding, now, self.lifetime)
    }

    /// Records the use of a token's nonce, and refuses the token if the nonce was used before. Call it after every
    /// other check, so that a bad token does not use up its nonce.
    pub(crate) async fn consume(
        &self,
        claims: &SequenceClaims,
        presented: Presented<'_>,
        leeway: Duration,
    ) -> Result<(), AuthError> {
        let nonce = self.check(claims.nonce(), presented, SystemTime::now(), leeway)?;
        let (key, accepted_until) = (nonce.one_time_key(), nonce.expires_at());
        match self.uses.consume(key, claims, accepted_until).await? {
            Use::First => Ok(()),
            Use::Repeated => Err(AuthErrorKind::UsedNonce.into()),
        }
    }

    /// Returns the token's nonce if it may be used, without recording its use.
    pub(super) fn check(
        &self,
        nonce: Option<&str>,
        presented: Presented<'_>,
        now: SystemTime,
        leeway: Duration,
    ) -> Result<SignedNonce, AuthErrorKind> {
        let nonce = nonce.ok_or(AuthErrorKind::MissingNonce)?;
        let nonce = SignedNonce::parse(nonce).ok_or(AuthErrorKind::ForeignNonce)?;
        let key = self.key_of(&nonce).ok_or(AuthErrorKind::ForeignNonce)?;
        let binding = expected_binding(self.bound_by.as_ref(), presented, &nonce)?;
        if !nonce.is_bound_to(key, binding) {
            return Err(AuthErrorKind::OtherBinding);
        }
        self.check_times(&nonce, now, leeway)?;
        if !nonce.is_for(key, &self.scope) {
            let is_from_before_start = nonce.issued_at() + ISSUE_PRECISION <= self.created_at;
            self.events.issued_for_other_store(is_from_before_start);
            return Err(AuthErrorKind::OtherScope);
        }
        Ok(nonce)
    }

    fn check_times(
        &self,
        nonce: &SignedNonce,
        now: SystemTime,
        leeway: Duration,
    ) -> Result<(), AuthErrorKind> {
        if nonce.issued_at() > now + leeway {
            return Err(AuthErrorKind::NonceIssuedInFuture);
        }
        // The instance that issued the nonce may have a different lifetime. The shorter lifetime applies.
        let expires_at = nonce.expires_at().min(nonce.issued_at() + self.lifetime);
        if now >= expires_at {
            return Err(AuthErrorKind::ExpiredNonce);
        }
        Ok(())
    }

    fn key_of(&self, nonce: &SignedNonce) -> Option<&NonceKey> {
        let keys = [Some(&self.key), self.previous_key.as_ref()];
        let mut keys = keys.into_iter().flatten();
        keys.find(|key| nonce.is_signed_by(key))
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nonces")
            .field("lifetime", &self.lifetime)
            .field("bound_by", &self.bound_by)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! Issuing nonces, and letting each pass once.

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

/// Times of issue have no more than milliseconds.
const ISSUE_PRECISION: Duration = Duration::from_millis(1);

/// Issues nonces, and lets each pass once.
///
/// A client asks the application for a nonce, calls `sequence.getIdToken({ nonce })` and sends the token. A
/// layer [with these nonces](crate::SequenceAuthLayer::with_nonces) accepts the token if its nonce was issued by the
/// application, has not expired, was issued for this browser and was never used. A copy of the token is then worthless.
///
/// A nonce is 128 random bits, the time of issue and the lifetime, signed with HMAC-SHA-256: issuing stores
/// nothing. It consists of characters that are safe in a URL, 78 of them, or 120 if it is bound.
///
/// # Several processes
///
/// A nonce is accepted with the [key](NonceKey) and the store that it was issued with. Build one `Nonces` per key and
/// clone it for each route. The instances of an application need a [store](NoncesBuilder::store) that they share. The
/// default, in memory, is for one process: other processes, and the same process after a restart, refuse its nonces
/// with [`OtherScope`](crate::AuthErrorKind::OtherScope) and a warning that names the settings to change.
///
/// # Binding
///
/// Bind each nonce to the browser that asks for it. Otherwise an attacker can get a nonce and a token of their own,
/// and have a victim's browser send that token: the victim is then signed in as the attacker, and whatever they
/// enter goes to the attacker's account. This is called login CSRF. A bound nonce is accepted only in its own browser:
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
/// An application that has a cookie or a header of its own for each visitor, which an attacker can neither guess nor
/// set, binds nonces by [`bound_by_cookie`](NoncesBuilder::bound_by_cookie) or
/// [`bound_by_header`](NoncesBuilder::bound_by_header).
///
/// [A page of the guide](crate::guide::logins) follows a login through tabs, other sites, frames and refusals.
///
/// # Clocks
///
/// A nonce is accepted from an instance whose clock is ahead by up to the layer's leeway. Its expiry has no leeway.
/// If clocks differ by 5 minutes at most, no nonce is accepted twice.
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
    /// Creates nonces with every default: valid for 5 minutes, recorded in this process, not bound.
    ///
    /// Where clients are browsers, [bind](Self#binding) them.
    #[must_use]
    pub fn new(key: NonceKey) -> Self {
        NoncesBuilder::new(key).into_nonces(None)
    }

    /// Returns a builder for nonces under a key.
    pub fn builder(key: NonceKey) -> NoncesBuilder {
        NoncesBuilder::new(key)
    }

    /// Issues a nonce that is not bound, for clients that are not browsers.
    ///
    /// It is refused where a binding is required.
    #[must_use]
    pub fn issue(&self) -> String {
        self.issue_at(None, SystemTime::now())
    }

    /// Issues a nonce that is bound to the browser in which the cookie, or the header, has this value.
    ///
    /// The value is compared byte for byte with that in the request. It has 1 to 1,024 bytes: a nonce for an empty
    /// or a longer value is always refused. The nonce does not contain the value. With
    /// [login cookies](NoncesBuilder::bound_by_login_cookies), which [`respond_to`](Self::respond_to) sets, no nonce is
    /// issued this way.
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

    /// Records the use of a token's nonce, and refuses a repeated one. Called when every other check has passed.
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

    /// Checks whether a nonce may be used, without using it.
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
        // The issuing instance may have another lifetime set; the shorter one counts.
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

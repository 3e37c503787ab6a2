//! Values that a sign-in is asked for with, and that it brings back.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tracing::{debug, warn};

use super::{
    binding::{self, BoundBy, Presented},
    builder::NoncesBuilder,
    key::NonceKey,
    scope::Scope,
    signed_nonce::SignedNonce,
};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    observe::Throttle,
    one_time::OneTimeGuard,
};

/// Times of issue have no more than milliseconds.
const ISSUE_PRECISION: Duration = Duration::from_millis(1);

/// Issues nonces, and lets each pass once.
///
/// A client asks the application for a nonce, calls `sequence.getIdToken({ nonce })` and sends the token. A
/// layer [with these nonces](crate::SequenceAuthLayer::with_nonces) accepts it if its nonce is one of them,
/// is young, was issued for this browser and was never used. A copy of the token is then worth nothing.
///
/// A nonce is 128 random bits, the time of issue and the lifetime, under HMAC-SHA-256: issuing stores
/// nothing. It is fit for a URL, and has 78 characters, or 120 if it is bound.
///
/// # Several processes
///
/// A nonce passes where it was issued: with the same [key](NonceKey), and with the same store of what was used.
/// Build one `Nonces` for a key and clone it, for several routes. Instances of an application need a
/// [store](NoncesBuilder::store) that all of them ask. The default, in memory, is for one process: others refuse
/// its nonces, as does the same process after a restart, with
/// [`OtherScope`](crate::AuthErrorKind::OtherScope) and a warning that says what to set.
///
/// # Binding
///
/// Bind each nonce to the browser that asks for it. An attacker can get a nonce and a token of their own,
/// and have a victim's browser send that token: the victim is then signed in as the attacker, and what they
/// enter goes to the attacker's account. This is called login CSRF. A bound nonce passes with its own
/// browser's cookie only:
///
/// ```
/// # #[cfg(feature = "testing")] {
/// use axum::{
///     Router,
///     extract::State,
///     http::{HeaderMap, header::{COOKIE, SET_COOKIE}},
///     response::{AppendHeaders, IntoResponse},
///     routing::{get, post},
/// };
/// # use sequence_auth::testing::LocalIssuer;
/// use sequence_auth::{NonceKey, Nonces};
///
/// async fn nonce(State(nonces): State<Nonces>, headers: HeaderMap) -> impl IntoResponse {
///     // A second tab keeps the first one's cookie: another would spoil the login that has begun there.
///     let browser = known_browser(&headers).unwrap_or_else(new_random_id);
///     let cookie = format!("__Host-login={browser}; Path=/; Secure; HttpOnly; SameSite=Strict");
///     (AppendHeaders([(SET_COOKIE, cookie)]), nonces.issue_for(browser))
/// }
///
/// fn known_browser(headers: &HeaderMap) -> Option<String> {
///     let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
///     let mut cookies = texts.flat_map(|text| text.split("; "));
///     let value = cookies.find_map(|cookie| cookie.strip_prefix("__Host-login="))?;
///     // As long as those of `new_random_id`.
///     (value.len() == 22).then(|| value.to_owned())
/// }
/// # fn new_random_id() -> String {
/// #     use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
/// #     static NUMBER: AtomicUsize = AtomicUsize::new(0);
/// #     format!("{:022}", NUMBER.fetch_add(1, Relaxed))
/// # }
///
/// # async fn login() {}
/// # fn app(key: NonceKey) -> Result<Router, sequence_auth::ConfigError> {
/// let nonces = Nonces::builder(key).bound_by_cookie("__Host-login").build()?;
/// # let auth = LocalIssuer::new().layer(13639);
/// let app = Router::new()
///     .route("/nonce", get(nonce))
///     .route("/login", post(login).layer(auth.with_nonces(nonces.clone())))
///     .with_state(nonces);
/// # Ok(app)
/// # }
/// # // Held to what it says: it is what applications begin with.
/// # let new_cookie = async |app: &Router, cookies: &str| {
/// #     use tower::ServiceExt;
/// #     let request = axum::http::Request::get("/nonce").header(COOKIE, cookies);
/// #     let answer = app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap());
/// #     answer.await.unwrap().headers()[SET_COOKIE].to_str().unwrap().to_owned()
/// # };
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// #     let app = app(NonceKey::random()).unwrap();
/// #     let first = new_cookie(&app, "a=b").await;
/// #     let (sent, _) = first.split_once(';').unwrap();
/// #     assert_eq!(new_cookie(&app, &format!("a=b; {sent}; c=d")).await, first);
/// #     assert_eq!(new_cookie(&app, sent).await, first);
/// #     for other in ["__Host-login=", "__Host-login=x", "xx__Host-login=0123456789012345678901"] {
/// #         assert_ne!(new_cookie(&app, other).await, first);
/// #     }
/// # });
/// # }
/// ```
///
/// `new_random_id` makes 128 random bits, 22 characters in base64url. The value of the cookie has to be one that
/// nobody can guess and that an attacker cannot set: a `__Host-` cookie cannot be set from another host, be it a
/// subdomain. Another site can still open `/nonce` in the browser, without the cookie, and so have it replaced:
/// refuse requests from other sites there, too, by `Sec-Fetch-Site` and `Presented`, as `examples/login` does.
///
/// # Clocks
///
/// A nonce may come from an instance whose clock is ahead by the layer's leeway. Its expiry has no leeway.
/// Clocks that differ by up to 5 minutes let no nonce pass twice.
#[derive(Clone)]
pub struct Nonces {
    pub(super) key: NonceKey,
    pub(super) previous_key: Option<NonceKey>,
    pub(super) scope: Scope,
    pub(super) lifetime: Duration,
    pub(super) bound_by: Option<BoundBy>,
    pub(super) uses: OneTimeGuard,
    pub(super) created_at: SystemTime,
    pub(super) warnings: Arc<Throttle>,
}

impl Nonces {
    /// Creates nonces with every default: good for 5 minutes, remembered in this process, bound to nothing.
    ///
    /// Where clients are browsers, [bind](Self#binding) them.
    #[must_use]
    pub fn new(key: NonceKey) -> Self {
        NoncesBuilder::new(key).bound_by(None)
    }

    /// Returns a builder for nonces under a key.
    pub fn builder(key: NonceKey) -> NoncesBuilder {
        NoncesBuilder::new(key)
    }

    /// Issues a nonce that is bound to nothing: for clients that are no browsers.
    ///
    /// Where a binding is asked for it never passes.
    #[must_use]
    pub fn issue(&self) -> String {
        self.issue_at(None, SystemTime::now())
    }

    /// Issues a nonce that is bound to the browser in which the cookie, or the header, has this value.
    ///
    /// It is compared byte for byte as it stands in the request, and has 1 to 1,024 of them: with another
    /// length, the nonce never passes. It is not in the nonce.
    #[must_use]
    pub fn issue_for(&self, binding: impl AsRef<[u8]>) -> String {
        self.issue_at(Some(binding.as_ref()), SystemTime::now())
    }

    pub(super) fn issue_at(&self, binding: Option<&[u8]>, now: SystemTime) -> String {
        SignedNonce::new(&self.key, &self.scope, binding, now, self.lifetime).to_text()
    }

    /// Uses the nonce of a token that has passed every other check.
    pub(crate) async fn use_up(
        &self,
        claims: &SequenceClaims,
        origin: Presented<'_>,
        leeway: Duration,
    ) -> Result<(), AuthError> {
        let nonce = self.check(claims.nonce(), origin, SystemTime::now(), leeway)?;
        self.uses
            .first(
                nonce.one_time_key(),
                claims,
                nonce.expires_at(),
                AuthErrorKind::UsedNonce,
            )
            .await
    }

    /// Checks whether a nonce may be used. Whatever fails here leaves it as it was.
    pub(super) fn check(
        &self,
        nonce: Option<&str>,
        origin: Presented<'_>,
        now: SystemTime,
        leeway: Duration,
    ) -> Result<SignedNonce, AuthErrorKind> {
        let nonce = nonce.ok_or(AuthErrorKind::MissingNonce)?;
        let nonce = SignedNonce::parse(nonce).ok_or(AuthErrorKind::ForeignNonce)?;
        let key = self.key_of(&nonce).ok_or(AuthErrorKind::ForeignNonce)?;
        let binding = binding::required(self.bound_by.as_ref(), origin)?;
        if !nonce.is_bound_to(key, binding) {
            return Err(AuthErrorKind::OtherBinding);
        }
        if nonce.issued_at() > now + leeway {
            return Err(AuthErrorKind::NonceIssuedInFuture);
        }
        // Whoever issued it may have had another setting.
        let expires_at = nonce.expires_at().min(nonce.issued_at() + self.lifetime);
        if now >= expires_at {
            return Err(AuthErrorKind::ExpiredNonce);
        }
        if !nonce.is_for(key, &self.scope) {
            self.report_other_scope(nonce.issued_at());
            return Err(AuthErrorKind::OtherScope);
        }
        Ok(nonce)
    }

    /// Tells the operator what to set. A nonce from before the start may be this process's own.
    fn report_other_scope(&self, issued_at: SystemTime) {
        let is_older = issued_at + ISSUE_PRECISION <= self.created_at;
        if is_older || !self.warnings.is_due("other scope") {
            debug!("a nonce was issued for another store of used nonces");
            return;
        }
        warn!(
            "a nonce was issued for another store of used nonces, and is refused: all processes with one \
             NonceKey need one store (NoncesBuilder::store) that is not in memory; where others issue than \
             check, both need the same store, or the same NoncesBuilder::scope"
        );
    }

    fn key_of(&self, nonce: &SignedNonce) -> Option<&NonceKey> {
        let keys = [Some(&self.key), self.previous_key.as_ref()];
        keys.into_iter().flatten().find(|key| nonce.is_by(key))
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

//! The layer's checks for tokens outside of HTTP requests.

use std::sync::Arc;

use http::{Extensions, HeaderMap};

use super::Authenticator;
use crate::{claims::SequenceClaims, error::AuthError, nonce::Presented, policy::Loading};

/// Verifies tokens outside of HTTP requests, such as those in WebSocket messages, queues and jobs.
///
/// Made by [`SequenceAuthLayer::verifier`](crate::SequenceAuthLayer::verifier), with the keys and the policy of the
/// layer. A clone increments a reference count.
///
/// | method | binding of the nonce | returns |
/// |---|---|---|
/// | [`verify`](Self::verify) | none | claims |
/// | [`verify_bound`](Self::verify_bound) | a value of the application | claims |
/// | [`verify_and_load`](Self::verify_and_load) | a value of the application, or none | claims and loaded values |
/// | [`verify_with_headers`](Self::verify_with_headers) | read from the headers | claims and loaded values |
///
/// # Example
///
/// ```
/// # #[cfg(feature = "testing")] {
/// # use sequence_auth::testing::LocalIssuer;
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// # let issuer = LocalIssuer::new();
/// # let auth = issuer.layer(13639);
/// # let token = issuer.token().mint();
/// use sequence_auth::{AuthError, TokenVerifier};
///
/// struct Job {
///     player_token: String,
/// }
///
/// async fn run(job: Job, verifier: &TokenVerifier) -> Result<(), AuthError> {
///     let claims = verifier.verify(&job.player_token).await?;
///     println!("for {}", claims.wallet());
///     Ok(())
/// }
///
/// run(Job { player_token: token }, &auth.verifier()).await?;
/// # Ok::<(), AuthError>(()) }).unwrap();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TokenVerifier {
    authenticator: Arc<Authenticator>,
}

impl TokenVerifier {
    pub(crate) fn new(authenticator: Arc<Authenticator>) -> Self {
        Self { authenticator }
    }

    /// Verifies a token as the layer would in a request, and returns its claims.
    ///
    /// Like a request, it waits for keys if necessary: up to
    /// [`first_keys_timeout`](crate::SequenceAuthLayerBuilder::first_keys_timeout) for the first keys, and up to 2
    /// seconds if the token names an unknown key.
    ///
    /// If the layer's nonces are bound to a cookie or header, this method refuses every token. Use
    /// [`verify_with_headers`](Self::verify_with_headers) or [`verify_bound`](Self::verify_bound).
    ///
    /// # Errors
    ///
    /// Returns an error if the layer would refuse the token. [`AuthError::kind`] names the check that failed.
    ///
    /// # Panics
    ///
    /// Panics if it has to wait for keys, or to load values, outside of a Tokio runtime with its timer enabled.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let verifier = issuer.layer(13639).verifier();
    /// use sequence_auth::AuthErrorKind;
    ///
    /// let claims = verifier.verify(&issuer.token().email("ann@example.com").mint()).await?;
    /// assert_eq!(claims.email(), Some("ann@example.com"));
    ///
    /// let error = verifier.verify(&issuer.token().expired().mint()).await.unwrap_err();
    /// assert_eq!(error.kind(), AuthErrorKind::Expired);
    /// # Ok::<(), sequence_auth::AuthError>(()) }).unwrap();
    /// # }
    /// ```
    pub async fn verify(&self, token: &str) -> Result<SequenceClaims, AuthError> {
        let verified = self.authenticator.verify(token, Presented::Unbound).await;
        verified.map(|(claims, _)| claims)
    }

    /// Verifies a token, and returns its claims and the values that the layer [loads](crate::SequenceAuthLayer::load).
    ///
    /// In a request, the layer would put these values into the extensions. `binding` is the value that the token's
    /// nonce is bound to, as for [`verify_bound`](Self::verify_bound), or `None` for a layer without bound nonces.
    ///
    /// # Errors
    ///
    /// Returns an error if the layer would refuse the token. [`AuthError::kind`] names the check that failed.
    ///
    /// # Panics
    ///
    /// Panics if it has to wait for keys, or to load values, outside of a Tokio runtime with its timer enabled.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let auth = issuer.layer(13639);
    /// # let token = issuer.token().mint();
    /// use std::io;
    ///
    /// #[derive(Clone)]
    /// struct Player {
    ///     level: u32,
    /// }
    ///
    /// let auth = auth.load(async |_claims| Ok::<_, io::Error>(Some(Player { level: 3 })));
    /// let (claims, loaded) = auth.verifier().verify_and_load(&token, None).await?;
    /// let level = loaded.get::<Player>().map(|player| player.level);
    /// assert_eq!(level, Some(3));
    /// # let _ = claims;
    /// # Ok::<(), sequence_auth::AuthError>(()) }).unwrap();
    /// # }
    /// ```
    pub async fn verify_and_load(
        &self,
        token: &str,
        binding: Option<&[u8]>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let presented = binding.map_or(Presented::Unbound, Presented::Bound);
        self.verify_presented(token, presented).await
    }

    /// Verifies a token whose nonce is bound to this value, and returns its claims.
    ///
    /// The nonce must have been [issued for](crate::Nonces::issue_for) the value. A layer without nonces refuses every
    /// token here, so that a forgotten [`with_nonces`](crate::SequenceAuthLayer::with_nonces) is noticed.
    ///
    /// This is for a binding of your own: [`bound_by_cookie`](crate::NoncesBuilder::bound_by_cookie) or
    /// [`bound_by_header`](crate::NoncesBuilder::bound_by_header). For [login cookies](crate::LoginCookies), use
    /// [`verify_with_headers`](Self::verify_with_headers), because the name of the cookie depends on the nonce.
    ///
    /// # Errors
    ///
    /// Returns an error if the layer would refuse the token. [`AuthError::kind`] names the check that failed.
    ///
    /// # Panics
    ///
    /// Panics if it has to wait for keys, or to load values, outside of a Tokio runtime with its timer enabled.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let auth = issuer.layer(13639);
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("session").build()?;
    /// let verifier = auth.with_nonces(nonces.clone()).verifier();
    ///
    /// let nonce = nonces.issue_for("session-1");
    /// let token = issuer.token().nonce(&nonce).mint();
    /// assert!(verifier.verify_bound(&token, "session-2").await.is_err());
    /// assert!(verifier.verify_bound(&token, "session-1").await.is_ok());
    /// # Ok::<(), sequence_auth::ConfigError>(()) }).unwrap();
    /// # }
    /// ```
    pub async fn verify_bound(
        &self,
        token: &str,
        binding: impl AsRef<[u8]>,
    ) -> Result<SequenceClaims, AuthError> {
        let presented = Presented::Bound(binding.as_ref());
        let verified = self.authenticator.verify(token, presented).await;
        verified.map(|(claims, _)| claims)
    }

    /// Verifies a token that arrives after an HTTP request, with the headers of that request.
    ///
    /// An example is the first message of a WebSocket, after the request for the upgrade. The method reads only the
    /// cookies or headers to which nonces are [bound](crate::Nonces#binding). It ignores tokens in the headers. It
    /// returns the claims and the values that the layer [loads](crate::SequenceAuthLayer::load).
    ///
    /// A layer without nonces refuses every token here, so that a forgotten
    /// [`with_nonces`](crate::SequenceAuthLayer::with_nonces) is noticed. Without nonces, use
    /// [`verify_and_load`](Self::verify_and_load).
    ///
    /// # Errors
    ///
    /// Returns an error if the layer would refuse the token. [`AuthError::kind`] names the check that failed.
    ///
    /// # Panics
    ///
    /// Panics if it has to wait for keys, or to load values, outside of a Tokio runtime with its timer enabled.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let auth = issuer.layer(13639);
    /// use http::{Request, header::COOKIE};
    /// use sequence_auth::{NonceKey, Nonces};
    ///
    /// let nonces = Nonces::builder(NonceKey::random()).bound_by_cookie("session").build()?;
    /// let verifier = auth.with_nonces(nonces.clone()).verifier();
    /// let nonce = nonces.issue_for("session-1");
    ///
    /// let upgrade = Request::get("/game").header(COOKIE, "session=session-1").body(())?;
    /// let first_message = issuer.token().nonce(&nonce).mint();
    /// let (claims, _) = verifier.verify_with_headers(&first_message, upgrade.headers()).await?;
    /// assert_eq!(claims.nonce(), Some(&*nonce));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// # }
    /// ```
    pub async fn verify_with_headers(
        &self,
        token: &str,
        headers: &HeaderMap,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        self.verify_presented(token, Presented::AfterRequest(headers))
            .await
    }

    async fn verify_presented(
        &self,
        token: &str,
        presented: Presented<'_>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let (claims, loaded) = self.authenticator.verify(token, presented).await?;
        Ok((claims, Loading::without_mark(loaded)))
    }
}

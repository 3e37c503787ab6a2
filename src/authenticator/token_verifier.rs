//! The layer's checks for tokens that do not come with an HTTP request.

use std::sync::Arc;

use http::{Extensions, HeaderMap};

use super::Authenticator;
use crate::{claims::SequenceClaims, error::AuthError, nonce::Presented, policy::Loading};

/// Verifies tokens that come by other ways than a request: a WebSocket message, a queue, a job.
///
/// Made by [`SequenceAuthLayer::verifier`](crate::SequenceAuthLayer::verifier), with the same keys and
/// the same policy as the layer.
#[derive(Clone, Debug)]
pub struct TokenVerifier {
    authenticator: Arc<Authenticator>,
}

impl TokenVerifier {
    pub(crate) fn new(authenticator: Arc<Authenticator>) -> Self {
        Self { authenticator }
    }

    /// Verifies one token as the layer would.
    ///
    /// It waits for keys as a request does: for the first ones as long as `first_keys_timeout` says, and
    /// 2 seconds for a refetch when the token names an unknown key.
    ///
    /// Where the layer's nonces are bound to a cookie or header no token passes here: see
    /// [`verify_with_headers`](Self::verify_with_headers) and [`verify_bound`](Self::verify_bound).
    ///
    /// # Errors
    ///
    /// If the layer would refuse the token; [`AuthError::kind`] names the check.
    ///
    /// # Panics
    ///
    /// If keys have to be waited for, or something is loaded, outside a Tokio runtime with its timer enabled.
    pub async fn verify(&self, token: &str) -> Result<SequenceClaims, AuthError> {
        let verified = self.authenticator.verify(token, Presented::Unbound).await;
        verified.map(|(claims, _)| claims)
    }

    /// Verifies one token as the layer would, bound or not, and returns what the layer would put into the extensions of a
    /// request, too: what it [loads](crate::SequenceAuthLayer::load).
    ///
    /// `binding` is the value of the cookie or header that the layer's nonces are bound to, as for
    /// [`verify_bound`](Self::verify_bound): for a binding of your own, and not for login cookies.
    ///
    /// # Errors
    ///
    /// If the layer would refuse the token; [`AuthError::kind`] names the check.
    ///
    /// # Panics
    ///
    /// If keys have to be waited for, or something is loaded, outside a Tokio runtime with its timer enabled.
    pub async fn verify_and_load(
        &self,
        token: &str,
        binding: Option<&[u8]>,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        let presented = binding.map_or(Presented::Unbound, Presented::Bound);
        self.verify_presented(token, presented).await
    }

    /// Verifies one token as the layer would with a request whose cookie or header, the one that its nonces
    /// are bound to, has this value.
    ///
    /// The nonce has to be [issued for](crate::Nonces::issue_for) it. On a layer without nonces no token
    /// passes. This is for a binding of your own ([`bound_by_cookie`](crate::NoncesBuilder::bound_by_cookie),
    /// [`bound_by_header`](crate::NoncesBuilder::bound_by_header)). The name of a [login cookie](crate::LoginCookies)
    /// depends on the nonce: [`verify_with_headers`](Self::verify_with_headers) finds it.
    ///
    /// # Errors
    ///
    /// If the layer would refuse the token; [`AuthError::kind`] names the check.
    ///
    /// # Panics
    ///
    /// If keys have to be waited for, or something is loaded, outside a Tokio runtime with its timer enabled.
    pub async fn verify_bound(
        &self,
        token: &str,
        binding: impl AsRef<[u8]>,
    ) -> Result<SequenceClaims, AuthError> {
        let presented = Presented::Bound(binding.as_ref());
        let verified = self.authenticator.verify(token, presented).await;
        verified.map(|(claims, _)| claims)
    }

    /// Verifies one token as the layer would in a request with these headers, and returns what it
    /// [loads](crate::SequenceAuthLayer::load), too: for a token that comes after the request, such as in the first
    /// message of a WebSocket.
    ///
    /// Only what nonces are [bound to](crate::Nonces#binding) is read from the headers, and no token.
    ///
    /// # Errors
    ///
    /// If the layer would refuse the token; [`AuthError::kind`] names the check.
    ///
    /// # Panics
    ///
    /// If keys have to be waited for, or something is loaded, outside a Tokio runtime with its timer enabled.
    pub async fn verify_with_headers(
        &self,
        token: &str,
        headers: &HeaderMap,
    ) -> Result<(SequenceClaims, Extensions), AuthError> {
        self.verify_presented(token, Presented::InRequest(headers))
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

//! The error that describes a refused request or token.

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;

use super::{missing_token::MissingToken, refusal::AuthErrorKind};
use crate::defaults::{MAX_RETRY_AFTER, MIN_RETRY_AFTER};

/// The reason why a request or a token was refused.
///
/// The layer puts the error into the extensions of its response, and passes it to
/// [`on_reject`](crate::SequenceAuthLayer::on_reject). With the feature `axum`, the error is also a response
/// (`IntoResponse`): the layer's default HTTP response.
///
/// The texts of the error are fixed. They never contain the token, an email, a nonce or a message of another library.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "testing")] {
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
///
/// let issuer = LocalIssuer::new();
/// let verifier = issuer.layer(13639).verifier();
///
/// let expired = issuer.token().expired().mint();
/// let error = verifier.verify(&expired).await.expect_err("the token has expired");
/// assert_eq!(error.kind(), AuthErrorKind::Expired);
/// assert_eq!(error.status(), 401);
/// assert_eq!(error.code(), "invalid_token");
/// assert_eq!(error.to_string(), "the token has expired (exp)");
/// # });
/// # }
/// ```
///
/// Compare errors by their [`kind`](Self::kind). An error for a response of your own is made from its kind:
///
/// ```
/// use sequence_auth::{AuthError, AuthErrorKind};
///
/// let error = AuthError::from(AuthErrorKind::NotAuthorized);
/// assert_eq!(error.status(), 403);
/// ```
#[derive(Clone, Debug)]
pub struct AuthError {
    kind: AuthErrorKind,
    retry_after: Option<Duration>,
    /// The texts that name the sources of the layer, for `MissingToken` alone.
    missing_token: Option<MissingToken>,
}

impl AuthError {
    pub(crate) fn unavailable(retry_after: Duration) -> Self {
        Self::temporary(AuthErrorKind::KeysUnavailable, retry_after)
    }

    /// Creates a refusal that ends by itself after about this time, which is brought into the bounds of `Retry-After`.
    pub(crate) fn temporary(kind: AuthErrorKind, retry_after: Duration) -> Self {
        Self {
            kind,
            retry_after: Some(retry_after.clamp(MIN_RETRY_AFTER, MAX_RETRY_AFTER)),
            missing_token: None,
        }
    }

    pub(crate) fn missing_token(texts: &MissingToken) -> Self {
        Self {
            kind: AuthErrorKind::MissingToken,
            retry_after: None,
            missing_token: Some(texts.clone()),
        }
    }

    /// Returns the check that refused the request.
    ///
    /// ```
    /// use sequence_auth::{AuthError, AuthErrorKind};
    ///
    /// fn needs_new_token(error: &AuthError) -> bool {
    ///     matches!(error.kind(), AuthErrorKind::Expired | AuthErrorKind::TokenTooOld)
    /// }
    ///
    /// assert!(needs_new_token(&AuthErrorKind::Expired.into()));
    /// ```
    #[must_use]
    pub fn kind(&self) -> AuthErrorKind {
        self.kind
    }

    /// Returns the HTTP status of the layer's default response: 400, 401, 403, 408, 413, 429 or 503.
    ///
    /// ```
    /// use sequence_auth::{AuthError, AuthErrorKind};
    ///
    /// assert_eq!(AuthError::from(AuthErrorKind::MissingToken).status(), 401);
    /// assert_eq!(AuthError::from(AuthErrorKind::MalformedBody).status(), 400);
    /// ```
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.class().status()
    }

    /// Returns the `error` code of the response.
    ///
    /// The codes are those of RFC 6750 §3.1 (`invalid_request`, `invalid_token`, `insufficient_scope`) and two that the
    /// RFC does not have: `missing_token`, and `temporarily_unavailable` for a 429 or 503.
    ///
    /// ```
    /// use sequence_auth::{AuthError, AuthErrorKind};
    ///
    /// let error = AuthError::from(AuthErrorKind::NotAuthorized);
    /// assert_eq!(error.code(), "insufficient_scope");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.class().code()
    }

    /// Returns the text for the client, the `error_description` of the response.
    ///
    /// Each kind has a fixed text. The text of [`MissingToken`](AuthErrorKind::MissingToken) also names the
    /// [sources](crate::SequenceAuthLayer::sources) of the layer.
    ///
    /// ```
    /// use sequence_auth::{AuthError, AuthErrorKind};
    ///
    /// let error = AuthError::from(AuthErrorKind::UsedNonce);
    /// assert_eq!(error.description(), "the nonce of the token was used before");
    /// ```
    #[must_use]
    pub fn description(&self) -> &str {
        match &self.missing_token {
            Some(texts) => texts.description(),
            None => self.kind.description(),
        }
    }

    /// Returns the JSON body of the response.
    pub(crate) fn document(&self) -> Bytes {
        match &self.missing_token {
            Some(texts) => texts.document(),
            None => Bytes::from_static(self.kind.document().as_bytes()),
        }
    }

    /// Returns the time after which a retry may succeed, for the `Retry-After` of a 429 or 503: 1 second to 24 hours.
    /// Other refusals return `None`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl From<AuthErrorKind> for AuthError {
    fn from(kind: AuthErrorKind) -> Self {
        Self {
            kind,
            retry_after: kind.class().is_temporary().then_some(MIN_RETRY_AFTER),
            missing_token: None,
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl StdError for AuthError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_with_429_and_503_say_when_to_retry_and_no_others() {
        for kind in AuthErrorKind::ALL {
            let error = AuthError::from(*kind);
            let expected =
                matches!(error.status().as_u16(), 429 | 503).then_some(Duration::from_secs(1));
            assert_eq!(error.retry_after(), expected, "{kind}");
        }
    }
}

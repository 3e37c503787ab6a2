//! The error of a refused request or token.

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;

use super::{missing_token::MissingToken, refusal::AuthErrorKind};

/// Describes why a request was refused.
///
/// It never holds the token, an email, a nonce or another library's message: its texts are fixed.
/// The layer puts it into the extensions of the refusing response and hands it to
/// [`on_reject`](crate::SequenceAuthLayer::on_reject).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthError {
    kind: AuthErrorKind,
    retry_after: Option<Duration>,
    /// Says where the layer looks for tokens, if it found none.
    missing_token: Option<MissingToken>,
}

impl AuthError {
    pub(crate) fn unavailable(retry_after: Duration) -> Self {
        Self::temporary(AuthErrorKind::KeysUnavailable, retry_after)
    }

    pub(crate) fn temporary(kind: AuthErrorKind, retry_after: Duration) -> Self {
        Self {
            kind,
            retry_after: Some(retry_after),
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

    /// Returns which check refused the request.
    #[must_use]
    pub fn kind(&self) -> AuthErrorKind {
        self.kind
    }

    /// Returns the HTTP status that answers this refusal.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.class().status()
    }

    /// Returns the `error` code of the answer (RFC 6750 §3.1, and two of our own: `missing_token`
    /// where the RFC has none, `temporarily_unavailable` for a 503).
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.class().code()
    }

    /// Returns the text that the client is given. It is a fixed one for each kind; for
    /// [`MissingToken`](AuthErrorKind::MissingToken) it names the [sources](crate::SequenceAuthLayer::sources) of the
    /// layer.
    #[must_use]
    pub fn description(&self) -> &str {
        match &self.missing_token {
            Some(texts) => texts.description(),
            None => self.kind.description(),
        }
    }

    /// Returns the JSON document that tells the client.
    pub(crate) fn document(&self) -> Bytes {
        match &self.missing_token {
            Some(texts) => texts.document(),
            None => Bytes::from_static(self.kind.document().as_bytes()),
        }
    }

    /// Returns after what time a retry may succeed; only a 503 has one.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl From<AuthErrorKind> for AuthError {
    fn from(kind: AuthErrorKind) -> Self {
        Self {
            kind,
            retry_after: None,
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

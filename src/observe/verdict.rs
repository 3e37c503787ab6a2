//! What has come of a request, in the words of metrics and spans.

use super::source_kind::SourceKind;
use crate::error::AuthErrorKind;

/// What a layer has decided about a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    /// A token was verified.
    Success,
    /// The request was refused.
    Failure(AuthErrorKind),
    /// The request passed without a token.
    Anonymous,
}

impl Verdict {
    /// Returns the value of `result`.
    pub(crate) fn result(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure(_) => "failure",
            Self::Anonymous => "none",
        }
    }

    /// Returns the value of `error_type`, empty without an error.
    pub(crate) fn error_type(self) -> &'static str {
        match self {
            Self::Failure(kind) => kind.as_str(),
            Self::Success | Self::Anonymous => "",
        }
    }
}

/// Returns the kind of source that a refusal is about which came before any token was found.
pub(crate) fn source_of(kind: AuthErrorKind) -> Option<SourceKind> {
    use AuthErrorKind as Kind;
    Some(match kind {
        Kind::RepeatedAuthorization | Kind::MalformedAuthorization => SourceKind::Bearer,
        Kind::RepeatedTokenHeader | Kind::MalformedTokenHeader => SourceKind::Header,
        Kind::RepeatedTokenCookie | Kind::MalformedTokenCookie | Kind::CrossSiteCookie => {
            SourceKind::Cookie
        }
        Kind::RepeatedTokenProtocol | Kind::MalformedTokenProtocol => SourceKind::Subprotocol,
        Kind::MalformedBody
        | Kind::RepeatedTokenField
        | Kind::TokenFieldNotString
        | Kind::BodyInterrupted
        | Kind::BodyTooLarge
        | Kind::BodyTimeout => SourceKind::JsonField,
        _ => return None,
    })
}

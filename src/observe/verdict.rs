//! The outcome of a request, in the vocabulary of metrics and spans.

use super::source_kind::SourceKind;
use crate::error::AuthErrorKind;

/// The decision of a layer about a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    /// A token was verified.
    Success,
    /// The request was refused.
    Failure(AuthErrorKind),
    /// The request was accepted without a token.
    Anonymous,
}

impl Verdict {
    /// Returns the value of the label `result`.
    pub(crate) fn result(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure(_) => "failure",
            Self::Anonymous => "none",
        }
    }

    /// Returns the value of the label `error_type`, which is empty without an error.
    pub(crate) fn error_type(self) -> &'static str {
        match self {
            Self::Failure(kind) => kind.as_str(),
            Self::Success | Self::Anonymous => "",
        }
    }
}

/// Returns the kind of source that caused a refusal before a token was found.
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

//! The refusal of a request.

use std::{error::Error as StdError, fmt, time::Duration};

use http::StatusCode;

/// Describes why a request was refused.
///
/// It never holds the token, an email, a nonce or another library's message: its texts are fixed.
/// The layer puts it into the extensions of the refusing response and hands it to
/// [`on_reject`](crate::SequenceAuthLayer::on_reject).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthError {
    kind: AuthErrorKind,
    retry_after: Option<Duration>,
}

impl AuthError {
    pub(crate) fn unavailable(retry_after: Duration) -> Self {
        Self {
            kind: AuthErrorKind::KeysUnavailable,
            retry_after: Some(retry_after),
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

    /// Returns the fixed text that the client is given.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.kind.description()
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
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl StdError for AuthError {}

/// Names the check that refused a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// No source held a token.
    MissingToken,
    /// The request has more than one `Authorization` header.
    RepeatedAuthorization,
    /// The `Authorization` header says `Bearer`, but nothing that could be a token follows.
    MalformedAuthorization,
    /// The body says that it is JSON and is none.
    MalformedBody,
    /// The body holds the token field more than once.
    RepeatedTokenField,
    /// The body's token field is no string.
    TokenFieldNotString,
    /// The body broke off or failed before it was read to its end.
    BodyInterrupted,
    /// The body is larger than the layer, or a limit outside it, reads.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The token is larger than 8 KiB.
    TokenTooLarge,
    /// The token is not three parts of strict base64url that hold UTF-8.
    MalformedToken,
    /// The token's header is not a JSON object with members of the right types, each once.
    MalformedHeader,
    /// The token's `alg` is not `RS256`.
    UnsupportedAlgorithm,
    /// The token's `typ` is not `JWT`.
    UnsupportedType,
    /// The token's header asks for an extension (`crit`, `b64`, `zip`), and none is understood.
    UnsupportedExtension,
    /// The token names no key, or its `kid` is not a string of 1 to 128 bytes.
    MissingKeyId,
    /// The token names a key that the issuer does not publish.
    UnknownKey,
    /// The signature is not one by the named key over these bytes.
    InvalidSignature,
    /// The claims are not a JSON object with every member once.
    MalformedClaims,
    /// `iss` is not the configured issuer.
    InvalidIssuer,
    /// `aud` does not hold an accepted project, or is malformed.
    InvalidAudience,
    /// `exp` is missing or is no number in range.
    InvalidExpiry,
    /// `exp` has passed.
    Expired,
    /// `iat` is missing or is no number in range.
    InvalidIssuedAt,
    /// `iat` lies in the future.
    IssuedInFuture,
    /// `nbf` is no number in range.
    InvalidNotBefore,
    /// `nbf` lies in the future.
    NotYetValid,
    /// `auth_time` is no number in range, or lies in the future.
    InvalidAuthTime,
    /// `sub` is not `0x` and 40 hexadecimal digits.
    InvalidSubject,
    /// `email` is no string.
    InvalidEmail,
    /// `email` is missing or blank, and the policy requires one.
    MissingEmail,
    /// `nonce` is no string.
    InvalidNonce,
    /// The identity claim is malformed.
    InvalidIdentity,
    /// No trustworthy keys are at hand, so that no token can be judged.
    KeysUnavailable,
}

impl AuthErrorKind {
    pub(crate) fn class(self) -> Class {
        match self {
            Self::MissingToken => Class::MissingToken,
            Self::RepeatedAuthorization
            | Self::MalformedAuthorization
            | Self::MalformedBody
            | Self::RepeatedTokenField
            | Self::TokenFieldNotString
            | Self::BodyInterrupted => Class::InvalidRequest,
            Self::BodyTooLarge => Class::BodyTooLarge,
            Self::BodyTimeout => Class::BodyTimeout,
            Self::TokenTooLarge
            | Self::MalformedToken
            | Self::MalformedHeader
            | Self::UnsupportedAlgorithm
            | Self::UnsupportedType
            | Self::UnsupportedExtension
            | Self::MissingKeyId
            | Self::UnknownKey
            | Self::InvalidSignature
            | Self::MalformedClaims
            | Self::InvalidIssuer
            | Self::InvalidAudience
            | Self::InvalidExpiry
            | Self::Expired
            | Self::InvalidIssuedAt
            | Self::IssuedInFuture
            | Self::InvalidNotBefore
            | Self::NotYetValid
            | Self::InvalidAuthTime
            | Self::InvalidSubject
            | Self::InvalidEmail
            | Self::MissingEmail
            | Self::InvalidNonce
            | Self::InvalidIdentity => Class::InvalidToken,
            Self::KeysUnavailable => Class::Unavailable,
        }
    }

    // RFC 6750 §3 allows neither `"` nor `\` in these texts.
    fn description(self) -> &'static str {
        match self {
            Self::MissingToken => {
                "no ID token was sent, neither as a bearer token nor in the JSON field sequenceToken"
            }
            Self::RepeatedAuthorization => "more than one Authorization header was sent",
            Self::MalformedAuthorization => "the Authorization header holds no well-formed token",
            Self::MalformedBody => "the body is not valid JSON",
            Self::RepeatedTokenField => "the body holds the field sequenceToken more than once",
            Self::TokenFieldNotString => "the field sequenceToken is not a string",
            Self::BodyInterrupted => "the body could not be read to its end",
            Self::BodyTooLarge => "the body is too large",
            Self::BodyTimeout => "the body did not arrive in time",
            Self::TokenTooLarge => "the token is larger than 8192 bytes",
            Self::MalformedToken => "the token is not three parts of unpadded base64url",
            Self::MalformedHeader => "the header of the token is malformed",
            Self::UnsupportedAlgorithm => "the algorithm (alg) of the token is not RS256",
            Self::UnsupportedType => "the type (typ) of the token is not JWT",
            Self::UnsupportedExtension => "the token asks for an extension that is not supported",
            Self::MissingKeyId => "the token does not name its key (kid)",
            Self::UnknownKey => "the token names a key (kid) that the issuer does not publish",
            Self::InvalidSignature => "the signature of the token is invalid",
            Self::MalformedClaims => "the claims of the token are malformed",
            Self::InvalidIssuer => {
                "the issuer (iss) of the token is missing, malformed or another one"
            }
            Self::InvalidAudience => {
                "the audience (aud) of the token is missing, malformed or another project"
            }
            Self::InvalidExpiry => "the expiry (exp) of the token is missing or malformed",
            Self::Expired => "the token has expired (exp)",
            Self::InvalidIssuedAt => "the issue time (iat) of the token is missing or malformed",
            Self::IssuedInFuture => "the token was issued in the future (iat)",
            Self::InvalidNotBefore => "the start time (nbf) of the token is malformed",
            Self::NotYetValid => "the token is not valid yet (nbf)",
            Self::InvalidAuthTime => {
                "the sign-in time (auth_time) of the token is malformed or in the future"
            }
            Self::InvalidSubject => "the subject (sub) of the token is not a wallet address",
            Self::InvalidEmail => "the email claim of the token is malformed",
            Self::MissingEmail => "the token has no email claim, and this service requires one",
            Self::InvalidNonce => "the nonce claim of the token is malformed",
            Self::InvalidIdentity => "the identity claim of the token is malformed",
            Self::KeysUnavailable => "the keys to verify tokens are not available, try again later",
        }
    }
}

/// How a refusal is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// RFC 6750 §3.1: "the request lacks any authentication information".
    MissingToken,
    /// RFC 6750 §3.1, `invalid_request`.
    InvalidRequest,
    /// RFC 9110 §15.5.14.
    BodyTooLarge,
    /// RFC 9110 §15.5.9.
    BodyTimeout,
    /// RFC 6750 §3.1, `invalid_token`.
    InvalidToken,
    /// RFC 9110 §15.6.4.
    Unavailable,
}

impl Class {
    fn status(self) -> StatusCode {
        match self {
            Self::MissingToken | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::InvalidToken => "invalid_token",
            Self::InvalidRequest | Self::BodyTooLarge | Self::BodyTimeout => "invalid_request",
            Self::Unavailable => "temporarily_unavailable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AuthErrorKind::{self, *};

    const ALL: [AuthErrorKind; 34] = [
        MissingToken,
        RepeatedAuthorization,
        MalformedAuthorization,
        MalformedBody,
        RepeatedTokenField,
        TokenFieldNotString,
        BodyInterrupted,
        BodyTooLarge,
        BodyTimeout,
        TokenTooLarge,
        MalformedToken,
        MalformedHeader,
        UnsupportedAlgorithm,
        UnsupportedType,
        UnsupportedExtension,
        MissingKeyId,
        UnknownKey,
        InvalidSignature,
        MalformedClaims,
        InvalidIssuer,
        InvalidAudience,
        InvalidExpiry,
        Expired,
        InvalidIssuedAt,
        IssuedInFuture,
        InvalidNotBefore,
        NotYetValid,
        InvalidAuthTime,
        InvalidSubject,
        InvalidEmail,
        MissingEmail,
        InvalidNonce,
        InvalidIdentity,
        KeysUnavailable,
    ];

    #[test]
    fn every_text_is_fit_for_a_header_and_names_its_own_check() {
        // RFC 6750 §3: neither `"` nor `\`, and nothing that a header cannot hold.
        let is_fit = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        for (index, kind) in ALL.into_iter().enumerate() {
            assert!(kind.description().bytes().all(is_fit), "{kind:?}");
            let others = &ALL[index + 1..];
            let is_shared = |other: &AuthErrorKind| other.description() == kind.description();
            assert!(!others.iter().any(is_shared), "{kind:?}");
        }
    }
}

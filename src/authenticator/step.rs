//! The intermediate result of the checks.

use std::sync::Arc;

use super::{admission::Admission, trusted_issuer::TrustedIssuer};
use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    jwks::MissingKey,
    observe::SourceKind,
    policy::Pending,
    source::Found,
};

/// The result of the synchronous checks of a request or a token.
pub(crate) enum Step<P, W> {
    Pass(P),
    Refuse(AuthError),
    /// The remaining checks have to wait.
    Wait(W),
}

impl<P, W> Step<P, W> {
    pub(super) fn refuse(kind: AuthErrorKind) -> Self {
        Self::Refuse(kind.into())
    }
}

pub(crate) type RequestStep = Step<Admission, RequestWait>;
pub(super) type TokenStep = Step<SequenceClaims, TokenWait>;

/// The reason why a request waits, and the issuer that continues to check its token.
pub(crate) enum RequestWait {
    /// For its body, which may contain the token.
    Body,
    /// For the key that signed its token.
    Key {
        issuer: Arc<TrustedIssuer>,
        found: Found<'static>,
        missing: MissingKey,
    },
    /// For asynchronous checks of the policy: the application, and the stores of used nonces and tokens.
    Policy {
        issuer: Arc<TrustedIssuer>,
        pending: Pending,
        source: Option<SourceKind>,
    },
}

/// The reason why a token waits.
pub(super) enum TokenWait {
    /// For the key that signed it.
    Key(MissingKey),
    /// For asynchronous checks of the policy: the application, and the stores of used nonces and tokens.
    Policy(Pending),
}

//! How far a request or a token has come.

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

/// What has come of a request or a token so far.
pub(crate) enum Step<P, W> {
    Pass(P),
    Refuse(AuthError),
    /// Something has to be waited for before the rest can be checked.
    Wait(W),
}

impl<P, W> Step<P, W> {
    pub(super) fn refuse(kind: AuthErrorKind) -> Self {
        Self::Refuse(kind.into())
    }
}

pub(crate) type RequestStep = Step<Admission, RequestWait>;
pub(super) type TokenStep = Step<SequenceClaims, TokenWait>;

/// What a request waits for, and the issuer that goes on with its token.
pub(crate) enum RequestWait {
    /// Its body, which may hold the token.
    Body,
    /// The key that signed its token.
    Key {
        issuer: Arc<TrustedIssuer>,
        found: Found<'static>,
        missing: MissingKey,
    },
    /// The application, and the stores of what may be used once.
    Policy {
        issuer: Arc<TrustedIssuer>,
        pending: Pending,
        source: Option<SourceKind>,
    },
}

/// What a token waits for.
pub(super) enum TokenWait {
    /// The key that signed it.
    Key(MissingKey),
    /// The application, and the stores of what may be used once.
    Policy(Pending),
}

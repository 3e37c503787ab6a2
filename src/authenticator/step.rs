//! How far a request or a token has come.

use crate::{
    claims::SequenceClaims,
    error::{AuthError, AuthErrorKind},
    jwks::MissingKey,
    policy::Pending,
    source::Found,
};

use super::admission::Admission;

/// What has come of a request or a token so far.
pub(crate) enum Step<P, W> {
    Pass(P),
    Refuse(AuthError),
    /// Something has to be waited for before the rest can be checked.
    Wait(W),
}

pub(crate) type RequestStep = Step<Admission, RequestWait>;
pub(super) type TokenStep = Step<SequenceClaims, TokenWait>;

/// What a request waits for.
pub(crate) enum RequestWait {
    /// Its body, which may hold the token in this field.
    Body { field: &'static str },
    /// Something that its token needs.
    Token(TokenWait),
}

/// What a token waits for.
pub(crate) enum TokenWait {
    /// The key that signed it.
    Key {
        found: Found<'static>,
        missing: MissingKey,
    },
    /// The application, and the stores of what may be used once.
    Policy(Pending),
}

impl<P, W> Step<P, W> {
    pub(super) fn refuse(kind: AuthErrorKind) -> Self {
        Self::Refuse(kind.into())
    }
}

impl From<TokenStep> for RequestStep {
    fn from(step: TokenStep) -> Self {
        match step {
            Step::Pass(claims) => Self::Pass(Admission::Verified(claims)),
            Step::Refuse(error) => Self::Refuse(error),
            Step::Wait(wait) => Self::Wait(RequestWait::Token(wait)),
        }
    }
}

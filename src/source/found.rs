//! A token that was found, or where it may be.

use std::borrow::Cow;

use crate::{error::AuthErrorKind, observe::SourceKind};

/// Where a request holds its token.
pub(crate) enum Located<'a> {
    Token(Found<'a>),
    /// In a field of its body, if anywhere: the body has to be read.
    Body,
    /// No source applies.
    Nowhere,
}

/// Why no token was found in a body, although one may be there.
pub(crate) enum BodyError {
    /// It cannot be searched. Where a token is optional, such a body passes.
    Unsearchable(AuthErrorKind),
    /// What stands in the place of a token is none.
    Refused(AuthErrorKind),
}

/// A token that nobody has checked, and where it came from.
pub(crate) struct Found<'a> {
    pub(crate) token: Cow<'a, [u8]>,
    /// `None`: it came without a request.
    source: Option<SourceKind>,
}

impl<'a> Found<'a> {
    pub(super) fn new(token: Cow<'a, [u8]>, source: SourceKind) -> Self {
        Self {
            token,
            source: Some(source),
        }
    }

    /// Takes a token that comes without a request.
    pub(crate) fn without_request(token: &'a str) -> Self {
        Self {
            token: Cow::Borrowed(token.as_bytes()),
            source: None,
        }
    }

    /// Returns the kind of source that the token came from; `None` if it came without a request.
    pub(crate) fn source(&self) -> Option<SourceKind> {
        self.source
    }

    /// Returns the refusal of this token, which was refused as `kind`.
    pub(crate) fn refusal(&self, kind: AuthErrorKind) -> AuthErrorKind {
        match self.source {
            Some(source) => source.refusal(&self.token, kind),
            None => kind,
        }
    }

    /// Copies the token, so that it can be kept while keys are waited for.
    pub(crate) fn to_owned(&self) -> Found<'static> {
        Found {
            token: Cow::Owned(self.token.to_vec()),
            source: self.source,
        }
    }
}

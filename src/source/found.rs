//! The results of a search for a token.

use std::borrow::Cow;

use crate::{error::AuthErrorKind, observe::SourceKind};

/// The place of a request's token.
pub(crate) enum Located<'a> {
    Token(Found<'a>),
    /// The body may hold the token in a field, and has to be read.
    Body,
    /// Every source is empty.
    Nowhere,
}

/// The reason why a body that may hold a token gave none.
pub(crate) enum BodyError {
    /// The body cannot be searched. If a token is optional, such a body passes.
    Unsearchable(AuthErrorKind),
    /// A token field is there, and its value is not a token.
    Refused(AuthErrorKind),
}

/// An unchecked token and its source.
pub(crate) struct Found<'a> {
    pub(crate) token: Cow<'a, [u8]>,
    /// `None` if the token came without a request.
    source: Option<SourceKind>,
}

impl<'a> Found<'a> {
    pub(super) fn new(token: Cow<'a, [u8]>, source: SourceKind) -> Self {
        Self {
            token,
            source: Some(source),
        }
    }

    /// Creates a token that came without a request.
    pub(crate) fn without_request(token: &'a str) -> Self {
        Self {
            token: Cow::Borrowed(token.as_bytes()),
            source: None,
        }
    }

    /// Returns the kind of the token's source, or `None` if the token came without a request.
    pub(crate) fn source(&self) -> Option<SourceKind> {
        self.source
    }

    /// Returns the final kind for this token, which was refused as `kind`: some sources turn it into a malformed
    /// request.
    pub(crate) fn refusal(&self, kind: AuthErrorKind) -> AuthErrorKind {
        match self.source {
            Some(source) => source.refusal(&self.token, kind),
            None => kind,
        }
    }

    /// Copies the token, to keep it while the request waits for keys.
    pub(crate) fn to_owned(&self) -> Found<'static> {
        Found {
            token: Cow::Owned(self.token.to_vec()),
            source: self.source,
        }
    }
}

//! Where in a request a token may be, in order. Pure: nothing here reads a body or waits.

mod bearer;
mod headers;
mod json_field;

use std::{borrow::Cow, time::Duration};

use http::{HeaderMap, Method};
use smallvec::SmallVec;

pub(crate) use self::headers::{cookie_values, is_token_char, only_value};
use crate::error::AuthErrorKind;

/// Where a token may be. Each source says when it applies, what it is refused with, and what it keeps out of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenSource {
    /// The `Authorization` header with the scheme `Bearer` (RFC 6750 §2.1).
    Bearer,
    /// A field of a JSON body, by its name.
    JsonField(&'static str),
}

impl TokenSource {
    /// The field of Embedded Wallet's official guide.
    const SEQUENCE_TOKEN: Self = Self::JsonField("sequenceToken");
    /// The field of OMS Wallet's client. The tokens of other vendors use this name, too.
    const ID_TOKEN: Self = Self::JsonField("idToken");

    /// Looks whether a request holds a token here, or may hold one in its body.
    fn search<'a>(
        self,
        method: &Method,
        headers: &'a HeaderMap,
    ) -> Result<Option<Located<'a>>, AuthErrorKind> {
        match self {
            Self::Bearer => {
                let token = bearer::find(headers)?;
                Ok(token.map(|token| Located::Token(Found::new(token, self))))
            }
            Self::JsonField(_) => {
                let applies = json_field::applies(method, headers);
                Ok(applies.then_some(Located::Body))
            }
        }
    }

    /// Returns the refusal of a token from here that was refused as `kind`: RFC 6750 §3.1 tells a malformed
    /// request (400) from a bad token (401).
    fn refusal(self, token: &[u8], kind: AuthErrorKind) -> AuthErrorKind {
        match self {
            Self::Bearer => bearer::refusal(token, kind),
            Self::JsonField(_) => kind,
        }
    }

    /// Keeps tokens out of whatever prints headers after this layer.
    fn mark_sensitive(self, headers: &mut HeaderMap) {
        match self {
            Self::Bearer => bearer::mark_sensitive(headers),
            Self::JsonField(_) => (),
        }
    }
}

/// The sources of a layer, in their order, and how much of a body it reads.
#[derive(Clone, Debug)]
pub(crate) struct TokenSources {
    sources: Vec<TokenSource>,
    /// Up to how many bytes a body is searched; with 0 none is read.
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
}

impl TokenSources {
    pub(crate) fn new(body_limit: usize, body_timeout: Duration) -> Self {
        Self {
            sources: vec![TokenSource::Bearer, TokenSource::SEQUENCE_TOKEN],
            body_limit,
            body_timeout,
        }
    }

    /// Looks for tokens of OMS Wallet where its client puts them, too.
    pub(crate) fn accept_id_token(&mut self) {
        if !self.sources.contains(&TokenSource::ID_TOKEN) {
            self.sources.push(TokenSource::ID_TOKEN);
        }
    }

    /// Finds where a request holds its token: the first source that applies decides.
    pub(crate) fn locate<'a>(
        &self,
        method: &Method,
        headers: &'a HeaderMap,
    ) -> Result<Located<'a>, AuthErrorKind> {
        for source in &self.sources {
            match source.search(method, headers)? {
                Some(Located::Body) if self.body_limit == 0 => (),
                Some(located) => return Ok(located),
                None => (),
            }
        }
        Ok(Located::Nowhere)
    }

    /// Finds the token in a whole body, in any of the fields that it may be in.
    pub(crate) fn find_in_body<'a>(&self, body: &'a [u8]) -> Result<Option<Found<'a>>, BodyError> {
        let fields: SmallVec<[_; 2]> = self.sources.iter().filter_map(json_field_of).collect();
        let found = json_field::find(body, &fields)?;
        Ok(found.map(|(field, token)| Found {
            token: match token {
                Cow::Borrowed(token) => Cow::Borrowed(token.as_bytes()),
                Cow::Owned(token) => Cow::Owned(token.into_bytes()),
            },
            source: Some(TokenSource::JsonField(field)),
        }))
    }

    pub(crate) fn mark_sensitive(&self, headers: &mut HeaderMap) {
        for source in &self.sources {
            source.mark_sensitive(headers);
        }
    }
}

fn json_field_of(source: &TokenSource) -> Option<&'static str> {
    match source {
        TokenSource::JsonField(field) => Some(field),
        TokenSource::Bearer => None,
    }
}

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
    source: Option<TokenSource>,
}

impl<'a> Found<'a> {
    fn new(token: &'a [u8], source: TokenSource) -> Self {
        Self {
            token: Cow::Borrowed(token),
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

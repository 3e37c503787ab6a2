//! Finding the token of a request in one source.

use std::borrow::Cow;

use http::{
    HeaderMap, HeaderName, Request,
    header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL},
};

use super::{
    bearer, credentials,
    found::{Found, Located},
    header,
    headers::RequestHead,
    json_field, subprotocol,
    token_source::{Source, TokenSource},
};
use crate::{
    error::AuthErrorKind::{
        self, MalformedAuthorization, MalformedTokenCookie, MalformedTokenHeader,
        MalformedTokenProtocol,
    },
    observe::SourceKind,
};

impl TokenSource {
    /// Searches a request for a token. For a JSON field, only finds out whether its body may hold one.
    pub(super) fn search<'a>(
        &self,
        head: RequestHead<'a>,
    ) -> Result<Option<Located<'a>>, AuthErrorKind> {
        let token = match &self.0 {
            Source::Bearer => bearer::find(head.headers)?,
            Source::Header(name) => header::find(head.headers, name)?,
            Source::Cookie(cookie) => cookie.find(head)?,
            Source::Subprotocol(prefix) => subprotocol::find(head.headers, prefix)?,
            Source::JsonField(_) => {
                let applies = json_field::applies(head.method, head.headers);
                return Ok(applies.then_some(Located::Body));
            }
            Source::Custom(find) => {
                let token = find(head.method, head.uri, head.headers);
                let token = token.map(|token| Cow::Owned(token.into_bytes()));
                return Ok(token.map(|token| Located::Token(Found::new(token, self.kind()))));
            }
        };
        Ok(token.map(|token| Located::Token(Found::new(Cow::Borrowed(token), self.kind()))))
    }

    pub(super) fn json_field_name(&self) -> Option<&str> {
        match &self.0 {
            Source::JsonField(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> SourceKind {
        match self.0 {
            Source::Bearer => SourceKind::Bearer,
            Source::Header(_) => SourceKind::Header,
            Source::Cookie(_) => SourceKind::Cookie,
            Source::Subprotocol(_) => SourceKind::Subprotocol,
            Source::JsonField(_) => SourceKind::JsonField,
            Source::Custom(_) => SourceKind::Custom,
        }
    }

    /// Returns the header that may hold the token.
    pub(super) fn header_name(&self) -> Option<&HeaderName> {
        match &self.0 {
            Source::Bearer => Some(&AUTHORIZATION),
            Source::Header(name) => Some(name),
            Source::Cookie(_) => Some(&COOKIE),
            Source::Subprotocol(_) => Some(&SEC_WEBSOCKET_PROTOCOL),
            Source::JsonField(_) | Source::Custom(_) => None,
        }
    }

    /// Marks the header of the source as sensitive, and removes the token from `Sec-WebSocket-Protocol`: code after
    /// this layer can then neither print nor echo the token.
    pub(super) fn conceal<B>(&self, request: &mut Request<B>) {
        if let Source::Subprotocol(prefix) = &self.0 {
            subprotocol::hide(request, prefix);
        }
        if let Some(name) = self.header_name() {
            mark_sensitive(request.headers_mut(), name);
        }
    }

    /// Restores the token that a layer further outside has removed from `Sec-WebSocket-Protocol`.
    pub(super) fn reveal<B>(&self, request: &mut Request<B>) {
        if let Source::Subprotocol(prefix) = &self.0 {
            subprotocol::reveal(request, prefix);
        }
    }

    /// Returns the reason why this source is empty.
    pub(super) fn absence(&self, head: RequestHead<'_>) -> Cow<'static, str> {
        match &self.0 {
            Source::Bearer => bearer::absence(head.headers).into(),
            Source::JsonField(_) => json_field::absence(head.method, head.headers),
            _ => "there is none".into(),
        }
    }
}

fn mark_sensitive(headers: &mut HeaderMap, name: &HeaderName) {
    if headers.len() == headers.keys_len() {
        // The usual case: every header appears once.
        if let Some(value) = headers.get_mut(name) {
            value.set_sensitive(true);
        }
        return;
    }
    for (_, value) in headers.iter_mut().filter(|(other, _)| *other == name) {
        value.set_sensitive(true);
    }
}

impl SourceKind {
    /// Returns the final kind of a refusal for a token from this source: a malformed request (400) or a bad token
    /// (401), as RFC 6750 §3.1 distinguishes them.
    pub(super) fn refusal(self, token: &[u8], kind: AuthErrorKind) -> AuthErrorKind {
        let malformed = match self {
            Self::Bearer => MalformedAuthorization,
            Self::Header => MalformedTokenHeader,
            Self::Cookie => MalformedTokenCookie,
            Self::Subprotocol => MalformedTokenProtocol,
            Self::JsonField | Self::Custom => return kind,
        };
        credentials::refusal(token, kind, malformed)
    }
}

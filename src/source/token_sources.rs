//! The sources of a layer, in their order.

use std::{borrow::Cow, sync::Arc, time::Duration};

use http::HeaderMap;
use smallvec::SmallVec;

use super::{
    found::{BodyError, Found, Located},
    headers::RequestHead,
    json_field,
    token_source::TokenSource,
};
use crate::{
    error::{AuthErrorKind, MissingToken},
    observe::SourceKind,
};

/// Where a layer looks for tokens, and how much of a body it reads.
#[derive(Clone, Debug)]
pub(crate) struct TokenSources {
    sources: Arc<[TokenSource]>,
    /// Those of them that are headers.
    headers: Arc<[TokenSource]>,
    /// Whether these are the sources of a layer that was not told others.
    are_default: bool,
    missing_token: MissingToken,
    body_limit: usize,
    pub(crate) body_timeout: Duration,
}

impl TokenSources {
    /// Creates the default sources.
    pub(crate) fn new(body_limit: usize, body_timeout: Duration) -> Self {
        let sources = [TokenSource::bearer(), TokenSource::SEQUENCE_TOKEN];
        Self {
            missing_token: MissingToken::new(&sources),
            headers: headers_among(&sources),
            sources: sources.into(),
            are_default: true,
            body_limit,
            body_timeout,
        }
    }

    /// Replaces the sources.
    pub(crate) fn set(&mut self, sources: impl IntoIterator<Item = TokenSource>) {
        self.are_default = false;
        self.replace(sources.into_iter().collect());
    }

    /// Adds, to the default sources, the one where the client of OMS Wallet puts its tokens.
    pub(crate) fn accept_id_token(&mut self) {
        if self.are_default {
            self.replace(Arc::new([
                TokenSource::bearer(),
                TokenSource::SEQUENCE_TOKEN,
                TokenSource::ID_TOKEN,
            ]));
        }
    }

    fn replace(&mut self, sources: Arc<[TokenSource]>) {
        self.headers = headers_among(&sources);
        self.sources = sources;
        self.describe();
    }

    /// Returns up to how many bytes a body is searched; with 0 none is read.
    pub(crate) fn body_limit(&self) -> usize {
        self.body_limit
    }

    pub(crate) fn set_body_limit(&mut self, bytes: usize) {
        self.body_limit = bytes;
        self.describe();
    }

    /// Puts the texts together that name the sources.
    fn describe(&mut self) {
        let places: Vec<_> = self.asked().collect();
        self.missing_token = MissingToken::new(&places);
    }

    /// Returns the sources that are ever asked.
    fn asked(&self) -> impl Iterator<Item = &TokenSource> {
        let reads_bodies = self.body_limit > 0;
        let sources = self.sources.iter();
        sources.filter(move |source| reads_bodies || source.json_field_name().is_none())
    }

    /// Returns the refusal of a request without a token.
    pub(crate) fn missing_token(&self) -> &MissingToken {
        &self.missing_token
    }

    /// Finds where a request holds its token: the first source that holds credentials decides.
    pub(crate) fn locate<'a>(&self, head: RequestHead<'a>) -> Result<Located<'a>, AuthErrorKind> {
        self.search(self.sources.iter(), head)
    }

    /// Goes on with the sources after the first JSON field, when the body of a request holds none of the fields.
    pub(crate) fn locate_after_body<'a>(
        &self,
        head: RequestHead<'a>,
    ) -> Result<Located<'a>, AuthErrorKind> {
        let is_in_body = |source: &&TokenSource| source.json_field_name().is_some();
        let rest = self.sources.iter().skip_while(|source| !is_in_body(source));
        self.search(rest.filter(|source| !is_in_body(source)), head)
    }

    fn search<'a, 's>(
        &self,
        sources: impl Iterator<Item = &'s TokenSource>,
        head: RequestHead<'a>,
    ) -> Result<Located<'a>, AuthErrorKind> {
        for source in sources {
            match source.search(head)? {
                Some(Located::Body) if self.body_limit == 0 => (),
                Some(located) => return Ok(located),
                None => (),
            }
        }
        Ok(Located::Nowhere)
    }

    /// Finds the token in a whole body, in any of the fields that it may be in.
    pub(crate) fn find_in_body<'a>(&self, body: &'a [u8]) -> Result<Option<Found<'a>>, BodyError> {
        let fields = self.sources.iter().filter_map(TokenSource::json_field_name);
        let fields: SmallVec<[&str; 2]> = fields.collect();
        let token = json_field::find(body, &fields)?;
        Ok(token.map(|token| {
            let token = match token {
                Cow::Borrowed(token) => Cow::Borrowed(token.as_bytes()),
                Cow::Owned(token) => Cow::Owned(token.into_bytes()),
            };
            Found::new(token, SourceKind::JsonField)
        }))
    }

    /// Keeps tokens out of what prints or echoes headers after this layer.
    pub(crate) fn conceal(&self, headers: &mut HeaderMap) {
        for source in &*self.headers {
            source.conceal(headers);
        }
    }

    /// Removes the headers that may hold a token.
    pub(crate) fn remove(&self, headers: &mut HeaderMap) {
        for header in self.sources.iter().filter_map(TokenSource::header_name) {
            headers.remove(header);
        }
    }

    /// Lists the sources in the order in which they are asked.
    pub(crate) fn listed(&self) -> String {
        let sources: Vec<_> = self.asked().map(ToString::to_string).collect();
        sources.join(", ")
    }

    /// Says why a request holds no token in any source.
    pub(crate) fn absence(&self, head: RequestHead<'_>) -> String {
        let absences = self.asked();
        let absences = absences.map(|source| format!("{source}: {}", source.absence(head)));
        let absences: Vec<_> = absences.collect();
        if absences.is_empty() {
            return "no source is asked".to_owned();
        }
        absences.join("; ")
    }
}

fn headers_among(sources: &[TokenSource]) -> Arc<[TokenSource]> {
    let is_header = |source: &&TokenSource| source.header_name().is_some();
    sources.iter().filter(is_header).cloned().collect()
}

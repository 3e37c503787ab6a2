//! The sources of a layer, in order.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, Request};
use smallvec::SmallVec;

use super::{
    found::{BodyError, Found, Located},
    headers::RequestHead,
    json_field,
    token_source::TokenSource,
};
use crate::{
    error::{AuthErrorKind, MissingToken},
    observe::{self, SourceKind},
};

/// The places where a layer searches for tokens, and the limits for reading a body.
#[derive(Clone, Debug)]
pub(crate) struct TokenSources {
    sources: Arc<[TokenSource]>,
    /// The sources that are headers.
    headers: Arc<[TokenSource]>,
    /// Whether the layer still has its default sources.
    are_default: bool,
    missing_token: MissingToken,
    /// Set when these sources are announced, because routers apply a layer many times.
    announced: OnceLock<()>,
    body_limit: usize,
    pub(crate) body_timeout: Duration,
}

impl TokenSources {
    /// Creates the default sources.
    pub(crate) fn new(body_limit: usize, body_timeout: Duration) -> Self {
        let sources = [TokenSource::bearer(), TokenSource::SEQUENCE_TOKEN];
        Self {
            missing_token: MissingToken::new(&sources),
            announced: OnceLock::new(),
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

    /// Adds the JSON field of OMS Wallet's client to the default sources. Leaves sources that the application set
    /// alone.
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

    /// Returns the maximum size of a body to search, in bytes. With 0, bodies are not read.
    pub(crate) fn body_limit(&self) -> usize {
        self.body_limit
    }

    pub(crate) fn set_body_limit(&mut self, bytes: usize) {
        self.body_limit = bytes;
        self.describe();
    }

    /// Formats the texts that name the sources.
    fn describe(&mut self) {
        let places: Vec<_> = self.enabled().collect();
        self.missing_token = MissingToken::new(&places);
        self.announced = OnceLock::new();
    }

    /// Logs once where tokens are looked for.
    pub(crate) fn announce(&self) {
        observe::sources_set(&self.announced, || self.listed());
    }

    /// Returns the sources that can hold a token: JSON fields are left out if the body limit is 0.
    fn enabled(&self) -> impl Iterator<Item = &TokenSource> {
        let reads_bodies = self.body_limit > 0;
        let sources = self.sources.iter();
        sources.filter(move |source| reads_bodies || source.json_field_name().is_none())
    }

    /// Returns the texts for the refusal of a request without a token.
    pub(crate) fn missing_token(&self) -> &MissingToken {
        &self.missing_token
    }

    /// Finds the place of a request's token. The first source that holds credentials decides.
    pub(crate) fn locate<'a>(&self, head: RequestHead<'a>) -> Result<Located<'a>, AuthErrorKind> {
        self.search(self.sources.iter(), head)
    }

    /// Continues with the sources after the first JSON field, if the body has none of the fields.
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

    /// Finds the token in any of the JSON fields of a complete body.
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

    /// Prevents code after this layer from printing or echoing tokens in headers.
    pub(crate) fn conceal<B>(&self, request: &mut Request<B>) {
        for source in &*self.headers {
            source.conceal(request);
        }
    }

    /// Restores what [`conceal`](Self::conceal) of a layer further outside has removed from the headers.
    pub(crate) fn reveal<B>(&self, request: &mut Request<B>) {
        for source in &*self.headers {
            source.reveal(request);
        }
    }

    /// Removes the headers that can hold a token.
    pub(crate) fn remove(&self, headers: &mut HeaderMap) {
        for header in self.headers.iter().filter_map(TokenSource::header_name) {
            headers.remove(header);
        }
    }

    /// Lists the sources in order.
    fn listed(&self) -> String {
        let sources: Vec<_> = self.enabled().map(ToString::to_string).collect();
        sources.join(", ")
    }

    /// Returns, for each source, the reason why it is empty.
    pub(crate) fn absence(&self, head: RequestHead<'_>) -> String {
        let absences = self.enabled();
        let absences = absences.map(|source| format!("{source}: {}", source.absence(head)));
        let absences: Vec<_> = absences.collect();
        if absences.is_empty() {
            return "no source is enabled".to_owned();
        }
        absences.join("; ")
    }
}

fn headers_among(sources: &[TokenSource]) -> Arc<[TokenSource]> {
    let is_header = |source: &&TokenSource| source.header_name().is_some();
    sources.iter().filter(is_header).cloned().collect()
}

//! Requests that are made to cost as much as they can, and are refused.

mod bindings;
mod bodies;
mod headers;
mod sources;
mod tokens;

use bytes::Bytes;
use http::{Request, header::CONTENT_TYPE};
use http_body_util::Full;
use sequence_auth::{AuthError, AuthErrorKind, SequenceAuthLayer, testing::LocalIssuer};

use crate::{answer, bearer, protected};

pub use self::{
    bindings::{bindings, requests_for_nonces},
    bodies::bodies,
    headers::headers,
    sources::{cookies, own_headers, subprotocols},
    tokens::{of_unknown_issuer, tokens},
};

/// The largest header that hyper accepts over HTTP/1 by default.
const LARGEST_HEADER: usize = 390_000;
const TOKEN_LIMIT: usize = 8 * 1024;
/// The most that the layer searches of the cookies of a request, or of its subprotocols.
const LIST_LIMIT: usize = 16 * 1024;

pub struct Hostile {
    pub name: &'static str,
    /// Why the layer refuses the request. A row that goes stale would be refused for another reason.
    pub expected: AuthErrorKind,
    pub request: Request<Full<Bytes>>,
    /// The good token to compare with: of the same size, if the hostile token is larger than usual.
    pub good: String,
}

impl Hostile {
    fn new(
        issuer: &LocalIssuer,
        (name, expected): (&'static str, AuthErrorKind),
        request: Request<Full<Bytes>>,
    ) -> Self {
        Self {
            name,
            expected,
            request,
            good: issuer.token().mint(),
        }
    }

    /// Panics unless a layer refuses the request for the expected reason.
    pub fn assert_refused(&self, layer: &SequenceAuthLayer) {
        let answer = answer(&mut protected(layer), self.request.clone());
        let error = answer.extensions().get::<AuthError>();
        let kind = error.map(AuthError::kind);
        assert_eq!(kind, Some(self.expected), "{}", self.name);
    }

    /// Panics unless a layer accepts the good token.
    pub fn assert_good(&self, layer: &SequenceAuthLayer) {
        let answer = answer(&mut protected(layer), bearer(&self.good));
        let error = answer.extensions().get::<AuthError>();
        assert!(error.is_none(), "{}: {error:?}", self.name);
    }
}

/// A text again and again, in as many bytes as fit a header.
fn as_header(text: &str) -> String {
    text.repeat(LARGEST_HEADER / text.len())
}

/// A text again and again, in as many bytes as the layer searches of a list.
fn as_list(text: &str) -> String {
    as_list_before(text, "")
}

/// The same with another text at the end.
fn as_list_before(text: &str, last: &str) -> String {
    text.repeat((LIST_LIMIT - last.len()) / text.len()) + last
}

/// A good token of about this size, but not smaller than the usual token.
fn large(issuer: &LocalIssuer, bytes: usize) -> String {
    let usual = issuer.token().claim("padding", "").mint().len();
    let padding = bytes.min(TOKEN_LIMIT).saturating_sub(usual) / 4 * 3;
    issuer.token().claim("padding", "a".repeat(padding)).mint()
}

/// The token with the signature of another token.
fn with_bad_signature(issuer: &LocalIssuer, token: &str) -> String {
    let other = issuer.token().claim("number", 2).mint();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let (message, _) = token.rsplit_once('.').unwrap();
    format!("{message}.{signature}")
}

/// A request with a JSON body, unless the header says otherwise, without a token.
fn with_headers(name: &str, values: &[String]) -> Request<Full<Bytes>> {
    let request = Request::post("/");
    let request = match name {
        "content-type" => request,
        _ => request.header(CONTENT_TYPE, "application/json"),
    };
    let request = values
        .iter()
        .fold(request, |request, value| request.header(name, value));
    request.body(Full::default()).unwrap()
}

//! The answers to refused requests: those of HTTP, and what the application makes of an answer.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, Version,
    header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};

use super::{grpc, grpc_web, protocol::Protocol, rejected_request::RejectedRequest};
#[cfg(feature = "axum")]
use crate::{claims::Anonymous, error::MissingToken, observe};
use crate::{
    error::{AuthError, AuthErrorKind, Class},
    source::{RequestHead, TokenSources},
};

/// The application's own answer to a refusal, made from the default one.
#[derive(Clone)]
pub(super) enum OnReject {
    Alone(Arc<OnRejectFn>),
    WithRequest(Arc<OnRejectWithFn>),
}

pub(super) type OnRejectFn = dyn Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync;
pub(super) type OnRejectWithFn =
    dyn Fn(&RejectedRequest, &AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync;

impl fmt::Debug for OnReject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnReject").finish_non_exhaustive()
    }
}

/// What the application does with an answer.
#[derive(Clone)]
enum Rewrite {
    Alone(Arc<OnRejectFn>),
    WithRequest(Arc<OnRejectWithFn>, Arc<RejectedRequest>),
}

impl Rewrite {
    fn new(on_reject: &OnReject, head: RequestHead<'_>, sources: &TokenSources) -> Self {
        match on_reject {
            OnReject::Alone(rewrite) => Self::Alone(Arc::clone(rewrite)),
            OnReject::WithRequest(rewrite) => {
                let request = RejectedRequest::new(head, sources);
                Self::WithRequest(Arc::clone(rewrite), Arc::new(request))
            }
        }
    }

    fn apply(&self, error: &AuthError, response: Response<Bytes>) -> Response<Bytes> {
        match self {
            Self::Alone(rewrite) => rewrite(error, response),
            Self::WithRequest(rewrite, request) => rewrite(request, error, response),
        }
    }
}

/// What the answer to a refused request depends on, beside the refusal.
#[derive(Clone)]
pub(super) struct Answer {
    protocol: Protocol,
    version: Version,
    rewrite: Option<Rewrite>,
    #[cfg(feature = "axum")]
    missing_token: MissingToken,
}

impl Answer {
    pub(super) fn new<B>(
        request: &Request<B>,
        sources: &TokenSources,
        on_reject: Option<&OnReject>,
    ) -> Self {
        let head = RequestHead::of(request);
        Self {
            protocol: Protocol::of(head.headers),
            version: request.version(),
            rewrite: on_reject.map(|on_reject| Rewrite::new(on_reject, head, sources)),
            #[cfg(feature = "axum")]
            missing_token: sources.missing_token().clone(),
        }
    }

    /// Returns the answer to this refusal.
    pub(super) fn to(&self, error: AuthError) -> Response<Bytes> {
        let mut response = match self.protocol {
            Protocol::Http => http_answer(&error, Some(self.version)),
            Protocol::Grpc => grpc::answer(&error),
            Protocol::GrpcWeb(format) => grpc_web::answer(&error, format),
        };
        if let Some(rewrite) = &self.rewrite {
            response = rewrite.apply(&error, response);
        }
        response.extensions_mut().insert(error);
        response
    }
}

/// The answer of a layer for an anonymous request whose handler turns out to need claims.
#[cfg(feature = "axum")]
#[derive(Clone)]
pub(crate) struct AnonymousAnswer(Answer);

#[cfg(feature = "axum")]
impl AnonymousAnswer {
    /// Leaves the answer with a request, if it is anonymous. Otherwise that of an outer layer is removed.
    pub(super) fn attach<B>(
        mut request: Request<B>,
        answer: impl FnOnce(&Request<B>) -> Answer,
    ) -> Request<B> {
        let is_anonymous = request.extensions().get::<Anonymous>().is_some();
        match is_anonymous.then(|| Self(answer(&request))) {
            Some(answer) => request.extensions_mut().insert(answer),
            None => request.extensions_mut().remove::<Self>(),
        };
        request
    }

    pub(crate) fn to_missing_token(&self) -> Response<Bytes> {
        let Self(answer) = self;
        let error = AuthError::missing_token(&answer.missing_token);
        observe::request_refused(&error);
        answer.to(error)
    }
}

/// Makes the default answer over HTTP, for a client that speaks this version, if it is known.
pub(crate) fn http_answer(error: &AuthError, version: Option<Version>) -> Response<Bytes> {
    let mut response = Response::new(error.document());
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_http_1 = version.is_some_and(|version| version <= Version::HTTP_11);
    if error.kind().class() == Class::BodyTimeout && is_http_1 {
        // RFC 9110 §15.5.9: the rest of the request is not waited for. HTTP/2 forbids the field (RFC 9113 §8.2.2).
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(challenge) = challenge(error.kind()) {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = retry_after_seconds(error) {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Returns the `WWW-Authenticate` header where RFC 6750 §3 has one, without an error code if there was
/// no token at all.
fn challenge(kind: AuthErrorKind) -> Option<HeaderValue> {
    match kind.class() {
        Class::MissingToken => Some(HeaderValue::from_static(r#"Bearer realm="sequence""#)),
        Class::InvalidRequest | Class::InvalidToken | Class::Forbidden => Some(kind.challenge()),
        Class::BodyTooLarge | Class::BodyTimeout | Class::Unavailable => None,
    }
}

/// Rounds up to whole seconds, at least one (RFC 9110 §10.2.3).
fn retry_after_seconds(error: &AuthError) -> Option<u64> {
    let wait = error.retry_after()?;
    let begun = u64::from(wait.subsec_nanos() > 0);
    Some((wait.as_secs() + begun).max(1))
}

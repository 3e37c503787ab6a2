//! The responses to refused requests: the default over HTTP, and the changes by the application.

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

/// The application's function that changes the default response to a refused request.
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

/// The application's function, with the request if the function needs it.
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

/// All that the response to a refused request depends on, except for the error.
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

    /// Returns the response to a request that is refused with this error.
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

/// The layer's response to an anonymous request whose handler requires claims, in the extensions of the request.
#[cfg(feature = "axum")]
#[derive(Clone)]
pub(crate) struct AnonymousAnswer(Answer);

#[cfg(feature = "axum")]
impl AnonymousAnswer {
    /// Inserts the response into the extensions of an anonymous request, and removes that of an outer layer from all
    /// others.
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

/// Returns the default response over HTTP, for a client of this version, if the version is known.
pub(crate) fn http_answer(error: &AuthError, version: Option<Version>) -> Response<Bytes> {
    let mut response = Response::new(error.document());
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_http_1 = version.is_some_and(|version| version <= Version::HTTP_11);
    if error.kind().class() == Class::BodyTimeout && is_http_1 {
        // RFC 9110 §15.5.9: the server does not wait for the rest of the request. HTTP/2 forbids this header (RFC 9113
        // §8.2.2).
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

/// Returns the `WWW-Authenticate` header for errors of RFC 6750 §3. For a request without a token, the header lacks an
/// error code.
fn challenge(kind: AuthErrorKind) -> Option<HeaderValue> {
    match kind.class() {
        Class::MissingToken => Some(HeaderValue::from_static(r#"Bearer realm="sequence""#)),
        Class::InvalidRequest | Class::InvalidToken | Class::Forbidden => Some(kind.challenge()),
        Class::BodyTooLarge | Class::BodyTimeout | Class::Unavailable | Class::TooManyRequests => {
            None
        }
    }
}

/// Returns the value of `Retry-After`: whole seconds (RFC 9110 §10.2.3), rounded up.
fn retry_after_seconds(error: &AuthError) -> Option<u64> {
    let wait = error.retry_after()?;
    let begun = u64::from(wait.subsec_nanos() > 0);
    Some(wait.as_secs() + begun)
}

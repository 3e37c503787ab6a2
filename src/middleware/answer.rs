//! The answers to refused requests: those of HTTP, and what the application makes of an answer.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, Version,
    header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};

use super::grpc;
use crate::error::{AuthError, AuthErrorKind, Class};

/// The application's own answer to a refusal, made from the default one.
#[derive(Clone)]
pub(super) struct OnReject(Arc<OnRejectFn>);

type OnRejectFn = dyn Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync;

impl OnReject {
    pub(super) fn new<F>(on_reject: F) -> Self
    where
        F: Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    {
        Self(Arc::new(on_reject))
    }
}

impl fmt::Debug for OnReject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnReject").finish_non_exhaustive()
    }
}

/// What the answer to a refused request depends on, beside the refusal.
pub(super) struct Answer {
    is_grpc: bool,
    version: Version,
    on_reject: Option<OnReject>,
}

impl Answer {
    pub(super) fn new<B>(request: &Request<B>, on_reject: Option<&OnReject>) -> Self {
        Self {
            is_grpc: grpc::is_grpc(request.headers()),
            version: request.version(),
            on_reject: on_reject.cloned(),
        }
    }

    /// Returns the answer to this refusal.
    pub(super) fn to(&self, error: AuthError) -> Response<Bytes> {
        let mut response = if self.is_grpc {
            grpc::answer(&error)
        } else {
            http_answer(&error, self.version)
        };
        if let Some(OnReject(on_reject)) = &self.on_reject {
            response = on_reject(&error, response);
        }
        response.extensions_mut().insert(error);
        response
    }
}

fn http_answer(error: &AuthError, version: Version) -> Response<Bytes> {
    let document = Bytes::from_static(error.kind().document().as_bytes());
    let mut response = Response::new(document);
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if error.kind().class() == Class::BodyTimeout && version <= Version::HTTP_11 {
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

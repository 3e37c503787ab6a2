//! How a layer handles requests: where their tokens are, and how refusals are answered.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;

use super::{answer::OnReject, layer::SequenceAuthLayer, rejected_request::RejectedRequest};
use crate::{error::AuthError, observe::TraceSpan, source::TokenSource};

impl SequenceAuthLayer {
    /// Lets requests without a token pass, marked as [`Anonymous`](crate::Anonymous).
    ///
    /// A JSON body that is too large to search, arrives too slowly, or is no JSON, passes too: the inner service
    /// gets it byte for byte, with its trailers. A bad token is still refused. Default: a token is required.
    ///
    /// Anonymous means that there is no token at all. A guest has signed in, and has a token with a wallet but without
    /// an email: [`EmailPolicy::Optional`](crate::EmailPolicy::Optional) lets guests pass, here as elsewhere, and
    /// without it their tokens are refused. So a page for everybody has both:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{EmailPolicy, SequenceAuthLayer};
    ///
    /// let everybody = SequenceAuthLayer::new(13639)
    ///     .optional()
    ///     .email_policy(EmailPolicy::Optional);
    /// # }
    /// ```
    #[must_use]
    pub fn optional(self) -> Self {
        self.with(|authenticator| authenticator.is_optional = true)
    }

    /// Sets where a request may hold its token, in the order in which the sources are asked. Default:
    /// [`bearer`](TokenSource::bearer), then the [JSON field](TokenSource::json_field) `sequenceToken`, and `idToken` as
    /// well where OMS Wallet is trusted.
    ///
    /// The first source that holds credentials decides; see [`TokenSource`]. Without a JSON field no body is read. The
    /// headers of all sources are marked as sensitive before the inner service sees them. Without any source no request
    /// has a token.
    ///
    /// # Example
    ///
    /// Bearer tokens alone, so that no body is ever read:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{SequenceAuthLayer, TokenSource};
    ///
    /// let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer()]);
    /// # }
    /// ```
    #[must_use]
    pub fn sources(self, sources: impl IntoIterator<Item = TokenSource>) -> Self {
        self.with(|authenticator| authenticator.sources.set(sources))
    }

    /// Opens a span for the check of each request, in which its events are. Default: none.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{SequenceAuthLayer, TraceSpan};
    ///
    /// let layer = SequenceAuthLayer::new(13639).trace_span(TraceSpan::On);
    /// # }
    /// ```
    #[must_use]
    pub fn trace_span(self, trace_span: TraceSpan) -> Self {
        self.with(|authenticator| authenticator.set_trace_span(trace_span))
    }

    /// Sets the size in bytes up to which a JSON body is searched for a token; a larger one is answered
    /// with 413. With 0 no body is searched, and the JSON fields among the sources are not asked. Default: 65,536.
    ///
    /// To search a body takes time in proportion to its bytes: for each KiB at most a fifth of the instructions that
    /// a new token takes.
    ///
    /// A request holds four times as much at most, beside what the server holds of it. A request whose
    /// token is in the header holds 64 KiB at most.
    #[must_use]
    pub fn body_limit(self, bytes: usize) -> Self {
        self.with(|authenticator| authenticator.sources.set_body_limit(bytes))
    }

    /// Sets within what time a JSON body has to arrive; a slower one is answered with 408, which over HTTP/1 closes
    /// the connection (RFC 9110 §15.5.9). Default: 5 seconds.
    #[must_use]
    pub fn body_timeout(self, timeout: Duration) -> Self {
        self.with(|authenticator| authenticator.sources.body_timeout = timeout)
    }

    /// Sets a function that gets every refusal with the default answer, and returns the answer to send. It takes the
    /// place of [`on_reject_with`](Self::on_reject_with).
    ///
    /// # Example
    ///
    /// ```
    /// use http::HeaderValue;
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639).on_reject(|error, mut response| {
    ///     let kind = HeaderValue::from_static(error.kind().as_str());
    ///     response.headers_mut().insert("x-auth-error", kind);
    ///     response
    /// });
    /// ```
    #[must_use]
    pub fn on_reject<F>(mut self, on_reject: F) -> Self
    where
        F: Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    {
        self.on_reject = Some(OnReject::Alone(Arc::new(on_reject)));
        self
    }

    /// Sets a function that gets every refusal with the default answer and the request, and returns the answer to send:
    /// a page for browsers, say, and JSON for others. It takes the place of [`on_reject`](Self::on_reject).
    ///
    /// The headers of refused requests are copied for it, of those that have to wait, and with the feature `axum` of
    /// anonymous ones.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use http::{HeaderValue, StatusCode, header::LOCATION};
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // The page at /sign-in is on a route without the layer.
    /// let layer = SequenceAuthLayer::new(13639).on_reject_with(|request, error, mut response| {
    ///     let mode = request.headers().get("sec-fetch-mode");
    ///     let is_page = mode.is_some_and(|mode| mode == "navigate");
    ///     if is_page && error.status() == StatusCode::UNAUTHORIZED {
    ///         *response.status_mut() = StatusCode::SEE_OTHER;
    ///         response.headers_mut().insert(LOCATION, HeaderValue::from_static("/sign-in"));
    ///     }
    ///     response
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn on_reject_with<F>(mut self, on_reject: F) -> Self
    where
        F: Fn(&RejectedRequest, &AuthError, Response<Bytes>) -> Response<Bytes>
            + Send
            + Sync
            + 'static,
    {
        self.on_reject = Some(OnReject::WithRequest(Arc::new(on_reject)));
        self
    }
}

//! How a layer handles requests: the sources of tokens, the limits of bodies, and the responses to refused requests.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;

use super::{answer::OnReject, layer::SequenceAuthLayer, rejected_request::RejectedRequest};
use crate::{error::AuthError, observe::TraceSpan, source::TokenSource};

impl SequenceAuthLayer {
    /// Lets requests without a token pass. Default: a token is required.
    ///
    /// Such a request carries [`Anonymous`](crate::Anonymous) in its extensions instead of claims. A bad token is still
    /// refused. A JSON body that is too large to search, arrives too slowly, or is malformed counts as a body without a
    /// token. The inner service receives it byte for byte, with its trailers.
    ///
    /// A guest is not anonymous: guests have a token with a wallet, but without an email. A page for everybody also
    /// needs [`EmailPolicy::Optional`](crate::EmailPolicy::Optional).
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(all(feature = "axum", feature = "http"))] {
    /// use axum::{Router, routing::get};
    /// use sequence_auth::{EmailPolicy, SequenceAuthLayer, SequenceClaims};
    ///
    /// async fn lobby(claims: Option<SequenceClaims>) -> String {
    ///     match claims {
    ///         Some(claims) => format!("Hello {}", claims.wallet()),
    ///         None => "Hello stranger".to_owned(),
    ///     }
    /// }
    ///
    /// let everybody = SequenceAuthLayer::new(13639)
    ///     .optional()
    ///     .email_policy(EmailPolicy::Optional);
    /// let app: Router = Router::new().route("/lobby", get(lobby)).layer(everybody);
    /// # }
    /// ```
    #[must_use]
    pub fn optional(self) -> Self {
        self.with(|authenticator| authenticator.is_optional = true)
    }

    /// Sets the places where the layer looks for the token of a request, in this order.
    ///
    /// Default: [`bearer`](TokenSource::bearer), then the [JSON field](TokenSource::json_field) `sequenceToken`, then
    /// `idToken` if the layer trusts OMS Wallet.
    ///
    /// The first source that holds credentials decides: if they are bad, the request is refused, and the layer does not
    /// try the next source. Without a JSON field among the sources, the layer reads no body. Without any source, every
    /// request counts as a request without a token.
    ///
    /// The layer marks the headers of all sources as sensitive before the inner service sees them.
    /// [`guide::sources`](crate::guide::sources) describes each source and its risks.
    ///
    /// # Example
    ///
    /// A browser game sends the token in a cookie, other clients as a bearer token:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{SequenceAuthLayer, TokenSource};
    ///
    /// let cookie = TokenSource::cookie("__Host-token")?;
    /// let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer(), cookie]);
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn sources(self, sources: impl IntoIterator<Item = TokenSource>) -> Self {
        self.with(|authenticator| authenticator.sources.set(sources))
    }

    /// Opens a `tracing` span around the check of each request. Default: [`TraceSpan::Off`].
    ///
    /// The span contains the layer's events, and ends before the inner service is called. [`TraceSpan`] lists its
    /// fields.
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
        self.with(|authenticator| authenticator.trace_span = trace_span)
    }

    /// Sets the size, in bytes, up to which a JSON body is searched for a token. Default: 65,536.
    ///
    /// A larger body is answered with 413. With 0 the layer reads no body and skips the JSON fields among the
    /// [`sources`](Self::sources).
    ///
    /// The limit bounds what a request without a verified token costs. The layer buffers at most four times the limit
    /// for each such request. Searching a body takes time in proportion to its size: for each KiB, at most a fifth of
    /// the instructions that verifying a new token takes.
    ///
    /// # Example
    ///
    /// Clients post saved games of up to 256 KiB, with the token inside:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639)
    ///     .body_limit(256 * 1024)
    ///     .body_timeout(Duration::from_secs(10));
    /// # }
    /// ```
    #[must_use]
    pub fn body_limit(self, bytes: usize) -> Self {
        self.with(|authenticator| authenticator.sources.set_body_limit(bytes))
    }

    /// Sets the time within which a JSON body must arrive. Default: 5 seconds.
    ///
    /// A slower body is answered with 408. Over HTTP/1 this response closes the connection (RFC 9110 §15.5.9). The
    /// timeout applies only if the layer reads the body to find the token.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // All clients are servers in the same network.
    /// let layer = SequenceAuthLayer::new(13639).body_timeout(Duration::from_millis(500));
    /// # }
    /// ```
    #[must_use]
    pub fn body_timeout(self, timeout: Duration) -> Self {
        self.with(|authenticator| authenticator.sources.body_timeout = timeout)
    }

    /// Sets a function that may change the response to a refused request. Default: the response is sent unchanged.
    ///
    /// The function receives the error and the default response, and returns the response to send. It replaces a
    /// function that was set with [`on_reject_with`](Self::on_reject_with). [`guide::answers`](crate::guide::answers)
    /// lists the default responses.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use http::HeaderValue;
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639).on_reject(|error, mut response| {
    ///     let kind = HeaderValue::from_static(error.kind().as_str());
    ///     response.headers_mut().insert("x-auth-error", kind);
    ///     response
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn on_reject<F>(mut self, on_reject: F) -> Self
    where
        F: Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    {
        self.on_reject = Some(OnReject::Alone(Arc::new(on_reject)));
        self
    }

    /// Sets a function that may change the response to a refused request, depending on the request.
    ///
    /// The function receives the [request](RejectedRequest), the error and the default response, and returns the
    /// response to send. It replaces a function that was set with [`on_reject`](Self::on_reject).
    ///
    /// For this function the layer copies headers: those of each request that is refused or has to wait and, with the
    /// feature `axum`, those of each anonymous request. If you do not need the request, `on_reject` is cheaper.
    ///
    /// # Example
    ///
    /// Browsers are redirected to a login page, other clients receive the JSON error:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use http::{HeaderValue, StatusCode, header::LOCATION};
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // The page at /login is on a route without the layer.
    /// let layer = SequenceAuthLayer::new(13639).on_reject_with(|request, error, mut response| {
    ///     let mode = request.headers().get("sec-fetch-mode");
    ///     let is_page = mode.is_some_and(|mode| mode == "navigate");
    ///     if is_page && error.status() == StatusCode::UNAUTHORIZED {
    ///         *response.status_mut() = StatusCode::SEE_OTHER;
    ///         response.headers_mut().insert(LOCATION, HeaderValue::from_static("/login"));
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

//! The parts of a refused request that a response may depend on.

use http::{HeaderMap, Method, Uri};

use crate::source::{RequestHead, TokenSources};

/// The method, URI and headers of a refused request, for
/// [`on_reject_with`](crate::SequenceAuthLayer::on_reject_with).
///
/// The headers of the layer's [sources](crate::SequenceAuthLayer::sources) are removed, by default `Authorization`. All
/// other headers are present, including those that a [`from_fn`](crate::TokenSource::from_fn) source reads, and
/// `Cookie` unless a cookie is a source. Do not log them. `Debug` shows only the method.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// use sequence_auth::SequenceAuthLayer;
///
/// let layer = SequenceAuthLayer::new(13639).on_reject_with(|request, error, response| {
///     let (method, path) = (request.method(), request.uri().path());
///     tracing::info!(%method, path, kind = error.kind().as_str(), "refused");
///     response
/// });
/// # }
/// ```
#[derive(Clone)]
pub struct RejectedRequest {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl RejectedRequest {
    pub(super) fn new(head: RequestHead<'_>, sources: &TokenSources) -> Self {
        let mut headers = head.headers.clone();
        sources.remove(&mut headers);
        Self {
            method: head.method.clone(),
            uri: head.uri.clone(),
            headers,
        }
    }

    /// Returns the method of the request.
    ///
    /// # Example
    ///
    /// ```
    /// use http::Method;
    /// use sequence_auth::RejectedRequest;
    ///
    /// /// After a login, only such a request can be repeated by a redirect.
    /// fn can_be_repeated(request: &RejectedRequest) -> bool {
    ///     matches!(*request.method(), Method::GET | Method::HEAD)
    /// }
    /// ```
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the URI as the layer received it. Inside of a nested axum router, it lacks the prefix of the router.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::RejectedRequest;
    ///
    /// fn is_api(request: &RejectedRequest) -> bool {
    ///     request.uri().path().starts_with("/api/")
    /// }
    /// ```
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the headers, without those of the layer's sources.
    ///
    /// # Example
    ///
    /// ```
    /// use http::header::ACCEPT;
    /// use sequence_auth::RejectedRequest;
    ///
    /// fn accepts_html(request: &RejectedRequest) -> bool {
    ///     let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    ///     accept.is_some_and(|accept| accept.contains("text/html"))
    /// }
    /// ```
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl std::fmt::Debug for RejectedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RejectedRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

//! A refused request, as far as an answer may depend on it.

use http::{HeaderMap, Method, Uri};

use crate::source::{RequestHead, TokenSources};

/// Describes a refused request, for [`on_reject_with`](crate::SequenceAuthLayer::on_reject_with).
///
/// The headers of the layer's own [sources](crate::SequenceAuthLayer::sources) are left out, by default
/// `Authorization`, and no others: what a [`from_fn`](crate::TokenSource::from_fn) reads is still there, and so are
/// cookies, unless one of them is a source. `Debug` shows the method alone.
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

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the URI as this layer saw it: below a nested router of axum, without the prefix.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the headers, without those that may have held a token.
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

//! The mark of a request without a token.

/// Marks a request that an [`optional`](crate::SequenceAuthLayer::optional) layer let pass without a token.
///
/// The layer puts it into the request's extensions if it ran and did not find a token. A handler can thus distinguish
/// an anonymous request from a route without the layer.
///
/// The extractors of the feature `axum` need more than this mark: they answer as the layer does. To test them with an
/// anonymous request, use an optional layer of a `LocalIssuer`.
///
/// # Example
///
/// ```
/// use http::Request;
/// use sequence_auth::{Anonymous, SequenceClaims};
///
/// fn greeting<B>(request: &Request<B>) -> &'static str {
///     let extensions = request.extensions();
///     if extensions.get::<SequenceClaims>().is_some() {
///         "Welcome back"
///     } else if extensions.get::<Anonymous>().is_some() {
///         "Welcome"
///     } else {
///         "Error: this route has no layer"
///     }
/// }
///
/// let mut request = Request::new(());
/// request.extensions_mut().insert(Anonymous);
/// assert_eq!(greeting(&request), "Welcome");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Anonymous;

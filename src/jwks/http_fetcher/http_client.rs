//! The application's own HTTP client for fetching keys.

use reqwest::ClientBuilder;

/// Describes the HTTP client that fetches the keys: a [`ClientBuilder`], or a function that returns one.
///
/// The client is built at the first fetch. A `ClientBuilder` can be built only once: if that fails, for example because
/// a certificate file cannot be read at that moment, every later fetch fails too. A function is called again at the
/// next fetch. The background task calls it on a thread of the runtime, so it must not block for long.
///
/// This trait is sealed.
///
/// # Example
///
/// ```
/// use sequence_auth::{ClientBuilder, SequenceAuthLayer};
///
/// let layer = SequenceAuthLayer::builder(13639)
///     .http_client(|| ClientBuilder::new().user_agent("game-server"))
///     .build()?;
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
pub trait HttpClient: sealed::IntoBuilders {}

impl<T: sealed::IntoBuilders> HttpClient for T {}

/// Returns the next builder, or `None` after the last.
pub(crate) type Builders = Box<dyn FnMut() -> Option<ClientBuilder> + Send>;

pub(crate) mod sealed {
    use super::{Builders, ClientBuilder};

    pub trait IntoBuilders {
        fn into_builders(self) -> Builders;
    }

    impl IntoBuilders for ClientBuilder {
        fn into_builders(self) -> Builders {
            let mut builder = Some(self);
            Box::new(move || builder.take())
        }
    }

    impl<F> IntoBuilders for F
    where
        F: Fn() -> ClientBuilder + Send + 'static,
    {
        fn into_builders(self) -> Builders {
            Box::new(move || Some(self()))
        }
    }
}

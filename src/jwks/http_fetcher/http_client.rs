//! A client of one's own, for the fetching of keys.

use reqwest::ClientBuilder;

/// Stands for an HTTP client that is built when the keys are first fetched: a [`ClientBuilder`], or a
/// function that returns one.
///
/// A `ClientBuilder` can be built once only. If that fails, because a file of certificates cannot be read at
/// that moment, say, no fetch succeeds any more. A function is called again for the next fetch.
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

/// Returns the next builder, or `None` once there is none any more.
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

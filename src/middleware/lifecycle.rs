//! The keys of a layer over its life: waiting for them, their health, the end of the task that fetches them.

use super::layer::SequenceAuthLayer;
use crate::{error::KeysUnavailable, observe::KeyHealth};

impl SequenceAuthLayer {
    /// Waits until the layer has keys.
    ///
    /// It waits at most [`first_keys_timeout`](crate::SequenceAuthLayerBuilder::first_keys_timeout) (default: 2
    /// seconds). With [several issuers](Self::or) it waits for the keys of each, at most for the longest of their
    /// timeouts, and succeeds if the keys of at least one issuer have arrived.
    ///
    /// Call it at start-up to have the keys before the first request. Without it, the first requests wait for the keys
    /// in the same way.
    ///
    /// # Errors
    ///
    /// Returns an error if the time is over before the keys of any issuer arrive. The error contains the failure of the
    /// last attempt, and the time [to the next attempt](KeysUnavailable::retry_after). The layer keeps trying, so a
    /// server may start in spite of the error.
    ///
    /// # Panics
    ///
    /// Panics if it has to wait outside of a Tokio runtime with its timer enabled.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let auth = LocalIssuer::new().layer(13639);
    /// if let Err(error) = auth.ready().await {
    ///     // Requests with a token are answered with 503 until a fetch succeeds.
    ///     tracing::warn!("starting without keys: {error}");
    /// }
    /// # assert!(auth.health().is_ready());
    /// # });
    /// # }
    /// ```
    pub async fn ready(&self) -> Result<(), KeysUnavailable> {
        self.authenticator.trusted.start();
        self.authenticator.trusted.ready().await
    }

    /// Returns the state of the keys, for a readiness probe.
    ///
    /// Like every use of the layer, it starts the task that fetches the keys. A probe that anybody can reach should return
    /// [`is_ready`](KeyHealth::is_ready) alone.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use axum::{Router, extract::State, http::StatusCode, routing::get};
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// async fn readiness(State(auth): State<SequenceAuthLayer>) -> StatusCode {
    ///     match auth.health().is_ready() {
    ///         true => StatusCode::OK,
    ///         false => StatusCode::SERVICE_UNAVAILABLE,
    ///     }
    /// }
    ///
    /// let auth = SequenceAuthLayer::new(13639);
    /// let app: Router = Router::new().route("/readyz", get(readiness)).with_state(auth);
    /// # }
    /// ```
    #[must_use]
    pub fn health(&self) -> KeyHealth {
        self.authenticator.trusted.start();
        self.authenticator.trusted.health()
    }

    /// Ends the background task that fetches the keys, and returns when the task has ended.
    ///
    /// The task also ends on its own, with the last clone of the layer. Call `shutdown` only if you have to wait for
    /// this. It affects all clones, and cannot be undone: the layer never fetches keys again, and trusts the loaded
    /// ones until they are older than [`max_stale`](crate::SequenceAuthLayerBuilder::max_stale). If the runtime of the
    /// task is no longer driven, `shutdown` does not return.
    ///
    /// A lookup of the issuer's name that hangs in the operating system is abandoned, but occupies a thread until the
    /// system returns. Dropping the runtime waits for that thread, also at the end of `#[tokio::main]`.
    /// `Runtime::shutdown_background` does not wait, and `Runtime::shutdown_timeout` waits for a limited time.
    ///
    /// # Example
    ///
    /// ```
    /// use axum::Router;
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// async fn serve(app: Router, auth: SequenceAuthLayer) -> std::io::Result<()> {
    ///     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    ///     let interrupted = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    ///     axum::serve(listener, app).with_graceful_shutdown(interrupted).await?;
    ///     auth.shutdown().await;
    ///     Ok(())
    /// }
    /// ```
    pub async fn shutdown(&self) {
        self.authenticator.trusted.shutdown().await;
    }
}

//! What the application decides about verified tokens: its predicates, and the data that it loads.

use std::{sync::Arc, time::Duration};

use tower::BoxError;

use super::layer::SequenceAuthLayer;
use crate::{
    claims::SequenceClaims,
    policy::{AsyncPredicate, IsAuthorized, Predicate, load_with},
};

impl SequenceAuthLayer {
    /// Adds a predicate on the claims of a verified token. A request that does not meet it is answered with 403.
    ///
    /// The predicate runs after all checks of the token, and before a nonce is used. It must not block. If you add
    /// several predicates, a request must meet all of them.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{Identity, IdentityType, SequenceAuthLayer};
    ///
    /// let signed_in_by_email = SequenceAuthLayer::new(13639).authorize(|claims| {
    ///     claims.identity().map(Identity::identity_type) == Some(IdentityType::Email)
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn authorize<F>(self, predicate: F) -> Self
    where
        F: Fn(&SequenceClaims) -> bool + Send + Sync + 'static,
    {
        let predicate: Arc<Predicate> = Arc::new(predicate);
        self.with_policies(|policy| policy.authorization.add(&predicate))
    }

    /// Adds an asynchronous predicate, such as a database query. A request that does not meet it is answered with 403.
    ///
    /// It runs after the predicates of [`authorize`](Self::authorize) and before a nonce is used. Several asynchronous
    /// predicates run in the order in which they were added.
    ///
    /// The layer does not limit the time of the predicate, so give it a timeout. A token that expires meanwhile is
    /// refused with [`Expired`](crate::AuthErrorKind::Expired). While the predicate runs, the request does not occupy
    /// any capacity of the inner service. For a predicate that can fail, use [`load`](Self::load) with a value
    /// of `()`.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// # async fn is_banned(_: sequence_auth::Address) -> bool { false }
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639)
    ///     .authorize_async(|claims| async move { !is_banned(claims.wallet()).await });
    /// # }
    /// ```
    #[must_use]
    pub fn authorize_async<F, Fut>(self, predicate: F) -> Self
    where
        F: Fn(SequenceClaims) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = bool> + Send + 'static,
    {
        let predicate = move |claims| Box::pin(predicate(claims)) as IsAuthorized;
        let predicate: Arc<AsyncPredicate> = Arc::new(predicate);
        self.with_policies(|policy| policy.authorization.add_async(&predicate))
    }

    /// Loads the application's data of the player, such as a database row, into the extensions of the request.
    ///
    /// | `load` returns | response |
    /// |---|---|
    /// | `Ok(Some(value))` | the inner service's; `value` is in the extensions |
    /// | `Ok(None)` | 403 ([`UnknownPlayer`](crate::AuthErrorKind::UnknownPlayer)) |
    /// | `Err(error)`, or a result later than the [`load_timeout`](Self::load_timeout) | 503 ([`LoadFailed`](crate::AuthErrorKind::LoadFailed)), and a warning at most once a minute |
    ///
    /// - The function runs after the predicates and before a nonce is used. It must not write, because the request may
    ///   still be refused: a token that expires meanwhile is refused with [`Expired`](crate::AuthErrorKind::Expired).
    /// - Several loads run in the order in which they were added, for every request, until a load refuses it. They do
    ///   not run for an [anonymous](Self::optional) request.
    /// - A value of type `U` that is already in the extensions is always removed.
    /// - Load by [`issuer`](SequenceClaims::issuer) and [`wallet`](SequenceClaims::wallet), never by the email.
    /// - The text of an error is logged, so it must not contain secrets.
    /// - A load of `()` is a predicate that can fail.
    ///
    /// For tokens outside of HTTP requests, [`verify_and_load`](crate::TokenVerifier::verify_and_load) returns the
    /// loaded values.
    ///
    /// # Panics
    ///
    /// Requests panic outside of a Tokio runtime with its timer enabled.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// # #[derive(Clone)] struct Player { level: u32 }
    /// # #[derive(Clone)] struct Database;
    /// # impl Database { async fn player(&self, _: &str, _: sequence_auth::Address) -> std::io::Result<Option<Player>> { Ok(None) } }
    /// # let database = Database;
    /// use axum::{Extension, Router, routing::get};
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let auth = SequenceAuthLayer::new(13639).load(move |claims| {
    ///     let database = database.clone();
    ///     async move { database.player(claims.issuer(), claims.wallet()).await }
    /// });
    /// let app: Router = Router::new()
    ///     .route("/level", get(async |Extension(player): Extension<Player>| player.level.to_string()))
    ///     .layer(auth);
    /// # }
    /// ```
    #[must_use]
    pub fn load<F, Fut, U, E>(self, load: F) -> Self
    where
        F: Fn(SequenceClaims) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<U>, E>> + Send + 'static,
        U: Clone + Send + Sync + 'static,
        E: Into<BoxError> + 'static,
    {
        let load = load_with(load);
        self.with_policies(|policy| policy.loading.add(&load))
    }

    /// Sets the timeout of each [`load`](Self::load). Default: 5 seconds.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let auth = issuer.layer(13639);
    /// use std::{future::pending, io, time::Duration};
    ///
    /// use sequence_auth::AuthErrorKind;
    ///
    /// let auth = auth
    ///     .load(|_claims| pending::<io::Result<Option<u32>>>()) // a database that hangs
    ///     .load_timeout(Duration::from_millis(10));
    ///
    /// let error = auth.verifier().verify(&issuer.token().mint()).await.unwrap_err();
    /// assert_eq!(error.kind(), AuthErrorKind::LoadFailed);
    /// # });
    /// # }
    /// ```
    #[must_use]
    pub fn load_timeout(self, timeout: Duration) -> Self {
        self.with_policies(|policy| policy.loading.timeout = timeout)
    }
}

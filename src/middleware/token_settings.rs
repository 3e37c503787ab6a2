//! What a layer asks of tokens, of whichever issuer it trusts.

use std::{sync::Arc, time::Duration};

use tower::BoxError;

use super::layer::SequenceAuthLayer;
use crate::{
    claims::SequenceClaims,
    error::ConfigError,
    issuer::{Project, ProjectId},
    nonce::Nonces,
    observe,
    one_time::{OneTimeStore, TokenOnce},
    policy::{AsyncPredicate, EmailPolicy, Predicate, Verdict, load_with},
};

impl SequenceAuthLayer {
    /// Sets whether a token must have an email. Default: [`EmailPolicy::Required`].
    #[must_use]
    pub fn email_policy(self, email: EmailPolicy) -> Self {
        self.with_policies(|policy| policy.requirements.email = email)
    }

    /// Accepts tokens of another project too, of the same issuer: a number for Embedded Wallet, a text (`prj_…`) for
    /// OMS Wallet.
    ///
    /// An id that cannot be one (0, a blank text, a publishable key `pk_…`) is left out, and so is one of an issuer
    /// that the layer does not trust; an event at `warn` says so.
    #[must_use]
    pub fn also_project(self, project_id: impl ProjectId) -> Self {
        let project = Project::new(project_id);
        if let Err(problem) = self.check_further_project(&project) {
            observe::project_ignored(&problem);
            return self;
        }
        self.with_policies(|policy| policy.also_project(&project))
    }

    fn check_further_project(&self, project: &Project) -> Result<(), ConfigError> {
        project.check()?;
        if !self.authenticator.trusted.includes(project.kind) {
            let problem = format!("the layer trusts no issuer of {}", project.kind);
            return Err(ConfigError::new("project_id", problem));
        }
        Ok(())
    }

    /// Sets how long ago a token may have been issued (`iat`), give or take the leeway. Default: its expiry
    /// alone counts.
    ///
    /// Tokens of [OMS Wallet](Self::oms_wallet), whose `iat` may be the client's own, are refused then.
    #[must_use]
    pub fn max_token_age(self, age: Duration) -> Self {
        self.with_policies(|policy| policy.requirements.max_token_age = Some(age))
    }

    /// Sets how long ago the player may have signed in to the wallet (`auth_time`), give or take the leeway:
    /// the `max_age` of OpenID Connect. Default: any time ago, and a token need not tell.
    ///
    /// Tokens of [OMS Wallet](Self::oms_wallet), whose `auth_time` may be the client's own, are refused then.
    #[must_use]
    pub fn max_session_age(self, age: Duration) -> Self {
        self.with_policies(|policy| policy.requirements.max_session_age = Some(age))
    }

    /// Adds a predicate that a verified token has to meet, such as a list of those who may come in. One that
    /// does not is answered with 403.
    ///
    /// It runs after every check of the token, and before a nonce is used. All predicates have to be met.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::{Identity, IdentityType, SequenceAuthLayer};
    ///
    /// let by_email = SequenceAuthLayer::new(13639).authorize(|claims| {
    ///     claims.identity().map(Identity::identity_type) == Some(IdentityType::Email)
    /// });
    /// ```
    #[must_use]
    pub fn authorize<F>(self, predicate: F) -> Self
    where
        F: Fn(&SequenceClaims) -> bool + Send + Sync + 'static,
    {
        let predicate: Arc<Predicate> = Arc::new(predicate);
        self.with_policies(|policy| policy.authorization.add(&predicate))
    }

    /// Adds a predicate that has to be waited for, such as a look into a database. It runs after those of
    /// [`authorize`](Self::authorize), and is no different otherwise.
    ///
    /// A request waits for it as long as it takes. It holds nothing of the inner service meanwhile.
    ///
    /// # Example
    ///
    /// ```
    /// # async fn is_banned(_: sequence_auth::Address) -> bool { false }
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639)
    ///     .authorize_async(|claims| async move { !is_banned(claims.wallet()).await });
    /// ```
    #[must_use]
    pub fn authorize_async<F, Fut>(self, predicate: F) -> Self
    where
        F: Fn(SequenceClaims) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = bool> + Send + 'static,
    {
        let predicate = move |claims| Box::pin(predicate(claims)) as Verdict;
        let predicate: Arc<AsyncPredicate> = Arc::new(predicate);
        self.with_policies(|policy| policy.authorization.add_async(&predicate))
    }

    /// Loads what the application keeps of a player, a row of a database say, and puts it into the request's
    /// extensions.
    ///
    /// `None` is answered with 403, an error with 503 and a warning once a minute, and so is a load that takes longer
    /// than the [`load_timeout`](Self::load_timeout). A value of the type that is in the extensions before is removed,
    /// whatever becomes of the request. Several loads run one after the other, each for every request, until one
    /// refuses. Nothing is loaded for an [anonymous](Self::optional) request.
    ///
    /// It runs after the predicates and before a nonce is used: it must not write, because the token may still be
    /// refused. Load by [`issuer`](SequenceClaims::issuer) and [`wallet`](SequenceClaims::wallet), never by the email.
    /// A predicate that can fail is a load of `()`. Without a request,
    /// [`verify_and_load`](crate::TokenVerifier::verify_and_load) returns what was loaded.
    ///
    /// The text of an error is logged: keep secrets out of it.
    ///
    /// # Panics
    ///
    /// Requests panic outside a Tokio runtime with its timer enabled.
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

    /// Sets how long each [`load`](Self::load) may take. Default: 5 seconds.
    #[must_use]
    pub fn load_timeout(self, timeout: Duration) -> Self {
        self.with_policies(|policy| policy.loading.timeout = timeout)
    }

    /// Requires that each token has one of these nonces, and lets each nonce pass once. Default: a token may have any
    /// nonce, or none.
    ///
    /// The nonce is used after everything else has passed, and before the inner service is called: a bad
    /// token uses no nonce, and a client that goes away while the inner service runs finds its nonce used.
    /// When the store cannot record the use, or the wallet has used up its share of it, the answer is 503.
    ///
    /// By default this process alone accepts them, until it ends. Several processes need a
    /// [store that they share](crate::NoncesBuilder::store).
    #[must_use]
    pub fn with_nonces(self, nonces: Nonces) -> Self {
        let nonces = Some(nonces);
        self.with_policies(|policy| policy.nonces.clone_from(&nonces))
    }

    /// Lets each token pass once: for clients that cannot send a nonce. Default: any number of times until it
    /// expires.
    ///
    /// **All processes that the token can reach need one store.** With a
    /// [`MemoryStore`](crate::MemoryStore) each of them lets each token pass once, and none can tell.
    ///
    /// Tokens of [OMS Wallet](Self::oms_wallet) are refused then: a store has to know when a token was issued, and
    /// their `iat` may be the client's own.
    ///
    /// The store holds a digest of the token until the token has expired. The first to present a token passes, even
    /// a thief. Prefer [nonces](Self::with_nonces) that are bound where clients can send one: a stolen token is then
    /// useless in another browser, used or not. The token is used as a nonce is: last of all, and for good.
    ///
    /// A store that began after the token was issued refuses it, because it cannot tell. When a token was issued
    /// is told by the issuer's clock, in whole seconds: across a restart, a
    /// [tolerance](crate::MemoryStore::clock_tolerance) makes up for that in memory, and
    /// Redis has one by default. A token takes its place in the store as long as its own `exp` says, which
    /// [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime) bounds.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::{MemoryStore, SequenceAuthLayer};
    ///
    /// let layer = SequenceAuthLayer::new(13639).once(MemoryStore::default());
    /// ```
    #[must_use]
    pub fn once(self, store: impl OneTimeStore) -> Self {
        let once = TokenOnce::new(store);
        self.with_policies(|policy| policy.once = Some(once.clone()))
    }
}

//! What a layer requires of the tokens of every issuer that it trusts.

use std::time::Duration;

use super::layer::SequenceAuthLayer;
use crate::{
    error::ConfigError,
    issuer::{Project, ProjectId},
    nonce::Nonces,
    observe,
    one_time::{OneTimeStore, TokenOnce},
    policy::EmailPolicy,
};

impl SequenceAuthLayer {
    /// Sets whether a token must have an email. Default: [`EmailPolicy::Required`].
    ///
    /// Tokens of guests have no email. Under either policy, an email that is present must be well-formed: at most 320
    /// bytes, without control characters.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let players = issuer.layer(13639);
    /// use sequence_auth::{AuthErrorKind, EmailPolicy};
    ///
    /// let guests_too = players.clone().email_policy(EmailPolicy::Optional);
    ///
    /// let guest = issuer.token().guest().mint();
    /// let error = players.verifier().verify(&guest).await.unwrap_err();
    /// assert_eq!(error.kind(), AuthErrorKind::MissingEmail);
    /// assert_eq!(guests_too.verifier().verify(&guest).await?.email(), None);
    /// # Ok::<(), sequence_auth::AuthError>(()) }).unwrap();
    /// # }
    /// ```
    #[must_use]
    pub fn email_policy(self, email: EmailPolicy) -> Self {
        self.with_policies(|policy| policy.requirements.email = email)
    }

    /// Also accepts the tokens of another project of the same issuer.
    ///
    /// The project is a number for Embedded Wallet, and a string (`prj_…`) for OMS Wallet. The layer ignores an invalid
    /// ID (0, a blank string, a publishable key `pk_…`), and the ID of a project whose issuer it does not trust. An
    /// event at `warn` reports why.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// # let issuer = LocalIssuer::new();
    /// # let game = issuer.layer(13639);
    /// let both_games = game.also_project(20871);
    ///
    /// let token = issuer.token().project(20871).mint();
    /// let claims = both_games.verifier().verify(&token).await?;
    /// assert_eq!(claims.project_number(), Some(20871));
    /// # Ok::<(), sequence_auth::AuthError>(()) }).unwrap();
    /// # }
    /// ```
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
            let problem = format!("the layer does not trust {}", project.kind);
            return Err(ConfigError::new("project_id", problem));
        }
        Ok(())
    }

    /// Sets the maximum age of a token since its issue (`iat`), plus the leeway. Default: unlimited until `exp`.
    ///
    /// A shorter age reduces the time in which a stolen token is useful. An older token is refused with
    /// [`TokenTooOld`](crate::AuthErrorKind::TokenTooOld).
    ///
    /// With this setting the layer refuses every token of [OMS Wallet](Self::oms_wallet), because its client may be
    /// able to choose `iat`.
    ///
    /// # Example
    ///
    /// Players may browse for the ten minutes that a token is valid, but need a new token to pay:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// # async fn catalogue() {}
    /// # async fn pay() {}
    /// use std::time::Duration;
    ///
    /// use axum::{Router, routing::{get, post}};
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let auth = SequenceAuthLayer::new(13639);
    /// let new_token = auth.clone().max_token_age(Duration::from_secs(60));
    /// let app: Router = Router::new()
    ///     .route("/catalogue", get(catalogue).layer(auth))
    ///     .route("/pay", post(pay).layer(new_token));
    /// # }
    /// ```
    #[must_use]
    pub fn max_token_age(self, age: Duration) -> Self {
        self.with_policies(|policy| policy.requirements.max_token_age = Some(age))
    }

    /// Sets the maximum time since the player signed in to the wallet (`auth_time`), plus the leeway.
    ///
    /// Default: unlimited, and `auth_time` is not required. This is the `max_age` of OpenID Connect. An older session
    /// is refused with [`SessionTooOld`](crate::AuthErrorKind::SessionTooOld), and a token without `auth_time` with
    /// [`MissingAuthTime`](crate::AuthErrorKind::MissingAuthTime).
    ///
    /// With this setting the layer refuses every token of [OMS Wallet](Self::oms_wallet), because its client may be
    /// able to choose `auth_time`.
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
    /// use std::time::Duration;
    ///
    /// use sequence_auth::AuthErrorKind;
    ///
    /// let signed_in_today = auth.max_session_age(Duration::from_secs(24 * 60 * 60));
    ///
    /// let token = issuer.token().claim("auth_time", 1_700_000_000).mint(); // in 2023
    /// let error = signed_in_today.verifier().verify(&token).await.unwrap_err();
    /// assert_eq!(error.kind(), AuthErrorKind::SessionTooOld);
    /// # });
    /// # }
    /// ```
    #[must_use]
    pub fn max_session_age(self, age: Duration) -> Self {
        self.with_policies(|policy| policy.requirements.max_session_age = Some(age))
    }

    /// Requires a nonce of the application in each token, and accepts each nonce once.
    ///
    /// Default: a token may have any nonce, or none. [`guide::nonces`](crate::guide::nonces) describes the attacks that
    /// this prevents, and [`guide::logins`](crate::guide::logins) a whole login.
    ///
    /// The layer uses the nonce after all other checks and before it calls the inner service. So a bad token does not
    /// use its nonce. A client that disconnects while the inner service runs has used its nonce, and needs a new nonce.
    /// If the store cannot record the use, the response is 503; if the wallet has used up its share of the store, it is
    /// 429.
    ///
    /// By default only the process that issued a nonce accepts it, and only until the process ends. Several processes
    /// need a [shared store](crate::NoncesBuilder::store).
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// # async fn login() {}
    /// # async fn me() {}
    /// use axum::{Router, routing::{get, post}};
    /// use sequence_auth::{LoginCookies, NonceKey, Nonces, SequenceAuthLayer};
    ///
    /// let auth = SequenceAuthLayer::new(13639);
    /// let nonces = Nonces::builder(NonceKey::random())
    ///     .bound_by_login_cookies(LoginCookies::default())
    ///     .build()?;
    /// let issuing = nonces.clone();
    /// let app: Router = Router::new()
    ///     .route("/nonce", get(async move |request| issuing.respond_to::<axum::body::Body>(&request)))
    ///     .route("/login", post(login).layer(auth.clone().with_nonces(nonces)))
    ///     .route("/me", get(me).layer(auth));
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn with_nonces(self, nonces: Nonces) -> Self {
        let nonces = Some(nonces);
        self.with_policies(|policy| policy.nonces.clone_from(&nonces))
    }

    /// Accepts each token once. Default: a token is accepted any number of times until it expires.
    ///
    /// This is for clients that cannot send a nonce. Prefer [bound nonces](Self::with_nonces) if they can: the first
    /// to present a token is accepted, even a thief, whereas a token with a bound nonce is useless in another browser.
    ///
    /// **All processes that a token can reach need one shared store.** Processes with separate
    /// [`MemoryStore`](crate::MemoryStore)s each accept every token once, and cannot detect this.
    ///
    /// - Like a nonce, the token is used last, after all other checks, and cannot be used again.
    /// - Within one second, the issuer gives a session the same token again, because the issuer's times have whole
    ///   seconds. So the second of two calls within a second is refused. Let the client send one call at a time and
    ///   wait for the next second, or use nonces.
    /// - The store keeps a digest of the token until 10 minutes after the token's `exp`.
    ///   [`max_token_lifetime`](crate::SequenceAuthLayerBuilder::max_token_lifetime) bounds this time.
    /// - A store refuses tokens that were issued before the store was created, because it does not know their uses.
    ///   This relies on the issuer's clock, and on an `iat` in whole seconds. A
    ///   [tolerance](crate::MemoryStore::clock_tolerance) makes up for differences across a restart. In Redis a
    ///   tolerance is the default.
    /// - With this setting the layer refuses every token of [OMS Wallet](Self::oms_wallet): a store needs the time of
    ///   issue, and the client of OMS Wallet may be able to choose `iat`.
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
    /// use sequence_auth::{AuthErrorKind, MemoryStore};
    ///
    /// let verifier = auth.once(MemoryStore::default()).verifier();
    ///
    /// let token = issuer.token().mint();
    /// assert!(verifier.verify(&token).await.is_ok());
    /// let error = verifier.verify(&token).await.unwrap_err();
    /// assert_eq!(error.kind(), AuthErrorKind::UsedToken);
    /// # });
    /// # }
    /// ```
    #[must_use]
    pub fn once(self, store: impl OneTimeStore) -> Self {
        let once = TokenOnce::new(store);
        self.with_policies(|policy| policy.once = Some(once.clone()))
    }
}

//! The layer: policies over issuers that any number of layers share.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;
use tower::BoxError;
use tower_layer::Layer;

use super::{
    answer::OnReject, builder::SequenceAuthLayerBuilder, rejected_request::RejectedRequest,
    service::SequenceAuth,
};
#[cfg(feature = "http")]
use crate::issuer::ConfigKey;
use crate::{
    authenticator::{Authenticator, TokenVerifier},
    claims::SequenceClaims,
    error::{AuthError, ConfigError, KeysUnavailable},
    issuer::{IssuerKind, Project, ProjectId},
    nonce::Nonces,
    observe::{self, KeyHealth},
    one_time::{OneTimeStore, TokenOnce},
    policy::{AsyncPredicate, EmailPolicy, Policy, Predicate, Verdict, load_with},
    source::TokenSource,
};

/// Applies [`SequenceAuth`]: every request that reaches the inner service carries verified
/// [`SequenceClaims`].
///
/// The methods here set what one layer asks of requests. A clone with other settings shares the keys
/// and their refresher:
///
/// ```
/// # fn main() -> Result<(), sequence_auth::ConfigError> {
/// use sequence_auth::{EmailPolicy, SequenceAuthLayer};
///
/// let players = SequenceAuthLayer::new(13639);
/// let guests_too = players.clone().email_policy(EmailPolicy::Optional);
/// # Ok(())
/// # }
/// ```
///
/// The inner service receives a `Request<RequestBody<B>>`. Middleware that needs axum's own `Body`, such as
/// `axum::middleware::from_fn`, does not compile in the same `ServiceBuilder`: add it with a separate
/// `Router::layer` call, which converts the body.
///
/// Around a whole `Router`, before it looks at the path, the layer needs a `Router` again, because `axum::serve` takes no
/// other service:
///
/// ```
/// use axum::{Router, routing::get};
/// use sequence_auth::SequenceAuthLayer;
/// use tower_layer::Layer as _;
///
/// # async fn me() {}
/// # async fn serve() -> std::io::Result<()> {
/// let router = Router::new().route("/me", get(me));
/// let app = Router::new().fallback_service(SequenceAuthLayer::new(13639).layer(router));
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// axum::serve(listener, app).await
/// # }
/// ```
///
/// What concerns the keys is set on the [builder](Self::builder). See the
/// [crate documentation](crate) for what is checked.
#[derive(Clone, Debug)]
pub struct SequenceAuthLayer {
    authenticator: Arc<Authenticator>,
    on_reject: Option<OnReject>,
}

impl SequenceAuthLayer {
    /// Creates a layer that accepts tokens of production Sequence for one project, with every default.
    ///
    /// It does no I/O: the keys are fetched in the background from the moment that the layer is used
    /// inside a Tokio runtime. There is no project 0, and so no token that a layer for it accepts;
    /// [`build`](SequenceAuthLayerBuilder::build) refuses it.
    #[cfg(feature = "http")]
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it depends on constants alone")]
    pub fn new(project_id: u64) -> Self {
        Self::builder(project_id)
            .assemble()
            .expect("the defaults are within their bounds")
    }

    /// Creates a layer from the `waasConfigKey` of a front end: its project, in its environment.
    ///
    /// # Errors
    ///
    /// If the key is malformed or names a server that is none of Sequence's own; see [`ConfigKey`].
    #[cfg(feature = "http")]
    pub fn from_config_key(waas_config_key: &str) -> Result<Self, ConfigError> {
        let key: ConfigKey = waas_config_key.parse()?;
        Self::builder(key.project_id())
            .environment(key.environment())
            .build()
    }

    /// Returns a builder for what concerns the issuer and its keys.
    pub fn builder(project_id: u64) -> SequenceAuthLayerBuilder {
        SequenceAuthLayerBuilder::new(Project::new(project_id))
    }

    /// Returns a builder for a layer that accepts tokens of OMS Wallet, the successor of Embedded Wallet, for one
    /// project (`prj_…`). **Experimental**, until a token of production OMS Wallet has been verified with it.
    ///
    /// `issuer` is the `iss` of the tokens, an `https` URL (`OMS_TOKEN_ISSUER` in the documentation of OMS Wallet). It
    /// has no default, because none is published for production. The keys are fetched from `/.well-known/jwks.json`
    /// below it. The token may be in the JSON field `idToken` as well. Other vendors use that name, too: from then on
    /// it is this layer's. A token may have no email; see [`email_policy`](Self::email_policy).
    ///
    /// Tokens have to be signed with ES256. Their `aud` is the id of the project, `wallet_address` the
    /// [wallet](SequenceClaims::wallet), and `sub` the [id of the wallet](SequenceClaims::wallet_id); a `wallet_type`
    /// other than `ethereum` is refused. `iat`, `nbf` and `auth_time` are not documented: they are checked if they are
    /// there.
    ///
    /// The client chooses the lifetime of its tokens, which
    /// [`max_token_lifetime`](SequenceAuthLayerBuilder::max_token_lifetime) bounds, and may add
    /// [claims of its own](SequenceClaims::custom), which prove nothing. It is not documented whether it can write
    /// `iat` and `auth_time`. So [`max_token_age`](Self::max_token_age), [`max_session_age`](Self::max_session_age) and
    /// [`once`](Self::once), which rely on them, refuse every token of OMS Wallet
    /// ([`UntrustedTimes`](crate::AuthErrorKind::UntrustedTimes)), and the first one is logged at `warn`.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example").build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    ///
    /// The type of its id tells an OMS project from one of Embedded Wallet:
    ///
    /// ```compile_fail,E0308
    /// sequence_auth::SequenceAuthLayer::new("prj_01hx");
    /// ```
    pub fn oms_wallet(project_id: &str, issuer: &str) -> SequenceAuthLayerBuilder {
        SequenceAuthLayerBuilder::new(Project::new(project_id)).issuer(issuer)
    }

    pub(super) fn from_authenticator(authenticator: Authenticator) -> Self {
        Self {
            authenticator: Arc::new(authenticator),
            on_reject: None,
        }
        .with_token_sources()
    }

    /// Accepts the tokens that another layer accepts, too: those of Embedded Wallet and of OMS Wallet in one layer.
    ///
    /// What each layer asks of tokens stays in force for the tokens of its issuer: its projects, email policy, ages,
    /// predicates, nonces, one-time use and leeway. How requests are handled is this layer's:
    /// [`optional`](Self::optional), the limits of bodies, and [`on_reject`](Self::on_reject). What is set on the combined
    /// layer afterwards holds for the tokens of both. The JSON field `idToken` holds a token from then on, and a body
    /// with both `sequenceToken` and `idToken` is refused.
    ///
    /// The `alg` of a token says which issuer is asked, and only that: RS256 or ES256. That issuer's keys and rules
    /// then decide, its `iss` first. Each issuer has its own keys, refreshes, cache and limits, so that an outage, a
    /// rotation or a flood at one of them does not concern the other's tokens.
    ///
    /// # Errors
    ///
    /// If both layers trust an issuer of the same kind, or the same `iss`.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let oms_wallet = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example").build()?;
    /// let layer = SequenceAuthLayer::new(13639).or(oms_wallet)?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn or(mut self, other: Self) -> Result<Self, ConfigError> {
        let other = Arc::unwrap_or_clone(other.authenticator);
        Arc::make_mut(&mut self.authenticator)
            .trusted
            .join(other.trusted)?;
        Ok(self.with_token_sources())
    }

    /// Looks for tokens where the clients of the trusted issuers put them.
    fn with_token_sources(self) -> Self {
        self.with(|authenticator| {
            if authenticator.trusted.includes(IssuerKind::OmsWallet) {
                authenticator.sources.accept_id_token();
            }
        })
    }

    /// Lets requests without a token pass, marked as [`Anonymous`](crate::Anonymous).
    ///
    /// A JSON body that is too large to search, arrives too slowly, or is no JSON, passes too: the inner service
    /// gets it byte for byte, with its trailers. A bad token is still refused. Default: a token is required.
    ///
    /// Anonymous means that there is no token at all. A guest has signed in, and has a token with a wallet but without an
    /// email: [`EmailPolicy::Optional`] lets guests pass, here as elsewhere, and without it their tokens are refused. So a
    /// page for everybody has both:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{EmailPolicy, SequenceAuthLayer};
    ///
    /// let everybody = SequenceAuthLayer::new(13639)
    ///     .optional()
    ///     .email_policy(EmailPolicy::Optional);
    /// # }
    /// ```
    #[must_use]
    pub fn optional(self) -> Self {
        self.with(|authenticator| authenticator.is_optional = true)
    }

    /// Sets where a request may hold its token, in the order in which the sources are asked. Default:
    /// [`bearer`](TokenSource::bearer), then the [JSON field](TokenSource::json_field) `sequenceToken`, and `idToken` as
    /// well where OMS Wallet is trusted.
    ///
    /// The first source that holds credentials decides; see [`TokenSource`]. Without a JSON field no body is read. The
    /// headers of all sources are marked as sensitive before the inner service sees them. Without any source no request
    /// has a token.
    ///
    /// # Example
    ///
    /// Bearer tokens alone, so that no body is ever read:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{SequenceAuthLayer, TokenSource};
    ///
    /// let layer = SequenceAuthLayer::new(13639).sources([TokenSource::bearer()]);
    /// # }
    /// ```
    #[must_use]
    pub fn sources(self, sources: impl IntoIterator<Item = TokenSource>) -> Self {
        self.with(|authenticator| authenticator.sources.set(sources))
    }

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

    /// Loads what the application keeps of a player, a row of a database say, and puts it into the request's extensions.
    ///
    /// `None` is answered with 403, an error with 503 and a warning once a minute, and so is a load that takes longer than
    /// the [`load_timeout`](Self::load_timeout). A value of the type that is in the extensions before is removed, whatever
    /// becomes of the request. Several loads run one after the other, each for every request, until one refuses.
    /// Nothing is loaded for an [anonymous](Self::optional) request.
    ///
    /// It runs after the predicates and before a nonce is used: it must not write, because the token may still be refused.
    /// Load by [`issuer`](SequenceClaims::issuer) and [`wallet`](SequenceClaims::wallet), never by the email. A
    /// predicate that can fail is a load of `()`. Without a request,
    /// [`verify_and_load`](TokenVerifier::verify_and_load) returns what was loaded.
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

    /// Requires a nonce of these in each token, and lets each pass once. Default: a token may have any nonce,
    /// or none.
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

    /// Sets the size in bytes up to which a JSON body is searched for a token; a larger one is answered
    /// with 413. With 0 no body is searched, and the JSON fields among the sources are not asked. Default: 65,536.
    ///
    /// To search a body takes time in proportion to its bytes: for each KiB at most a sixth of the instructions that
    /// a new token takes.
    ///
    /// A request holds four times as much at most, beside what the server holds of it. A request whose
    /// token is in the header holds 64 KiB at most.
    #[must_use]
    pub fn body_limit(self, bytes: usize) -> Self {
        self.with(|authenticator| authenticator.sources.set_body_limit(bytes))
    }

    /// Sets within what time a JSON body has to arrive; a slower one is answered with 408, which over HTTP/1 closes
    /// the connection (RFC 9110 §15.5.9). Default: 5 seconds.
    #[must_use]
    pub fn body_timeout(self, timeout: Duration) -> Self {
        self.with(|authenticator| authenticator.sources.body_timeout = timeout)
    }

    /// Sets a function that gets every refusal with the default answer, and returns the answer to send. It takes the place
    /// of [`on_reject_with`](Self::on_reject_with).
    ///
    /// # Example
    ///
    /// ```
    /// use http::HeaderValue;
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639).on_reject(|error, mut response| {
    ///     let code = HeaderValue::from_static(error.code());
    ///     response.headers_mut().insert("x-auth-error", code);
    ///     response
    /// });
    /// ```
    #[must_use]
    pub fn on_reject<F>(mut self, on_reject: F) -> Self
    where
        F: Fn(&AuthError, Response<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    {
        self.on_reject = Some(OnReject::Alone(Arc::new(on_reject)));
        self
    }

    /// Sets a function that gets every refusal with the default answer and the request, and returns the answer to send: a
    /// page for browsers, say, and JSON for others. It takes the place of [`on_reject`](Self::on_reject).
    ///
    /// The headers of refused requests are copied for it, of those that have to wait, and with the feature `axum` of
    /// anonymous ones.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use http::{HeaderValue, StatusCode, header::LOCATION};
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639).on_reject_with(|request, _error, mut response| {
    ///     if request.headers().get("sec-fetch-mode").is_some_and(|mode| mode == "navigate") {
    ///         *response.status_mut() = StatusCode::SEE_OTHER;
    ///         response.headers_mut().insert(LOCATION, HeaderValue::from_static("/sign-in"));
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

    /// Waits until keys are there, for `first_keys_timeout` (2 seconds by default) at most. With
    /// [several issuers](Self::or) it waits for the keys of each, all within the longest of their limits.
    ///
    /// Optional: without it the first requests wait for the keys in the same way.
    ///
    /// # Errors
    ///
    /// If there are none by then, of any issuer. It says why the last attempt failed, and when the
    /// [next](KeysUnavailable::retry_after) one starts: attempts go on, so that a server may start all the same.
    ///
    /// # Panics
    ///
    /// If it has to wait outside a Tokio runtime with its timer enabled.
    pub async fn ready(&self) -> Result<(), KeysUnavailable> {
        self.authenticator.trusted.ensure_running();
        self.authenticator.trusted.ready().await
    }

    /// Ends the background task that fetches the keys, and returns when it is gone.
    ///
    /// It ends by itself when the last clone of the layer goes; this is for those who want to wait. It
    /// concerns all clones, for good: nothing is fetched any more, and the keys that are loaded serve on
    /// until they are older than `max_stale`. A task whose runtime is not driven any more never ends.
    ///
    /// A look-up of the issuer's name that hangs in the operating system is given up, but occupies a thread until
    /// the system returns. Dropping the runtime waits for that thread, also at the end of `#[tokio::main]`;
    /// `Runtime::shutdown_background` and `Runtime::shutdown_timeout` do not.
    pub async fn shutdown(&self) {
        self.authenticator.trusted.shutdown().await;
    }

    /// Describes the state of the keys, for a readiness probe.
    #[must_use]
    pub fn health(&self) -> KeyHealth {
        self.authenticator.trusted.ensure_running();
        self.authenticator.trusted.health()
    }

    /// Returns the same checks for tokens that do not come with a request.
    #[must_use]
    pub fn verifier(&self) -> TokenVerifier {
        TokenVerifier::new(Arc::clone(&self.authenticator))
    }

    /// Changes what is asked of the tokens of every issuer.
    fn with_policies(self, change: impl Fn(&mut Policy)) -> Self {
        self.with(|authenticator| authenticator.trusted.change_policies(change))
    }

    fn with(mut self, change: impl FnOnce(&mut Authenticator)) -> Self {
        change(Arc::make_mut(&mut self.authenticator));
        self
    }
}

impl<S> Layer<S> for SequenceAuthLayer {
    type Service = SequenceAuth<S>;

    fn layer(&self, inner: S) -> SequenceAuth<S> {
        self.authenticator.trusted.ensure_running();
        let authenticator = Arc::clone(&self.authenticator);
        SequenceAuth::new(inner, authenticator, self.on_reject.clone())
    }
}

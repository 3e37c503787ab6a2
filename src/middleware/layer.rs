//! The layer: policies over issuers that any number of layers share.

use std::sync::Arc;

use tower_layer::Layer;

use super::{answer::OnReject, builder::SequenceAuthLayerBuilder, service::SequenceAuth};
#[cfg(feature = "http")]
use crate::issuer::ConfigKey;
use crate::{
    authenticator::{Authenticator, TokenVerifier},
    error::{ConfigError, KeysUnavailable},
    issuer::{IssuerKind, Project},
    observe::{self, KeyHealth},
    policy::Policy,
};

/// Applies [`SequenceAuth`]: every request that reaches the inner service carries verified
/// [`SequenceClaims`](crate::SequenceClaims).
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
/// `axum::middleware::from_fn`, does not compile inside of this layer in one `ServiceBuilder`: add it with a
/// separate `Router::layer` call, which converts the body. [`guide::routers`](crate::guide::routers) has this, and the
/// other ways to put the layer into an application of axum.
///
/// Around a whole `Router`, before it looks at the path, the layer needs a `Router` again, because `axum::serve` takes
/// no other service:
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
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) on_reject: Option<OnReject>,
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
    /// [wallet](crate::SequenceClaims::wallet), and `sub` the [id of the wallet](crate::SequenceClaims::wallet_id); a
    /// `wallet_type` other than `ethereum` is refused. `iat`, `nbf` and `auth_time` are not documented: they are
    /// checked if they are there.
    ///
    /// The client chooses the lifetime of its tokens, which
    /// [`max_token_lifetime`](SequenceAuthLayerBuilder::max_token_lifetime) bounds, and may add
    /// [claims of its own](crate::SequenceClaims::custom), which prove nothing. It is not documented whether it can
    /// write `iat` and `auth_time`. So [`max_token_age`](Self::max_token_age),
    /// [`max_session_age`](Self::max_session_age) and
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
    /// predicates, loads, nonces, one-time use and leeway. How requests are handled is this layer's: its
    /// [`sources`](Self::sources), [`optional`](Self::optional), the limits of bodies, and
    /// [`on_reject`](Self::on_reject). What is set on the combined layer afterwards holds for the tokens of both.
    /// Unless its sources were set, the JSON field `idToken` holds a token from then on, and a body with both
    /// `sequenceToken` and `idToken` is refused.
    ///
    /// The `alg` of a token says which issuer is asked, and only that: RS256 or ES256. That issuer's keys and rules
    /// then decide, its `iss` first. Each issuer has its own keys, refreshes, cache and limits, so that an outage, a
    /// rotation or a flood at one of them does not affect the other's tokens.
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
        let joined = Arc::make_mut(&mut self.authenticator);
        joined.trusted.join(other.trusted)?;
        joined.set_trace_span(joined.trace_span);
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
        self.authenticator.trusted.start();
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

    /// Describes the state of the keys, for a readiness probe. It starts the task that fetches them, as each use of the
    /// layer does.
    #[must_use]
    pub fn health(&self) -> KeyHealth {
        self.authenticator.trusted.start();
        self.authenticator.trusted.health()
    }

    /// Returns the same checks for tokens that do not come with a request.
    #[must_use]
    pub fn verifier(&self) -> TokenVerifier {
        self.authenticator.trusted.announce();
        TokenVerifier::new(Arc::clone(&self.authenticator))
    }

    /// Changes what is asked of the tokens of every issuer.
    pub(super) fn with_policies(self, change: impl Fn(&mut Policy)) -> Self {
        self.with(|authenticator| authenticator.trusted.change_policies(change))
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Authenticator)) -> Self {
        change(Arc::make_mut(&mut self.authenticator));
        self
    }
}

impl<S> Layer<S> for SequenceAuthLayer {
    type Service = SequenceAuth<S>;

    fn layer(&self, inner: S) -> SequenceAuth<S> {
        self.authenticator.trusted.start();
        observe::sources_set(|| self.authenticator.sources.listed());
        let authenticator = Arc::clone(&self.authenticator);
        SequenceAuth::new(inner, authenticator, self.on_reject.clone())
    }
}

//! The layer: a policy for the tokens of issuers that any number of layers share.

use std::sync::Arc;

use tower_layer::Layer;

use super::{answer::OnReject, builder::SequenceAuthLayerBuilder, service::SequenceAuth};
#[cfg(feature = "http")]
use crate::issuer::ConfigKey;
use crate::{
    authenticator::{Authenticator, TokenVerifier},
    error::ConfigError,
    issuer::{IssuerKind, Project},
    policy::Policy,
};

/// A Tower layer that verifies the ID token of each request.
///
/// Every request that reaches the inner service has passed all checks and carries the player's
/// [`SequenceClaims`](crate::SequenceClaims) in its extensions. The layer answers all other requests itself. An
/// [`optional`](Self::optional) layer also lets requests without a token pass.
/// [`guide::checks`](crate::guide::checks) lists the checks in their order, and
/// [`guide::answers`](crate::guide::answers) the responses.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// use axum::{Router, routing::get};
/// use sequence_auth::{SequenceAuthLayer, SequenceClaims};
///
/// async fn me(claims: SequenceClaims) -> String {
///     format!("Hello {}", claims.wallet())
/// }
///
/// let app: Router = Router::new()
///     .route("/me", get(me))
///     .layer(SequenceAuthLayer::new(13639));
/// # }
/// ```
///
/// # Policies
///
/// The methods of this type set a policy: the requirements for tokens, and the handling of requests. None of them can
/// fail. A clone with another policy shares the keys, the task that fetches them, and the token cache:
///
/// ```
/// # #[cfg(feature = "http")] {
/// use sequence_auth::{EmailPolicy, SequenceAuthLayer};
///
/// let players = SequenceAuthLayer::new(13639);
/// let guests_too = players.clone().email_policy(EmailPolicy::Optional);
/// # }
/// ```
///
/// The issuer and its keys are set on the [builder](Self::builder).
///
/// # In axum
///
/// The inner service receives a `Request<RequestBody<B>>`. Middleware that needs axum's own `Body`, such as
/// `axum::middleware::from_fn`, does not compile inside of this layer in one `ServiceBuilder`. Add it with a separate
/// `Router::layer` call, which converts the body. [`guide::routers`](crate::guide::routers) has examples.
///
/// To run before a whole `Router` chooses a route, the layer needs another `Router` around it, because `axum::serve`
/// does not accept the layer's service:
///
/// ```
/// # #[cfg(feature = "http")] {
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
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SequenceAuthLayer {
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) on_reject: Option<OnReject>,
}

impl SequenceAuthLayer {
    /// Creates a layer for a project of Embedded Wallet in production, with the default of every setting.
    ///
    /// This does no I/O. The layer starts to fetch the keys, in the background, at its first use inside of a Tokio
    /// runtime.
    ///
    /// Projects are numbered from 1. A layer for project 0 refuses every token;
    /// [`build`](SequenceAuthLayerBuilder::build) returns an error instead.
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::new(13639);
    /// ```
    #[cfg(feature = "http")]
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it depends on constants alone")]
    pub fn new(project_id: u64) -> Self {
        Self::builder(project_id)
            .assemble()
            .expect("the defaults are within their bounds")
    }

    /// Creates a layer from the `waasConfigKey` of a front end, which contains the project and its environment.
    ///
    /// Use it if the backend has the same configuration as the front end. [`from_env`](Self::from_env) reads the key
    /// from `SEQUENCE_CONFIG_KEY`.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is malformed, or if it names a server other than those of Sequence's three
    /// environments; see [`ConfigKey`].
    ///
    /// # Example
    ///
    /// ```
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// // {"projectId":13639,"rpcServer":"https://waas.sequence.app"} in base64
    /// let key = "eyJwcm9qZWN0SWQiOjEzNjM5LCJycGNTZXJ2ZXIiOiJodHRwczovL3dhYXMuc2VxdWVuY2UuYXBwIn0=";
    /// let layer = SequenceAuthLayer::from_config_key(key)?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[cfg(feature = "http")]
    pub fn from_config_key(waas_config_key: &str) -> Result<Self, ConfigError> {
        let key: ConfigKey = waas_config_key.parse()?;
        Self::builder(key.project_id())
            .environment(key.environment())
            .build()
    }

    /// Returns a builder for a layer for a project of Embedded Wallet.
    ///
    /// The builder has the settings of the issuer and its keys. The settings of the policy are on the layer.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use std::time::Duration;
    ///
    /// use sequence_auth::{EmailPolicy, Environment, SequenceAuthLayer};
    ///
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .environment(Environment::Dev)
    ///     .max_stale(Duration::from_secs(6 * 60 * 60))
    ///     .build()?
    ///     .email_policy(EmailPolicy::Optional);
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn builder(project_id: u64) -> SequenceAuthLayerBuilder {
        SequenceAuthLayerBuilder::new(Project::new(project_id))
    }

    /// Returns a builder for a layer for a project (`prj_…`) of OMS Wallet, the successor of Embedded Wallet.
    ///
    /// **Experimental**, until a token of production OMS Wallet has been verified with it.
    ///
    /// `issuer` is the `iss` of the tokens, an `https` URL (`OMS_TOKEN_ISSUER` in the documentation of OMS Wallet). It
    /// has no default, because the issuer of production is not published. The layer fetches the keys from
    /// `/.well-known/jwks.json` below this URL.
    ///
    /// - Tokens must be signed with ES256. `aud` is the project's ID, `wallet_address` the
    ///   [wallet](crate::SequenceClaims::wallet), and `sub` the [wallet's ID](crate::SequenceClaims::wallet_id). A
    ///   `wallet_type` other than `ethereum` is refused.
    /// - `iat`, `nbf` and `auth_time` are not documented. The layer checks them if a token has them.
    /// - By default the layer also reads tokens from the JSON field `idToken`. Other vendors use this name, too: if
    ///   your clients send such a field for another purpose, set the [`sources`](Self::sources).
    /// - A token may have no email; see [`email_policy`](Self::email_policy).
    /// - The client chooses the lifetime of its tokens, up to
    ///   [`max_token_lifetime`](SequenceAuthLayerBuilder::max_token_lifetime).
    /// - The client may add [custom claims](crate::SequenceClaims::custom), which must not grant anything: they are the
    ///   player's own words.
    /// - It is not documented whether the client can set `iat` and `auth_time`. Therefore
    ///   [`max_token_age`](Self::max_token_age), [`max_session_age`](Self::max_session_age) and [`once`](Self::once),
    ///   which rely on them, refuse every token of OMS Wallet with
    ///   [`UntrustedTimes`](crate::AuthErrorKind::UntrustedTimes). The first such refusal is logged at `warn`.
    ///
    /// [`guide::issuers`](crate::guide::issuers) compares the two wallets.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::SequenceAuthLayer;
    ///
    /// let layer = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example").build()?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    ///
    /// Project IDs of OMS Wallet are strings, and those of Embedded Wallet are numbers, so a mix-up does not compile:
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

    /// Also accepts the tokens of `other`'s issuer, to serve Embedded Wallet and OMS Wallet with one layer.
    ///
    /// - **Tokens:** each layer's requirements stay in force for the tokens of its issuer: projects, email policy,
    ///   ages, predicates, loads, nonces, one-time use and leeway.
    /// - **Requests:** the settings of `self` apply: [`sources`](Self::sources), [`optional`](Self::optional), the body
    ///   limits, [`trace_span`](Self::trace_span) and [`on_reject`](Self::on_reject).
    /// - **Later settings** on the combined layer apply to the tokens of both issuers.
    /// - **JSON bodies:** unless the sources of `self` were set, the combined layer also reads the field `idToken`. A
    ///   body with both `sequenceToken` and `idToken` is refused.
    ///
    /// The token's `alg` alone selects the issuer: RS256 or ES256. That issuer's keys and rules then apply, its `iss`
    /// first. Each issuer has its own keys, refreshes, cache and limits. An outage, a rotation or a flood at either
    /// issuer does not affect the tokens of the other.
    ///
    /// [`guide::issuers`](crate::guide::issuers) describes the move from Embedded Wallet to OMS Wallet.
    ///
    /// # Errors
    ///
    /// Returns an error if both layers trust Embedded Wallet, both trust OMS Wallet, or both trust the same `iss`.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use sequence_auth::{EmailPolicy, SequenceAuthLayer};
    ///
    /// let embedded_wallet = SequenceAuthLayer::new(13639);
    /// let oms_wallet = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example")
    ///     .build()?
    ///     .email_policy(EmailPolicy::Optional); // for tokens of OMS Wallet only
    /// let layer = embedded_wallet.or(oms_wallet)?;
    /// # }
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn or(mut self, other: Self) -> Result<Self, ConfigError> {
        let other = Arc::unwrap_or_clone(other.authenticator);
        let joined = Arc::make_mut(&mut self.authenticator);
        joined.trusted.join(other.trusted)?;
        Ok(self.with_token_sources())
    }

    /// Adds the JSON field of OMS Wallet to the default sources, if that issuer is trusted.
    fn with_token_sources(self) -> Self {
        self.with(|authenticator| {
            if authenticator.trusted.includes(IssuerKind::OmsWallet) {
                authenticator.sources.accept_id_token();
            }
        })
    }

    /// Returns a verifier with the keys and the policy of this layer, for tokens outside of HTTP requests.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "testing")] {
    /// # use sequence_auth::testing::LocalIssuer;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let claims = verifier.verify(&issuer.token().mint()).await?;
    /// assert_eq!(claims.project_number(), Some(13639));
    /// # Ok::<(), sequence_auth::AuthError>(()) }).unwrap();
    /// # }
    /// ```
    #[must_use]
    pub fn verifier(&self) -> TokenVerifier {
        self.authenticator.trusted.announce();
        TokenVerifier::new(Arc::clone(&self.authenticator))
    }

    /// Changes the policy for the tokens of every trusted issuer.
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
        self.authenticator.sources.announce();
        let authenticator = Arc::clone(&self.authenticator);
        SequenceAuth::new(inner, authenticator, self.on_reject.clone())
    }
}

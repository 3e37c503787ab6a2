//! An issuer in the test's own process.

mod keys;

use std::{
    fmt,
    sync::{Arc, OnceLock, RwLock, atomic::AtomicBool},
    time::Duration,
};

use super::{signing_key::SigningKey, token_builder::TokenBuilder};
use crate::{
    issuer::{IssuerKind, Project, ProjectId},
    middleware::{SequenceAuthLayer, SequenceAuthLayerBuilder},
};

/// Issues tokens as Embedded Wallet or OMS Wallet does, with a key that it generates at run time.
///
/// Clones are the same issuer. It implements [`FetchKeys`](crate::FetchKeys), which returns [`jwks`](Self::jwks).
///
/// Generating an RSA key can take 0.2 seconds, so share a `LocalIssuer` among tests, for example in a `LazyLock`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use sequence_auth::testing::LocalIssuer;
///
/// let issuer = LocalIssuer::new();
/// let verifier = issuer.layer(13639).verifier();
///
/// let claims = verifier.verify(&issuer.token().mint()).await.expect("a good token");
/// assert_eq!(claims.email(), Some("player@example.com"));
/// # }
/// ```
#[derive(Clone)]
pub struct LocalIssuer {
    kind: IssuerKind,
    url: String,
    audience_prefix: String,
    shared: Arc<Shared>,
}

struct Shared {
    key: RwLock<SigningKey>,
    /// The project of the first layer.
    project_id: OnceLock<String>,
    is_down: AtomicBool,
}

impl LocalIssuer {
    /// Creates an issuer of Embedded Wallet with the URL `https://waas.sequence.test` and a new RSA-2048 key.
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// assert_eq!(LocalIssuer::new().url(), "https://waas.sequence.test");
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::at(
            "https://waas.sequence.test",
            "https://sequence.test/project/",
        )
    }

    /// Creates an issuer of Embedded Wallet with this URL and audience prefix, and a new RSA-2048 key.
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::at("https://waas.example", "https://example/project/");
    /// assert_eq!(issuer.url(), "https://waas.example");
    /// ```
    #[must_use]
    pub fn at(url: impl Into<String>, audience_prefix: impl Into<String>) -> Self {
        Self::of_kind(
            IssuerKind::EmbeddedWallet,
            url.into(),
            audience_prefix.into(),
        )
    }

    /// Creates an issuer of OMS Wallet with the URL `https://oms.sequence.test` and a new P-256 key.
    ///
    /// Its tokens have the documented shape: without `iat`, `auth_time` and an identity.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::oms_wallet();
    /// let verifier = issuer.layer("prj_01hx").verifier();
    ///
    /// let claims = verifier.verify(&issuer.token().mint()).await.expect("a good token");
    /// assert_eq!(claims.issued_at(), None);
    /// # }
    /// ```
    #[must_use]
    pub fn oms_wallet() -> Self {
        Self::oms_wallet_at("https://oms.sequence.test")
    }

    /// Creates an issuer of OMS Wallet with this URL, and a new P-256 key.
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::oms_wallet_at("https://oms.example");
    /// assert_eq!(issuer.url(), "https://oms.example");
    /// ```
    #[must_use]
    pub fn oms_wallet_at(url: impl Into<String>) -> Self {
        Self::of_kind(IssuerKind::OmsWallet, url.into(), String::new())
    }

    fn of_kind(kind: IssuerKind, url: String, audience_prefix: String) -> Self {
        Self {
            kind,
            url,
            audience_prefix,
            shared: Arc::new(Shared {
                key: RwLock::new(SigningKey::generate(kind.algorithm())),
                project_id: OnceLock::new(),
                is_down: AtomicBool::new(false),
            }),
        }
    }

    /// Returns the issuer's URL, the `iss` of its tokens.
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// assert_eq!(LocalIssuer::oms_wallet().url(), "https://oms.sequence.test");
    /// ```
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns a layer that trusts this issuer, without a network.
    ///
    /// It has every default except for the cool-down between refetches, which is zero: the layer follows
    /// [`rotate`](Self::rotate) at once. [Tokens](Self::token) are for the project of the first layer, unless they set
    /// another project.
    ///
    /// # Panics
    ///
    /// Panics if the project belongs to the other kind of issuer: Embedded Wallet needs a number, OMS Wallet a text
    /// (`prj_…`). It also panics if [`build`](SequenceAuthLayerBuilder::build) refuses the project, the URL or the
    /// audience prefix.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let app: Router = Router::new()
    ///     .route("/me", get(|| async { "hello" }))
    ///     .layer(issuer.layer(13639));
    /// ```
    #[must_use]
    pub fn layer(&self, project_id: impl ProjectId) -> SequenceAuthLayer {
        self.builder(project_id).build().expect("valid settings")
    }

    /// Returns the builder that [`layer`](Self::layer) uses, to change the settings of the keys.
    ///
    /// It has this issuer's keys, unless the issuer is [down](Self::set_down). It fetches new keys from this issuer, and
    /// has no cool-down between refetches.
    ///
    /// # Panics
    ///
    /// Panics if the project belongs to the other kind of issuer. Embedded Wallet needs a number, OMS Wallet a text
    /// (`prj_…`).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let strict = issuer.builder(13639).leeway(Duration::ZERO).build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    pub fn builder(&self, project_id: impl ProjectId) -> SequenceAuthLayerBuilder {
        let project = Project::new(project_id);
        assert_eq!(
            project.kind, self.kind,
            "the project belongs to the other kind of issuer"
        );
        self.shared.project_id.get_or_init(|| project.id.clone());
        let mut builder = SequenceAuthLayerBuilder::new(project)
            .issuer(&self.url)
            .key_fetcher(self.clone())
            .refetch_cooldown(Duration::ZERO);
        if !self.is_down() {
            builder = builder.initial_keys(self.jwks());
        }
        match self.kind {
            IssuerKind::EmbeddedWallet => builder.audience_prefix(&self.audience_prefix),
            IssuerKind::OmsWallet => builder,
        }
    }

    /// Returns a builder for a token of this issuer.
    ///
    /// The token is valid for 10 minutes from now, for a player with an email, and for the project of the first layer.
    /// If this issuer has not made a layer, set the [project](TokenBuilder::project).
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let token = issuer.token().project(13639).email("player@example.com").mint();
    /// assert_eq!(token.split('.').count(), 3);
    /// ```
    pub fn token(&self) -> TokenBuilder {
        let project_id = self.shared.project_id.get().map(String::as_str);
        let audience = self.audience(project_id.unwrap_or(default_project(self.kind)));
        TokenBuilder::new(self.clone(), &audience)
    }

    pub(super) fn kind(&self) -> IssuerKind {
        self.kind
    }

    pub(super) fn audience(&self, project_id: &str) -> String {
        format!("{}{project_id}", self.audience_prefix)
    }
}

/// Returns the project of tokens until the first layer is made.
pub(super) fn default_project(kind: IssuerKind) -> &'static str {
    match kind {
        IssuerKind::EmbeddedWallet => "13639",
        IssuerKind::OmsWallet => "prj_01",
    }
}

impl Default for LocalIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LocalIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalIssuer")
            .field("url", &self.url)
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

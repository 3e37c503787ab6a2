//! An issuer inside the test's own process.

use std::{
    fmt,
    sync::{
        Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::json;

use super::{signing_key::SigningKey, token_builder::TokenBuilder};
use crate::{
    error::FetchError,
    issuer::{IssuerKind, Project, ProjectId},
    jwks::FetchKeys,
    middleware::{SequenceAuthLayer, SequenceAuthLayerBuilder},
};

/// Issues tokens as Embedded Wallet or OMS Wallet does, with a key of its own that is made at run time.
///
/// Clones are the same issuer. It is a [`FetchKeys`] too, which returns [`jwks`](Self::jwks).
#[derive(Clone)]
pub struct LocalIssuer {
    kind: IssuerKind,
    url: String,
    audience_prefix: String,
    shared: Arc<Shared>,
}

struct Shared {
    key: RwLock<SigningKey>,
    /// That of the first layer.
    project_id: OnceLock<String>,
    is_down: AtomicBool,
}

impl LocalIssuer {
    /// Creates an issuer of Embedded Wallet with the URL `https://waas.sequence.test` and a new RSA-2048 key.
    #[must_use]
    pub fn new() -> Self {
        Self::at(
            "https://waas.sequence.test",
            "https://sequence.test/project/",
        )
    }

    /// Creates an issuer of Embedded Wallet with a URL and an audience prefix of your choice, and a new RSA-2048 key.
    #[must_use]
    pub fn at(url: impl Into<String>, audience_prefix: impl Into<String>) -> Self {
        Self::of_kind(
            IssuerKind::EmbeddedWallet,
            url.into(),
            audience_prefix.into(),
        )
    }

    /// Creates an issuer of OMS Wallet with the URL `https://oms.sequence.test` and a new P-256 key. Its tokens are in
    /// the documented shape: without `iat`, `auth_time` and an identity.
    #[must_use]
    pub fn oms_wallet() -> Self {
        Self::oms_wallet_at("https://oms.sequence.test")
    }

    /// Creates an issuer of OMS Wallet with a URL of your choice, and a new P-256 key.
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
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns a layer that trusts this issuer, without a network.
    ///
    /// It has every default but the cool-down, which is zero: its keys follow [`rotate`](Self::rotate) at
    /// once. Tokens are for the project of the first layer that was made, unless they say otherwise.
    ///
    /// # Panics
    ///
    /// If the project is not one of this kind of issuer: a number for Embedded Wallet, a text (`prj_…`) for OMS Wallet.
    #[must_use]
    pub fn layer(&self, project_id: impl ProjectId) -> SequenceAuthLayer {
        self.builder(project_id)
            .build()
            .expect("the project is one of this kind of issuer")
    }

    /// Returns the builder that [`layer`](Self::layer) uses, for settings that concern the keys.
    ///
    /// It starts with this issuer's keys and fetches them from it, with no cool-down.
    ///
    /// # Panics
    ///
    /// If the project is not one of this kind of issuer: a number for Embedded Wallet, a text (`prj_…`) for OMS Wallet.
    pub fn builder(&self, project_id: impl ProjectId) -> SequenceAuthLayerBuilder {
        let project = Project::new(project_id);
        assert_eq!(project.kind, self.kind, "the project of another issuer");
        self.shared.project_id.get_or_init(|| project.id.clone());
        let builder = SequenceAuthLayerBuilder::new(project)
            .issuer(&self.url)
            .initial_keys(self.jwks())
            .key_fetcher(self.clone())
            .refetch_cooldown(Duration::ZERO);
        match self.kind {
            IssuerKind::EmbeddedWallet => builder.audience_prefix(&self.audience_prefix),
            IssuerKind::OmsWallet => builder,
        }
    }

    /// Returns a token to be minted: valid for ten minutes from now, for a player with an email, for the project of the
    /// first layer that was made. Where this issuer made none, name the [project](TokenBuilder::project).
    pub fn token(&self) -> TokenBuilder {
        let project_id = self.shared.project_id.get().map(String::as_str);
        let audience = self.audience(project_id.unwrap_or(default_project(self.kind)));
        TokenBuilder::new(self.clone(), &audience)
    }

    /// Returns the key document, a JSON Web Key Set with one key, as the issuer publishes it.
    #[must_use]
    pub fn jwks(&self) -> String {
        json!({"keys": [self.key().jwk()]}).to_string()
    }

    /// Returns the id of the current key.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.key().key_id().to_owned()
    }

    /// Replaces the key by a new one with a new id; the old one is gone at once, as with Sequence.
    pub fn rotate(&self) {
        self.replace_key(SigningKey::generate(self.kind.algorithm()));
    }

    /// Replaces the key by a new one under the same id, as Sequence may do.
    pub fn rotate_under_same_id(&self) {
        let algorithm = self.kind.algorithm();
        self.replace_key(SigningKey::generate_as(self.key_id(), algorithm));
    }

    /// Starts or ends an outage: while the issuer is down, its key document cannot be fetched. It mints tokens all the
    /// same.
    ///
    /// A [layer](Self::layer) of this issuer starts with its keys, which serve on during an outage. It fetches them
    /// when it is first used, and then every 300 seconds, give or take 10 %, by tokio's clock, which a test can pause
    /// (`#[tokio::test(start_paused = true)]`) and so pass quickly. With the first failed fetch the keys are
    /// [stale](crate::KeyState::Stale); 24 hours after the last good one, or after the layer was built, tokens are
    /// answered with 503. The times of tokens follow the wall clock, which is not paused. For an outage from the start,
    /// build a layer without keys:
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    /// # runtime.block_on(async {
    /// use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// issuer.set_down(true);
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .issuer(issuer.url())
    ///     .audience_prefix("https://sequence.test/project/")
    ///     .key_fetcher(issuer.clone())
    ///     .build()?;
    /// assert!(layer.ready().await.is_err());
    ///
    /// issuer.set_down(false);
    /// assert!(layer.ready().await.is_ok());
    /// # Ok::<(), sequence_auth::ConfigError>(()) }).unwrap();
    /// # }
    /// ```
    pub fn set_down(&self, is_down: bool) {
        self.shared.is_down.store(is_down, Ordering::Release);
    }

    /// Signs a header and a payload, whatever they hold, as a compact JWS with RS256, or ES256 for OMS Wallet.
    #[must_use]
    pub fn sign(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let mut token = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = self.key().sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    pub(super) fn kind(&self) -> IssuerKind {
        self.kind
    }

    pub(super) fn audience(&self, project_id: &str) -> String {
        format!("{}{project_id}", self.audience_prefix)
    }

    fn key(&self) -> RwLockReadGuard<'_, SigningKey> {
        self.shared
            .key
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn replace_key(&self, key: SigningKey) {
        *self
            .shared
            .key
            .write()
            .unwrap_or_else(PoisonError::into_inner) = key;
    }
}

/// Returns the project of tokens before the first layer is made.
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

impl FetchKeys for LocalIssuer {
    async fn fetch(&self) -> Result<Bytes, FetchError> {
        if self.shared.is_down.load(Ordering::Acquire) {
            return Err(FetchError::new("the local issuer is down"));
        }
        Ok(self.jwks().into())
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

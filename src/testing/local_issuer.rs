//! An issuer inside the test's own process.

use std::{
    fmt,
    sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::json;

use super::{signing_key::SigningKey, token_builder::TokenBuilder};
use crate::{
    error::FetchError,
    jwks::FetchKeys,
    middleware::{SequenceAuthLayer, SequenceAuthLayerBuilder},
};

/// The project of tokens before the first layer is made.
const PROJECT_ID: u64 = 13639;

/// Issues tokens as Sequence does, with a key of its own that is made at run time.
///
/// Clones are the same issuer. It is a [`FetchKeys`] too, which returns [`jwks`](Self::jwks).
#[derive(Clone)]
pub struct LocalIssuer {
    url: String,
    audience_prefix: String,
    shared: Arc<Shared>,
}

struct Shared {
    key: RwLock<SigningKey>,
    project_id: OnceLock<u64>,
}

impl LocalIssuer {
    /// Creates an issuer with the URL `https://waas.sequence.test` and a new RSA-2048 key.
    #[must_use]
    pub fn new() -> Self {
        Self::at(
            "https://waas.sequence.test",
            "https://sequence.test/project/",
        )
    }

    /// Creates an issuer with a URL and an audience prefix of your choice, and a new RSA-2048 key.
    #[must_use]
    pub fn at(url: impl Into<String>, audience_prefix: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            audience_prefix: audience_prefix.into(),
            shared: Arc::new(Shared {
                key: RwLock::new(SigningKey::generate()),
                project_id: OnceLock::new(),
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
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it depends on constants alone")]
    pub fn layer(&self, project_id: u64) -> SequenceAuthLayer {
        self.builder(project_id)
            .build()
            .expect("the issuer's own keys are usable")
    }

    /// Returns the builder that [`layer`](Self::layer) uses, for settings that concern the keys.
    ///
    /// It starts with this issuer's keys and fetches them from it, with no cool-down.
    pub fn builder(&self, project_id: u64) -> SequenceAuthLayerBuilder {
        self.shared.project_id.get_or_init(|| project_id);
        SequenceAuthLayer::builder(project_id)
            .issuer(&self.url)
            .audience_prefix(&self.audience_prefix)
            .initial_keys(self.jwks())
            .key_fetcher(self.clone())
            .refetch_cooldown(Duration::ZERO)
    }

    /// Returns a token to be minted: valid for ten minutes from now, for a player with an email.
    pub fn token(&self) -> TokenBuilder {
        let project_id = self.shared.project_id.get().copied();
        TokenBuilder::new(self.clone(), project_id.unwrap_or(PROJECT_ID))
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
        self.replace_key(SigningKey::generate());
    }

    /// Replaces the key by a new one under the same id, as Sequence may do.
    pub fn rotate_under_same_id(&self) {
        self.replace_key(SigningKey::generate_as(self.key_id()));
    }

    /// Signs a header and a payload, whatever they hold, as a compact JWS with RS256.
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

    pub(super) fn audience(&self, project_id: u64) -> String {
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

impl Default for LocalIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl FetchKeys for LocalIssuer {
    async fn fetch(&self) -> Result<Bytes, FetchError> {
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

//! The key of the issuer: its document, rotations, outages and signatures.

use std::sync::{PoisonError, RwLockReadGuard, RwLockWriteGuard, atomic::Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::json;

use super::LocalIssuer;
use crate::{error::FetchError, jwks::FetchKeys, testing::signing_key::SigningKey};

impl LocalIssuer {
    /// Returns the key document (JWKS) with the current key, as the issuer publishes it.
    ///
    /// ```
    /// use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let layer = SequenceAuthLayer::builder(13639)
    ///     .issuer(issuer.url())
    ///     .audience_prefix("https://sequence.test/project/")
    ///     .static_keys(issuer.jwks())
    ///     .build()?;
    /// # Ok::<(), sequence_auth::ConfigError>(())
    /// ```
    #[must_use]
    pub fn jwks(&self) -> String {
        json!({"keys": [self.key().jwk()]}).to_string()
    }

    /// Returns the ID (`kid`) of the current key.
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// assert!(issuer.jwks().contains(&issuer.key_id()));
    /// ```
    #[must_use]
    pub fn key_id(&self) -> String {
        self.key().key_id().to_owned()
    }

    /// Replaces the key with a new key under a new ID. As with Sequence, the old key is gone at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    /// let old = issuer.token().mint();
    ///
    /// issuer.rotate();
    /// assert!(verifier.verify(&issuer.token().mint()).await.is_ok()); // fetches the new key
    /// assert!(verifier.verify(&old).await.is_err());
    /// # }
    /// ```
    pub fn rotate(&self) {
        let key = SigningKey::generate(self.kind.algorithm());
        *self.key_mut() = key;
    }

    /// Replaces the key with a new key under the same ID, as Sequence may do.
    ///
    /// ```
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// let (key_id, jwks) = (issuer.key_id(), issuer.jwks());
    ///
    /// issuer.rotate_under_same_id();
    /// assert_eq!(issuer.key_id(), key_id);
    /// assert_ne!(issuer.jwks(), jwks);
    /// ```
    pub fn rotate_under_same_id(&self) {
        let mut key = SigningKey::generate(self.kind.algorithm());
        let mut current = self.key_mut();
        key.rename(current.key_id());
        *current = key;
    }

    /// Starts or ends an outage. While the issuer is down, its key document cannot be fetched. It still mints tokens.
    ///
    /// A [layer](Self::layer) that is made during an outage has no keys: it answers tokens with 503 until the outage ends.
    /// A layer that is made before keeps its keys. It fetches keys when it is first used, and then every 300 seconds
    /// ± 10 %, by the steady clock, which a test can pause and advance (`#[tokio::test(start_paused = true)]`). After the
    /// first failed fetch the keys are [stale](crate::KeyState::Stale). Tokens are answered with 503 from 24 hours after
    /// the last good fetch, or after the layer was built. The times in tokens follow the wall clock, which cannot be
    /// paused.
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    /// # runtime.block_on(async {
    /// use sequence_auth::testing::LocalIssuer;
    ///
    /// let issuer = LocalIssuer::new();
    /// issuer.set_down(true);
    /// let layer = issuer.layer(13639);
    /// assert!(layer.ready().await.is_err());
    ///
    /// issuer.set_down(false);
    /// assert!(layer.ready().await.is_ok());
    /// # });
    /// ```
    pub fn set_down(&self, is_down: bool) {
        self.shared.is_down.store(is_down, Ordering::Release);
    }

    pub(super) fn is_down(&self) -> bool {
        self.shared.is_down.load(Ordering::Acquire)
    }

    /// Signs any header and payload as a compact JWS, with RS256, or with ES256 for OMS Wallet.
    ///
    /// Use it for tokens that a [`TokenBuilder`](crate::testing::TokenBuilder) cannot express, such as a payload that
    /// is not JSON.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use sequence_auth::{AuthErrorKind, testing::LocalIssuer};
    ///
    /// let issuer = LocalIssuer::new();
    /// let verifier = issuer.layer(13639).verifier();
    ///
    /// let header = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, issuer.key_id());
    /// let token = issuer.sign(header, "not JSON");
    /// let error = verifier.verify(&token).await.expect_err("a bad payload");
    /// assert_eq!(error.kind(), AuthErrorKind::MalformedClaims);
    /// # }
    /// ```
    #[must_use]
    pub fn sign(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        compact(&self.key(), header.as_ref(), payload.as_ref())
    }

    /// Signs a payload under a header that may name the key that signs, even if the key is replaced meanwhile.
    pub(in crate::testing) fn sign_naming_key(
        &self,
        header: impl FnOnce(&str) -> String,
        payload: impl AsRef<[u8]>,
    ) -> String {
        let key = self.key();
        let header = header(key.key_id());
        compact(&key, header.as_bytes(), payload.as_ref())
    }

    fn key(&self) -> RwLockReadGuard<'_, SigningKey> {
        self.shared
            .key
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn key_mut(&self) -> RwLockWriteGuard<'_, SigningKey> {
        self.shared
            .key
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn compact(key: &SigningKey, header: &[u8], payload: &[u8]) -> String {
    let mut token = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signature = key.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

impl FetchKeys for LocalIssuer {
    async fn fetch(&self) -> Result<Bytes, FetchError> {
        if self.is_down() {
            return Err(FetchError::new("the local issuer is down"));
        }
        Ok(self.jwks().into())
    }
}

//! Class 31: a token of one issuer, or of no issuer, must not pass as a token of the other issuer.

mod algorithm;
mod claims;
mod header;
mod keys;
mod properties;
mod signature;

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::{
    AuthErrorKind as Kind, SequenceAuthLayer,
    testing::{LocalIssuer, TokenBuilder},
};
use serde_json::{Value, json};

use super::{assert_accepted, assert_refused};
use crate::{
    support::{ISSUER, PROJECT, payload_of},
    two_issuers::{OMS_ISSUER, OMS_PROJECT, joined, tokens},
};

/// The issuer that a token's `alg` selects.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Issuer {
    EmbeddedWallet,
    OmsWallet,
}

use Issuer::{EmbeddedWallet, OmsWallet};

impl Issuer {
    const ALL: [Self; 2] = [EmbeddedWallet, OmsWallet];

    fn other(self) -> Self {
        match self {
            EmbeddedWallet => OmsWallet,
            OmsWallet => EmbeddedWallet,
        }
    }

    fn algorithm(self) -> &'static str {
        match self {
            EmbeddedWallet => "RS256",
            OmsWallet => "ES256",
        }
    }

    fn local(self) -> &'static LocalIssuer {
        match self {
            EmbeddedWallet => &ISSUER,
            OmsWallet => &OMS_ISSUER,
        }
    }

    fn token(self) -> TokenBuilder {
        let [embedded, oms] = tokens();
        match self {
            EmbeddedWallet => embedded,
            OmsWallet => oms,
        }
    }

    /// Good claims as JSON.
    fn payload(self) -> String {
        payload_of(&self.token().mint())
    }

    /// The header that the issuer's tokens have.
    fn header(self) -> Value {
        json!({"alg": self.algorithm(), "kid": self.local().key_id(), "typ": "JWT"})
    }

    /// Signs any claims with this issuer's key.
    fn sign(self, header: &Value, payload: &str) -> String {
        self.local().sign(header.to_string(), payload)
    }
}

/// Layers that trust each issuer alone, and both in either order.
struct Layers {
    embedded: SequenceAuthLayer,
    oms: SequenceAuthLayer,
    both: [SequenceAuthLayer; 2],
}

/// With fixed keys, because each test has a runtime of its own, and a task that fetches keys ends with its runtime.
static LAYERS: LazyLock<Layers> = LazyLock::new(|| {
    let [embedded, oms] = [&*ISSUER, &OMS_ISSUER].map(|issuer| jwk(issuer, &issuer.key_id()));
    Layers::with_keys(&[embedded], &[oms])
});

impl Layers {
    fn new([embedded, oms]: [SequenceAuthLayer; 2]) -> Self {
        Self {
            both: joined(&[embedded.clone(), oms.clone()]),
            embedded,
            oms,
        }
    }

    /// Trusts fixed key documents.
    fn with_keys(embedded: &[Value], oms: &[Value]) -> Self {
        let document = |keys: &[Value]| json!({ "keys": keys }).to_string();
        let embedded = SequenceAuthLayer::builder(PROJECT)
            .issuer(ISSUER.url())
            .audience_prefix("https://sequence.test/project/")
            .static_keys(document(embedded));
        let oms =
            SequenceAuthLayer::oms_wallet(OMS_PROJECT, OMS_ISSUER.url()).static_keys(document(oms));
        Self::new([embedded, oms].map(|builder| builder.build().unwrap()))
    }

    fn alone(&self, issuer: Issuer) -> &SequenceAuthLayer {
        match issuer {
            EmbeddedWallet => &self.embedded,
            OmsWallet => &self.oms,
        }
    }

    /// Asserts that exactly the layers that trust its issuer accept a token.
    async fn assert_accepted_by(&self, issuer: Issuer, token: &str) {
        for layer in self.both.iter().chain([self.alone(issuer)]) {
            assert_accepted(layer, token).await;
            let claims = layer.verifier().verify(token).await.unwrap();
            assert_eq!(claims.issuer(), issuer.local().url());
        }
        let other = self.alone(issuer.other());
        assert_refused(other, token, Kind::UnsupportedAlgorithm).await;
    }

    /// Asserts that a token is refused as the issuer that its `alg` selects refuses it.
    async fn assert_refused_by(&self, issuer: Issuer, token: &str, kind: Kind) {
        for layer in self.both.iter().chain([self.alone(issuer)]) {
            assert_refused(layer, token, kind).await;
        }
        let other = self.alone(issuer.other());
        assert_refused(other, token, Kind::UnsupportedAlgorithm).await;
    }

    /// Asserts that each layer refuses a token for the same reason.
    async fn assert_refused(&self, token: &str, kind: Kind) {
        for layer in self.both.iter().chain([&self.embedded, &self.oms]) {
            assert_refused(layer, token, kind).await;
        }
    }
}

/// The public half of an issuer's key, under an id.
fn jwk(issuer: &LocalIssuer, key_id: &str) -> Value {
    let mut document: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    let mut jwk = document["keys"][0].take();
    jwk["kid"] = json!(key_id);
    jwk
}

/// The first two parts of a token.
fn signing_input(header: &str, payload: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload))
}

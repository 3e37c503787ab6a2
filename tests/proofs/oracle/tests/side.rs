//! The issuers, and how both sides are set up for their tokens.

use std::{
    fmt,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use sequence_auth::{
    EmailPolicy, SequenceAuthLayer, SequenceAuthLayerBuilder, testing::LocalIssuer,
};

pub(crate) const PROJECT: u64 = 13639;
const OMS_PROJECT: &str = "prj_01";
const AUDIENCE_PREFIX: &str = "https://sequence.test/project/";

/// Times are edited, and the other side knows no such limit.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// An issuer, the layer that only trusts it, and the settings of `jsonwebtoken` for it.
pub(crate) struct Side {
    pub(crate) url: &'static str,
    pub(crate) audience: &'static str,
    /// The `alg` of its tokens.
    pub(crate) algorithm: &'static str,
    pub(crate) wallet_claim: &'static str,
    pub(crate) issuer: LocalIssuer,
    pub(crate) layer: SequenceAuthLayer,
    pub(crate) their_key: DecodingKey,
    pub(crate) strictest: Validation,
}

pub(crate) static EMBEDDED_WALLET: LazyLock<Side> = LazyLock::new(|| {
    let (url, audience) = (
        "https://waas.sequence.test",
        "https://sequence.test/project/13639",
    );
    let issuer = LocalIssuer::at(url, AUDIENCE_PREFIX);
    let builder = SequenceAuthLayer::builder(PROJECT)
        .issuer(url)
        .audience_prefix(AUDIENCE_PREFIX);
    Side {
        url,
        audience,
        algorithm: "RS256",
        wallet_claim: "sub",
        layer: layer(builder, &issuer),
        their_key: their_key(&issuer),
        strictest: strictest(Algorithm::RS256, url, audience),
        issuer,
    }
});

pub(crate) static OMS_WALLET: LazyLock<Side> = LazyLock::new(|| {
    let (url, audience) = ("https://oms.sequence.test", OMS_PROJECT);
    let issuer = LocalIssuer::oms_wallet_at(url);
    let builder = SequenceAuthLayer::oms_wallet(OMS_PROJECT, url);
    Side {
        url,
        audience,
        algorithm: "ES256",
        wallet_claim: "wallet_address",
        layer: layer(builder, &issuer),
        their_key: their_key(&issuer),
        strictest: strictest(Algorithm::ES256, url, audience),
        issuer,
    }
});

pub(crate) fn sides() -> [&'static Side; 2] {
    [&EMBEDDED_WALLET, &OMS_WALLET]
}

impl Side {
    pub(crate) fn is_oms_wallet(&self) -> bool {
        self.url == OMS_WALLET.url
    }

    pub(crate) fn identity_claim(&self) -> String {
        format!("{}/identity", self.url)
    }
}

impl fmt::Debug for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url)
    }
}

fn layer(builder: SequenceAuthLayerBuilder, issuer: &LocalIssuer) -> SequenceAuthLayer {
    builder
        .static_keys(issuer.jwks())
        .max_token_lifetime(CENTURY)
        .build()
        .unwrap()
        .email_policy(EmailPolicy::Optional)
}

fn their_key(issuer: &LocalIssuer) -> DecodingKey {
    let keys: JwkSet = serde_json::from_str(&issuer.jwks()).unwrap();
    DecodingKey::from_jwk(&keys.keys[0]).unwrap()
}

/// The strictest settings that there are, with the layer's leeway.
fn strictest(algorithm: Algorithm, issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.validate_nbf = true;
    validation.leeway = 30;
    validation
}

pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs()
}

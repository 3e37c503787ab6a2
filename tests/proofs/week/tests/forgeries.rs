//! Bad tokens of every kind, and the refusals that each must get while nothing is wrong.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use crate::{
    issuers::{Issuer, Token},
    world::World,
};

/// How a token is bad.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Forgery {
    UnknownKey,
    OtherSignature,
    ChangedClaims,
    /// Signed by somebody else under the ID of the issuer's key.
    OtherSigner,
    /// `alg` is `none`, and there is no signature.
    Unsigned,
    /// An HMAC under the public key.
    OtherAlgorithm,
    OtherProject,
    OtherIssuer,
    Expired,
    FromTheFuture,
    LivesTooLong,
    NoToken,
}

impl Forgery {
    pub(crate) const ALL: [Self; 12] = [
        Self::UnknownKey,
        Self::OtherSignature,
        Self::ChangedClaims,
        Self::OtherSigner,
        Self::Unsigned,
        Self::OtherAlgorithm,
        Self::OtherProject,
        Self::OtherIssuer,
        Self::Expired,
        Self::FromTheFuture,
        Self::LivesTooLong,
        Self::NoToken,
    ];

    pub(crate) fn token(self, issuer: &Issuer, world: &World) -> Token {
        let hour = 3600;
        let now = world.now().as_secs();
        match self {
            Self::UnknownKey => issuer.token_with(world, |token| {
                token.header("kid", format!("unknown-{}", fastrand::u64(..)))
            }),
            Self::OtherSignature => changed(issuer.token(world), |token| {
                let (message, signature) = token.rsplit_once('.').unwrap();
                let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
                signature[20] ^= 1;
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
            }),
            Self::ChangedClaims => changed(issuer.token(world), |token| {
                let parts: Vec<_> = token.split('.').collect();
                let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
                let claims = String::from_utf8(claims)
                    .unwrap()
                    .replace("player@", "thief@");
                format!(
                    "{}.{}.{}",
                    parts[0],
                    URL_SAFE_NO_PAD.encode(claims),
                    parts[2]
                )
            }),
            Self::OtherSigner => issuer.token_of_a_thief(world),
            Self::Unsigned => changed(issuer.token(world), |token| {
                with_algorithm(token, "none", "")
            }),
            Self::OtherAlgorithm => changed(issuer.token(world), |token| {
                with_algorithm(token, "HS256", &URL_SAFE_NO_PAD.encode([7; 32]))
            }),
            Self::OtherProject => issuer.token_with(world, |token| {
                token.claim("aud", ["https://sequence.test/project/1"])
            }),
            Self::OtherIssuer => issuer.token_with(world, |token| {
                token.claim("iss", "https://waas.attacker.test")
            }),
            Self::Expired => issuer.token_with(world, |token| {
                token.claim("iat", now - 2 * hour).claim("exp", now - hour)
            }),
            Self::FromTheFuture => issuer.token_with(world, |token| {
                token.claim("iat", now + hour).claim("exp", now + 2 * hour)
            }),
            Self::LivesTooLong => {
                issuer.token_with(world, |token| token.claim("exp", now + 48 * hour))
            }
            Self::NoToken => issuer.token(world),
        }
    }

    /// The refusals of instances whose keys are right.
    pub(crate) fn refusals(self) -> &'static [&'static str] {
        match self {
            Self::UnknownKey => &["unknown_key"],
            Self::OtherSignature | Self::ChangedClaims | Self::OtherSigner => {
                &["invalid_signature"]
            }
            Self::Unsigned => &["unsupported_algorithm", "malformed_token"],
            Self::OtherAlgorithm => &["unsupported_algorithm"],
            Self::OtherProject => &["invalid_audience"],
            Self::OtherIssuer => &["invalid_issuer"],
            Self::Expired => &["expired"],
            Self::FromTheFuture => &["issued_in_future"],
            Self::LivesTooLong => &["lifetime_too_long"],
            Self::NoToken => &["missing_token"],
        }
    }

    /// Whether the refusal depends on the keys of an instance.
    pub(crate) fn needs_keys(self) -> bool {
        !matches!(self, Self::Unsigned | Self::OtherAlgorithm | Self::NoToken)
    }
}

fn changed(mut token: Token, change: impl FnOnce(&str) -> String) -> Token {
    token.text = change(&token.text);
    token
}

fn with_algorithm(token: &str, algorithm: &str, signature: &str) -> String {
    let header = json!({"alg": algorithm, "kid": "any", "typ": "JWT"}).to_string();
    let claims = token.split('.').nth(1).unwrap();
    format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(header))
}

//! What cannot be done without.

use std::{cell::Cell, hint::black_box};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::testing::LocalIssuer;
use serde_json::Value;

/// How many signatures alternate. P-256 checks of two signatures may differ by a hundredth.
const TOKENS: usize = 64;

/// The signature check alone, with the same library and an already parsed key.
pub struct RawCheck {
    key: ParsedPublicKey,
    /// Messages, each with its signature.
    signed: Vec<(String, Vec<u8>)>,
    turn: Cell<usize>,
}

impl RawCheck {
    pub fn new(issuer: &LocalIssuer) -> Self {
        let tokens = (0..TOKENS).map(|number| issuer.token().claim("number", number).mint());
        Self {
            key: parse_key(&issuer.jwks()),
            signed: tokens.map(|token| split(&token)).collect(),
            turn: Cell::new(0),
        }
    }

    pub fn run(&self) {
        let turn = self.turn.get();
        self.turn.set((turn + 1) % TOKENS);
        let (message, signature) = &self.signed[turn];
        let checked = self.key.verify_sig(message.as_bytes(), signature);
        black_box(checked).unwrap();
    }
}

fn split(token: &str) -> (String, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    (message.to_owned(), signature)
}

fn parse_key(jwks: &str) -> ParsedPublicKey {
    let jwks: Value = serde_json::from_str(jwks).unwrap();
    let key = &jwks["keys"][0];
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    if key["kty"] == "EC" {
        let point = [vec![4], part("x"), part("y")].concat();
        return ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).unwrap();
    }
    let key = RsaPublicKeyComponents {
        n: part("n"),
        e: part("e"),
    };
    key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .unwrap()
}

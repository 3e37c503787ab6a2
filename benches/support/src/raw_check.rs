//! What cannot be done without.

use std::hint::black_box;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::testing::LocalIssuer;
use serde_json::Value;

/// The signature check and nothing else, with the same library and a key that is parsed already.
pub struct RawCheck {
    key: ParsedPublicKey,
    message: String,
    signature: Vec<u8>,
}

impl RawCheck {
    pub fn new(issuer: &LocalIssuer) -> Self {
        let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwks["keys"][0][name].as_str().unwrap());
        let components = RsaPublicKeyComponents {
            n: part("n").unwrap(),
            e: part("e").unwrap(),
        };
        let token = issuer.token().mint();
        let (message, signature) = token.rsplit_once('.').unwrap();
        Self {
            key: components
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .unwrap(),
            message: message.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).unwrap(),
        }
    }

    pub fn run(&self) {
        let checked = self
            .key
            .verify_sig(self.message.as_bytes(), &self.signature);
        black_box(checked).unwrap();
    }
}

//! What everybody is compared with.

use std::time::{Duration, Instant};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::Stage;

/// The signature check alone: a parsed key, and tokens that are already split and decoded.
#[derive(Debug)]
pub struct RawCheck {
    key: ParsedPublicKey,
    signed: Vec<(String, Vec<u8>)>,
}

impl RawCheck {
    pub fn new(stage: &Stage, tokens: usize) -> Self {
        let jwks: Value = serde_json::from_str(&stage.issuer().jwks()).expect("it is JSON");
        let part = |name: &str| decoded(jwks["keys"][0][name].as_str().expect("a string"));
        let components = RsaPublicKeyComponents {
            n: part("n"),
            e: part("e"),
        };
        let key = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256);
        let signed = stage
            .tokens(tokens)
            .iter()
            .map(|token| split(token))
            .collect();
        Self {
            key: key.expect("an RSA key"),
            signed,
        }
    }

    /// Returns the time for one check.
    pub fn time(&self) -> Duration {
        let start = Instant::now();
        for (message, signature) in &self.signed {
            let checked = self.key.verify_sig(message.as_bytes(), signature);
            checked.expect("a good signature");
        }
        start.elapsed().div_f64(self.signed.len() as f64)
    }
}

fn split(token: &str) -> (String, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').expect("a token has a signature");
    (message.to_owned(), decoded(signature))
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).expect("it is base64url")
}

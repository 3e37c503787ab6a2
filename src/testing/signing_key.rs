//! The private half of a key, made at run time.

use aws_lc_rs::{
    rand::{self, SystemRandom},
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(super) struct SigningKey {
    key_id: String,
    pair: KeyPair,
}

impl SigningKey {
    /// Makes a new RSA-2048 key under a new id of the issuer's form: 22 characters of base64url.
    pub(super) fn generate() -> Self {
        let mut name = [0; 16];
        rand::fill(&mut name).expect("the system has randomness");
        Self::generate_as(URL_SAFE_NO_PAD.encode(name))
    }

    /// Makes a new RSA-2048 key under a given id.
    pub(super) fn generate_as(key_id: String) -> Self {
        Self {
            key_id,
            pair: KeyPair::generate(KeySize::Rsa2048).expect("RSA-2048 is supported"),
        }
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Returns the public half as the issuer publishes it.
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
            "kid": self.key_id,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "use": "sig",
        })
    }

    /// Signs with RS256.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("the buffer has the length of the modulus");
        signature
    }
}

//! A key pair that is generated at run time.

use aws_lc_rs::{
    rand::{self, SystemRandom},
    rsa::{self, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::token::Algorithm;

/// The length of a coordinate of a point on P-256.
const COORDINATE_BYTES: usize = 32;

pub(super) struct SigningKey {
    key_id: String,
    pair: Pair,
}

enum Pair {
    Rsa(rsa::KeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    /// Generates a key, RSA-2048 or P-256, under a new ID in the issuer's form: 22 characters of base64url.
    pub(super) fn generate(algorithm: Algorithm) -> Self {
        let mut name = [0; 16];
        rand::fill(&mut name).expect("the system has randomness");
        let pair = match algorithm {
            Algorithm::Rs256 => {
                let pair = rsa::KeyPair::generate(KeySize::Rsa2048);
                Pair::Rsa(pair.expect("RSA-2048 is supported"))
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
                Pair::P256(pair.expect("P-256 is supported"))
            }
        };
        Self {
            key_id: URL_SAFE_NO_PAD.encode(name),
            pair,
        }
    }

    /// Replaces the ID of the key.
    pub(super) fn rename(&mut self, key_id: &str) {
        key_id.clone_into(&mut self.key_id);
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Returns the public half as the issuer publishes it.
    pub(super) fn jwk(&self) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "alg": "RS256",
                    "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
                    "kid": self.key_id,
                    "kty": "RSA",
                    "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
                    "use": "sig",
                })
            }
            Pair::P256(pair) => {
                // An uncompressed point: 4, then both coordinates (SEC 1 §2.3.3).
                let (x, y) = pair.public_key().as_ref()[1..].split_at(COORDINATE_BYTES);
                json!({
                    "alg": "ES256",
                    "crv": "P-256",
                    "kid": self.key_id,
                    "kty": "EC",
                    "use": "sig",
                    "x": URL_SAFE_NO_PAD.encode(x),
                    "y": URL_SAFE_NO_PAD.encode(y),
                })
            }
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("the buffer has the length of the modulus");
                signature
            }
            Pair::P256(pair) => {
                let signature = pair.sign(&random, message);
                let signature = signature.expect("the system has randomness");
                signature.as_ref().to_vec()
            }
        }
    }
}

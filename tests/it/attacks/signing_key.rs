//! A key that signs any text of a test, so only the form of a token can be wrong.

use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaEncoding},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sequence_auth::SequenceAuthLayer;
use serde_json::{Value, json};

use super::payload;
use crate::support::{ISSUER, PROJECT};

pub(super) static KEY: LazyLock<Key> = LazyLock::new(Key::generate);

pub(super) struct Key(KeyPair);

impl Key {
    pub(super) const ID: &str = "the right key";

    pub(super) fn generate() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// A layer that trusts this key for tokens of the shared issuer.
    pub(super) fn layer(&self) -> SequenceAuthLayer {
        layer_with(&[self.jwk()])
    }

    pub(super) fn jwk(&self) -> Value {
        let exponent = self.0.public_key().exponent();
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(exponent.big_endian_without_leading_zero()),
            "kid": Self::ID,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(self.modulus()),
            "use": "sig",
        })
    }

    pub(super) fn modulus(&self) -> Vec<u8> {
        let modulus = self.0.public_key().modulus();
        modulus.big_endian_without_leading_zero().to_vec()
    }

    /// The public half as a PKCS#1 `RSAPublicKey`, and as an X.509 `SubjectPublicKeyInfo`.
    pub(super) fn public_der(&self) -> [Vec<u8>; 2] {
        let public = self.0.public_key();
        let x509: PublicKeyX509Der<'_> = public.as_der().unwrap();
        [public.as_ref().to_vec(), x509.as_ref().to_vec()]
    }

    pub(super) fn signature(&self, encoding: &'static dyn RsaEncoding, input: &str) -> Vec<u8> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        let signed = self
            .0
            .sign(encoding, &random, input.as_bytes(), &mut signature);
        signed.unwrap();
        signature
    }

    /// Signs a signing input unchanged, base64url or not.
    pub(super) fn sign(&self, input: &str) -> String {
        with_signature(input, &self.signature(&RSA_PKCS1_SHA256, input))
    }
}

/// A layer that trusts some keys for tokens of the shared issuer.
pub(super) fn layer_with(keys: &[Value]) -> SequenceAuthLayer {
    SequenceAuthLayer::builder(PROJECT)
        .issuer(ISSUER.url())
        .audience_prefix("https://sequence.test/project/")
        .static_keys(json!({ "keys": keys }).to_string())
        .build()
        .unwrap()
}

/// The header of tokens under this key.
pub(super) fn header() -> Value {
    json!({"alg": "RS256", "kid": Key::ID, "typ": "JWT"})
}

/// The first two parts of a token with good claims.
pub(super) fn signing_input(header: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload()))
}

pub(super) fn with_signature(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

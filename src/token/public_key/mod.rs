//! One public key, parsed once and known by what it is.

#[cfg(test)]
mod wycheproof;

use aws_lc_rs::{
    digest::{self, SHA256},
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents},
};

/// The numbers that a public key consists of, big-endian and without leading zeros.
#[derive(PartialEq, Eq)]
pub(crate) enum KeyMaterial {
    /// RFC 7518 §6.3.1.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl KeyMaterial {
    fn numbers(&self) -> [&[u8]; 2] {
        match self {
            Self::Rsa { modulus, exponent } => [modulus, exponent],
        }
    }
}

/// What a key *is*: SHA-256 over its id and its numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(key_id: &str, material: &KeyMaterial) -> Self {
        let mut context = digest::Context::new(&SHA256);
        let [first, second] = material.numbers();
        // The lengths keep the parts apart.
        for part in [key_id.as_bytes(), first, second] {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(context.finish().as_ref());
        Self(fingerprint)
    }
}

/// A public key that signatures are checked with.
pub(crate) struct PublicKey {
    fingerprint: Fingerprint,
    signature_bytes: usize,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// Parses the key; `None` if there is no key of these numbers.
    pub(crate) fn new(key_id: &str, material: &KeyMaterial) -> Option<Self> {
        let (key, signature_bytes) = match material {
            KeyMaterial::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                let key = key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256);
                (key.ok()?, modulus.len())
            }
        };
        Some(Self {
            fingerprint: Fingerprint::of(key_id, material),
            signature_bytes,
            key,
        })
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Returns `true` if a signature is one by this key: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2).
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // The length is the RFC's first step, before anything is hashed.
        signature.len() == self.signature_bytes && self.key.verify_sig(message, signature).is_ok()
    }
}

//! One public key, parsed once and known by what it is.

#[cfg(test)]
mod wycheproof;

use aws_lc_rs::{
    digest::{self, SHA256},
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents},
};

/// Modulus and exponent of an RSA key, big-endian and without leading zeros.
#[derive(PartialEq, Eq)]
pub(crate) struct RsaComponents {
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
}

/// What a key *is*: SHA-256 over its id, modulus and exponent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(key_id: &str, components: &RsaComponents) -> Self {
        let mut context = digest::Context::new(&SHA256);
        // The lengths keep the parts apart.
        for part in [key_id.as_bytes(), &components.modulus, &components.exponent] {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(context.finish().as_ref());
        Self(fingerprint)
    }
}

/// An RSA public key that RS256 signatures are checked with.
pub(crate) struct PublicKey {
    fingerprint: Fingerprint,
    modulus_bytes: usize,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// Parses the key; `None` if the components are not those of an RSA key.
    pub(crate) fn new(key_id: &str, components: &RsaComponents) -> Option<Self> {
        let key = RsaPublicKeyComponents {
            n: &components.modulus,
            e: &components.exponent,
        }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .ok()?;
        Some(Self {
            fingerprint: Fingerprint::of(key_id, components),
            modulus_bytes: components.modulus.len(),
            key,
        })
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Checks an RSASSA-PKCS1-v1_5 signature with SHA-256 (RFC 8017 §8.2.2).
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Step 1, before anything is hashed.
        signature.len() == self.modulus_bytes && self.key.verify_sig(message, signature).is_ok()
    }
}

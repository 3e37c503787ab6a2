//! A public key, parsed once and identified by its fingerprint.

mod key_material;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wycheproof;

use aws_lc_rs::{
    digest::{self, SHA256},
    signature::ParsedPublicKey,
};

pub(crate) use key_material::KeyMaterial;

/// The identity of a key: SHA-256 over its ID, its kind and its numbers. A new key under the same ID has another one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(key_id: &str, material: &KeyMaterial) -> Self {
        let mut context = digest::Context::new(&SHA256);
        let [kind, first, second] = material.parts();
        // The lengths make the concatenation unambiguous.
        for part in [key_id.as_bytes(), kind, first, second] {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(context.finish().as_ref());
        Self(fingerprint)
    }
}

/// A public key that verifies signatures.
pub(crate) struct PublicKey {
    fingerprint: Fingerprint,
    signature_bytes: usize,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// Parses the key. Returns `None` if the numbers do not form a key.
    pub(crate) fn new(key_id: &str, material: &KeyMaterial) -> Option<Self> {
        Some(Self {
            fingerprint: Fingerprint::of(key_id, material),
            signature_bytes: material.signature_bytes(),
            key: material.parse()?,
        })
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Returns `true` if this key made the signature. An RSA key signs with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017
    /// §8.2.2), a P-256 key with ECDSA and SHA-256, with `r` and `s` as 32 bytes each (RFC 7518 §3.4).
    ///
    /// With an RSA key, a message has exactly one valid signature. With a P-256 key, a message has many, and anyone can
    /// derive a second one from the first: `s` and `n - s` are both valid. Therefore, a check for repeated tokens must
    /// compare the signed message, not the signature.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // RFC 8017 §8.2.2, step 1: the length is checked before the message is hashed.
        signature.len() == self.signature_bytes && self.key.verify_sig(message, signature).is_ok()
    }
}

//! One public key, parsed once and known by what it is.

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

/// What a key *is*: SHA-256 over its id, its kind and its numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(key_id: &str, material: &KeyMaterial) -> Self {
        let mut context = digest::Context::new(&SHA256);
        let [kind, first, second] = material.parts();
        // The lengths keep the parts apart.
        for part in [key_id.as_bytes(), kind, first, second] {
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
        Some(Self {
            fingerprint: Fingerprint::of(key_id, material),
            signature_bytes: material.signature_bytes(),
            key: material.parse()?,
        })
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Returns `true` if a signature is one by this key. An RSA key's is RSASSA-PKCS1-v1_5 with SHA-256
    /// (RFC 8017 §8.2.2); a P-256 key's is ECDSA with SHA-256, `r` and `s` as 32 bytes each (RFC 7518 §3.4).
    ///
    /// A message has one signature by an RSA key. By a P-256 key it has many, and whoever sees one can make another
    /// of it: `s` and `n - s` hold alike. What was seen before is known by the message.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // The length is looked at before anything is hashed (RFC 8017 §8.2.2, step 1).
        signature.len() == self.signature_bytes && self.key.verify_sig(message, signature).is_ok()
    }
}

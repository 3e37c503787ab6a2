//! The numbers of a public key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};

/// The numbers of a public key, big-endian. Each kind of key verifies exactly one kind of signature.
#[derive(PartialEq, Eq)]
pub(crate) enum KeyMaterial {
    /// RFC 7518 §6.3.1, without leading zeros: for RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// RFC 7518 §6.2.1, at their full size: for ECDSA with SHA-256.
    P256 { x: [u8; 32], y: [u8; 32] },
}

impl KeyMaterial {
    /// Returns `true` if the numbers form a key.
    pub(crate) fn is_key(&self) -> bool {
        self.parse().is_some()
    }

    /// Parses the key for its kind of signature.
    pub(super) fn parse(&self) -> Option<ParsedPublicKey> {
        match self {
            Self::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()
            }
            Self::P256 { x, y } => {
                // The uncompressed form (SEC 1 §2.3.3). aws-lc-rs refuses a point that is not on the curve.
                let point = [&[4], &x[..], y].concat();
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()
            }
        }
    }

    /// Returns the length of every signature by the key, in bytes.
    pub(super) fn signature_bytes(&self) -> usize {
        match self {
            // RFC 8017 §8.2.2.
            Self::Rsa { modulus, .. } => modulus.len(),
            // RFC 7518 §3.4: `r` and `s`, at their full size.
            Self::P256 { .. } => 64,
        }
    }

    /// Returns the parts that distinguish keys: the kind and the numbers.
    pub(super) fn parts(&self) -> [&[u8]; 3] {
        match self {
            Self::Rsa { modulus, exponent } => [b"RSA", modulus, exponent],
            Self::P256 { x, y } => [b"P-256", x, y],
        }
    }
}

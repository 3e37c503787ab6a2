//! The signature algorithms of the issuers.

/// The signature algorithm of an issuer (RFC 7518 §3.1). The kind of the issuer fixes it. Neither a token nor a key
/// document can choose another algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
}

impl Algorithm {
    /// Returns the `alg` of tokens and keys.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

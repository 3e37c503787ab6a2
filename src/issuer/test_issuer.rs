//! An issuer with fixed keys, for unit tests.

use std::time::Duration;

use super::{Issuer, IssuerKind, Validity};
use crate::jwks::{KeySet, KeySource, Timing};

pub(super) fn key_set(jwks: &str) -> KeySet {
    let algorithm = IssuerKind::EmbeddedWallet.algorithm();
    KeySet::parse(jwks.as_bytes(), algorithm, None).expect("a usable key")
}

impl Issuer {
    /// Creates an issuer whose keys never change, and whose audiences are project IDs without a prefix.
    pub(super) fn fixed(url: &str, jwks: &str, leeway: Duration, max_lifetime: Duration) -> Self {
        let kind = IssuerKind::EmbeddedWallet;
        let validity = Validity {
            leeway,
            max_lifetime,
        };
        let source = KeySource::Fixed(key_set(jwks));
        Self::new(
            kind,
            kind.claim_rules(url, ""),
            validity,
            source,
            Timing::FOR_TESTS,
            0,
        )
    }
}

//! What differs between the kinds of issuers: `token` carries out the algorithm, `claims` the rules.

use crate::{claims::ClaimRules, token::Algorithm};

/// Names a kind of issuer. Each kind has one signature algorithm, and its own way to write claims:
///
/// | | `EmbeddedWallet` |
/// |---|---|
/// | algorithm | RS256 |
/// | audience | a prefix, then the project's number |
/// | wallet | `sub` |
/// | identity | the claim `{iss}/identity` |
#[derive(Clone, Copy, Debug)]
pub(crate) enum IssuerKind {
    EmbeddedWallet,
}

impl IssuerKind {
    pub(crate) fn algorithm(self) -> Algorithm {
        match self {
            Self::EmbeddedWallet => Algorithm::Rs256,
        }
    }

    /// Returns how the issuer with this URL writes its claims.
    pub(crate) fn claim_rules(self, issuer: &str, audience_prefix: &str) -> ClaimRules {
        match self {
            Self::EmbeddedWallet => ClaimRules {
                issuer: issuer.into(),
                audience_prefix: audience_prefix.to_owned(),
                identity_claim: format!("{issuer}/identity"),
            },
        }
    }
}

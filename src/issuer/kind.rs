//! The differences between the kinds of issuers. `token` implements the algorithms, `claims` the rules.

use std::fmt;

use crate::{
    claims::{ClaimRules, WalletClaim},
    token::Algorithm,
};

/// A kind of issuer. Each kind has a single signature algorithm and its own rules for claims:
///
/// | | `EmbeddedWallet` | `OmsWallet` |
/// |---|---|---|
/// | algorithm | RS256 | ES256 |
/// | audience | a prefix, then the project's number | the project's ID |
/// | wallet | `sub` | `wallet_address`; `sub` is the wallet's ID |
/// | identity | the claim `{iss}/identity` | not documented: a client may be able to write it |
/// | `iat`, `auth_time` | always present, set by the issuer | not documented: a client may be able to write them |
///
/// A layer tries its issuers in the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IssuerKind {
    EmbeddedWallet,
    OmsWallet,
}

impl IssuerKind {
    pub(crate) fn algorithm(self) -> Algorithm {
        match self {
            Self::EmbeddedWallet => Algorithm::Rs256,
            Self::OmsWallet => Algorithm::Es256,
        }
    }

    /// Returns the rules for the claims of the issuer with this URL.
    pub(crate) fn claim_rules(self, issuer: &str, audience_prefix: &str) -> ClaimRules {
        let (wallet, identity_claim) = match self {
            Self::EmbeddedWallet => (WalletClaim::Subject, Some(format!("{issuer}/identity"))),
            Self::OmsWallet => (WalletClaim::WalletAddress, None),
        };
        ClaimRules {
            issuer: issuer.into(),
            audience_prefix: audience_prefix.to_owned(),
            wallet,
            identity_claim,
            requires_issue_time: self.vouches_for_times(),
        }
    }

    /// Returns `true` if only the issuer can write `iat` and `auth_time`, so a policy can rely on them. Otherwise,
    /// these claims can only cause a refusal.
    pub(crate) fn vouches_for_times(self) -> bool {
        match self {
            Self::EmbeddedWallet => true,
            Self::OmsWallet => false,
        }
    }
}

impl fmt::Display for IssuerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmbeddedWallet => "Embedded Wallet",
            Self::OmsWallet => "OMS Wallet",
        })
    }
}

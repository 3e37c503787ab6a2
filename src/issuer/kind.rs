//! What differs between the kinds of issuers: `token` carries out the algorithm, `claims` the rules.

use std::fmt;

use crate::{
    claims::{ClaimRules, WalletClaim},
    token::Algorithm,
};

/// Names a kind of issuer. Each kind has one signature algorithm, and its own way to write claims:
///
/// | | `EmbeddedWallet` | `OmsWallet` |
/// |---|---|---|
/// | algorithm | RS256 | ES256 |
/// | audience | a prefix, then the project's number | the project's id |
/// | wallet | `sub` | `wallet_address`; `sub` is the wallet's id |
/// | identity | the claim `{iss}/identity` | not documented, so that a client may write one |
/// | `iat`, `auth_time` | always there, by the issuer | not documented, so that a client may write them |
///
/// The order is that in which a layer asks its issuers.
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

    /// Returns how the issuer with this URL writes its claims.
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

    /// Returns `true` if `iat` and `auth_time` are known to be the issuer's own, so that a policy may rely on them.
    /// Otherwise they can only cause a refusal.
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

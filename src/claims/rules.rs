//! The rules by which an issuer writes its claims.

use std::sync::Arc;

/// The facts about an issuer that the reader of claims needs.
#[derive(Debug)]
pub(crate) struct ClaimRules {
    /// The `iss` of its tokens.
    pub(crate) issuer: Arc<str>,
    /// The text before the project ID in an audience, possibly empty. An audience without the prefix does not name a
    /// project.
    pub(crate) audience_prefix: String,
    pub(crate) wallet: WalletClaim,
    /// The name of the claim with the [`Identity`](super::Identity), if the issuer has such a claim.
    pub(crate) identity_claim: Option<String>,
    /// Whether every token has an `iat`.
    pub(crate) requires_issue_time: bool,
}

/// The claim that holds the address of the player's wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WalletClaim {
    /// `sub`.
    Subject,
    /// `wallet_address`, with `wallet_type` beside it. `sub` is the ID of the wallet.
    WalletAddress,
}

impl ClaimRules {
    /// Returns the ID of the project that an audience names.
    pub(super) fn project<'a>(&self, audience: &'a str) -> Option<&'a str> {
        audience.strip_prefix(self.audience_prefix.as_str())
    }
}

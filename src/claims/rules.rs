//! How an issuer writes its claims.

use std::sync::Arc;

/// What the reader of claims has to know of an issuer.
#[derive(Debug)]
pub(crate) struct ClaimRules {
    /// The `iss` of its tokens.
    pub(crate) issuer: Arc<str>,
    /// What precedes the project in an audience, if anything; other audiences name no project.
    pub(crate) audience_prefix: String,
    pub(crate) wallet: WalletClaim,
    /// The name of the claim that holds the [`Identity`](super::Identity), if there is one.
    pub(crate) identity_claim: Option<String>,
    /// Whether every token has an `iat`.
    pub(crate) requires_issue_time: bool,
}

/// Where the address of the player's wallet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WalletClaim {
    /// In `sub`.
    Subject,
    /// In `wallet_address`, beside its `wallet_type`; `sub` is the id of the wallet.
    WalletAddress,
}

impl ClaimRules {
    /// Returns the project that an audience names.
    pub(super) fn project<'a>(&self, audience: &'a str) -> Option<&'a str> {
        audience.strip_prefix(self.audience_prefix.as_str())
    }
}

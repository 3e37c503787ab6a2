//! The claims of a token: read, typed, and as a handler sees them.

mod claim_set;
mod identity;
mod numeric_date;
mod reader;
mod rules;
mod sequence_claims;
mod wallet;

pub(crate) use {
    claim_set::ClaimSet,
    rules::{ClaimRules, WalletClaim},
};
pub use {
    identity::{Identity, IdentityType},
    sequence_claims::{Anonymous, SequenceClaims},
};

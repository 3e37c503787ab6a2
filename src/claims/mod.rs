//! The claims of a token: reading them, their types, and the public type for handlers.

mod anonymous;
mod claim_set;
mod identity;
mod numeric_date;
mod output;
mod reader;
mod rules;
mod sequence_claims;
mod wallet;

pub use {
    anonymous::Anonymous,
    identity::{Identity, IdentityType},
    sequence_claims::SequenceClaims,
};
pub(crate) use {
    claim_set::ClaimSet,
    rules::{ClaimRules, WalletClaim},
};

//! The claims of a token: read, typed, and as a handler sees them.

mod claim_set;
mod identity;
mod sequence_claims;

pub(crate) use claim_set::ClaimSet;
pub use {
    identity::{Identity, IdentityType},
    sequence_claims::{Anonymous, SequenceClaims},
};

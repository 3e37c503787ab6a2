//! Pages on one subject each. They hold no code but their examples.
//!
//! - [`issuers`]: which tokens are accepted, two issuers in one layer, and moving to OMS Wallet.

pub mod issuers;

//! The layer's verdicts compared with those of `jsonwebtoken` over RSA and ECDSA in pure Rust.
//!
//! `PROPTEST_CASES` sets the number of cases for each property.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod byte_edits;
mod claim_edits;
mod ecdsa;
mod properties;
mod side;
mod spelling;
mod unsigned;
mod valid;
mod verdict;

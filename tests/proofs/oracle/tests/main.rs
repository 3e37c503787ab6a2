//! The layer's verdicts against those of `jsonwebtoken` over RSA and ECDSA in pure Rust.
//!
//! `PROPTEST_CASES` sets how many cases each property gets.

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

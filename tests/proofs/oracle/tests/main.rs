//! The layer's verdicts against those of others: `jsonwebtoken` over RSA in pure Rust, and Wycheproof.
//!
//! `PROPTEST_CASES` sets how many cases each property gets.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod byte_edits;
mod claim_edits;
mod properties;
mod spelling;
mod unsigned;
mod valid;
mod verdict;
// Our own key type, which is not public: it alone can judge a signature over what is no token.
#[path = "../../../../src/jwks/verifying_key.rs"]
#[expect(dead_code, reason = "a vector needs the signature check alone")]
mod verifying_key;
mod wycheproof_vectors;

//! What the crate offers to those who test: an issuer, tokens, and claims without a token.

mod claims_builder;
mod local_issuer;
//! What applications use to test themselves.

mod outage;

//! A layer that trusts two issuers runs all checks of both.

mod joining;
mod policies_after;
mod policies_before;
mod requests;
mod verifier;

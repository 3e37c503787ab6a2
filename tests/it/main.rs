//! Tests of the library's public API, with tokens that each test signs.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

// A module for each room of `src`, and the attacks.
mod attacks;
mod authenticator;
mod axum;
mod body;
mod claims;
mod issuer;
mod jwks;
mod middleware;
mod nonce;
mod observe;
mod one_time;
mod policy;
mod source;
mod testing;

// What the compiler promises of the public types.
mod auto_traits;

// The examples, run as programs.
mod examples;

// Shared code of the tests.
mod login;
mod oms_wallet;
mod two_issuers;

use test_support::{self as support, http_endpoint, key_endpoint, recorder};

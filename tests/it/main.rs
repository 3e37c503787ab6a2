//! The library through its public face, with tokens minted in the test.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod answers;
mod attacks;
mod axum_app;
mod bearer;
mod claims;
mod examples;
mod foreign_texts;
mod hostile_input;
mod hyper_server;
mod json_body;
mod keys;
mod ownership;
mod policy;
mod readiness;
mod real_keys;
mod replay;
mod settings;
mod token_cache;

use test_support::{self as support, http_endpoint, recorder};
